package io.ovation.content;

import java.util.List;
import java.util.Map;
import java.util.UUID;

import io.ovation.documents.Changes;
import io.ovation.documents.DocumentListener;
import io.ovation.documents.Home;
import io.ovation.documents.TestStore;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.GlobalSequenceTrackingToken;
import org.axonframework.messaging.unitofwork.BatchingUnitOfWork;
import org.bson.Document;
import reactor.core.scheduler.Schedulers;

/** The contents' documents in a database of their own, fed with events directly. */
final class ContentModel {
    private final String name = UUID.randomUUID().toString();
    private final Home home;
    private final DocumentListener[] listeners;
    private final ContentProjection projection = new ContentProjection();
    private TestStore documents;

    ContentModel(Home home, DocumentListener... listeners) {
        this.home = home;
        this.listeners = listeners;
        this.documents = home.documents(name, this.listeners);
    }

    ContentQueries queries() {
        Reactions reactions = new Reactions(documents, (id, sequence) -> Long.MIN_VALUE, Schedulers.immediate());
        return new ContentQueries(Home.readModels(), documents, new ContentAccess(documents), feed(), reactions);
    }

    FeedIndex feed() {
        return new FeedIndex(documents, FeedIndex.FEED);
    }

    /** Forgets what is kept in memory, as a new process would. */
    void restart() {
        documents = home.documents(name, listeners);
    }

    /** Handles the events from one index up to another, in one batch; an event's index is its position. */
    void handle(List<? extends DomainEventMessage<?>> events, int from, int to) {
        handle(events.subList(from, to), from);
    }

    /** Handles events that begin at a position, in one batch. */
    void handle(List<? extends DomainEventMessage<?>> events, long first) {
        if (events.isEmpty()) {
            return;
        }
        BatchingUnitOfWork<?> batch = new BatchingUnitOfWork<>(List.copyOf(events));
        long position = first;
        for (DomainEventMessage<?> event : events) {
            GlobalSequenceTrackingToken token = new GlobalSequenceTrackingToken(position++);
            switch (event.getPayload()) {
                case ContentEvent of -> projection.on(of, event.getSequenceNumber(), token, batch);
                case ReactionEvent of -> projection.on(of, event.getSequenceNumber(), token, batch);
                case Applauded of -> projection.on(of, event.getSequenceNumber(), token, batch);
                case TallyRecorded of -> projection.on(of, event.getSequenceNumber(), token, batch);
                default -> {
                    // another context's
                }
            }
        }
        documents.write(Changes.of(batch));
    }

    /** All documents of all collections. */
    Map<String, List<Document>> dump() {
        return home.dump(name);
    }
}
