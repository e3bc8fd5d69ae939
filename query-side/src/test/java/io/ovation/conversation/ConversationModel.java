package io.ovation.conversation;

import java.util.List;
import java.util.Map;
import java.util.UUID;

import io.ovation.documents.Changes;
import io.ovation.documents.DocumentStore;
import io.ovation.documents.Home;
import io.ovation.documents.TestStore;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.GlobalSequenceTrackingToken;
import org.axonframework.messaging.unitofwork.BatchingUnitOfWork;
import org.bson.Document;

/** The conversations' documents in a database of their own, fed with events directly. */
final class ConversationModel {
    private final String name = UUID.randomUUID().toString();
    private final Home home;
    private final ConversationProjection projection = new ConversationProjection();
    private final ReceiptProjection receipts = new ReceiptProjection();
    private TestStore documents;

    ConversationModel(Home home) {
        this.home = home;
        this.documents = home.documents(name);
    }

    DocumentStore documents() {
        return documents;
    }

    /** Forgets what is kept in memory, as a new process would. */
    void restart() {
        documents = home.documents(name);
    }

    /** Handles the events from one index up to another, in one batch; an event's index is its position. */
    void handle(List<? extends DomainEventMessage<?>> events, int from, int to) {
        if (from == to) {
            return;
        }
        BatchingUnitOfWork<?> batch = new BatchingUnitOfWork<>(List.copyOf(events.subList(from, to)));
        for (int i = from; i < to; i++) {
            DomainEventMessage<?> event = events.get(i);
            GlobalSequenceTrackingToken token = new GlobalSequenceTrackingToken(i);
            switch (event.getPayload()) {
                case ConversationEvent said -> projection.on(said, event.getSequenceNumber(), token, batch);
                case ReceiptEvent got -> receipts.on(got, token, batch);
                default -> throw new IllegalArgumentException(event.toString());
            }
        }
        documents.write(Changes.of(batch));
    }

    /** All documents of all collections. */
    Map<String, List<Document>> dump() {
        return home.dump(name);
    }
}
