package io.ovation.conversation;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

import com.mongodb.reactivestreams.client.MongoDatabase;
import io.ovation.documents.Changes;
import io.ovation.documents.DocumentStore;
import io.ovation.documents.TestMongo;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.GlobalSequenceTrackingToken;
import org.axonframework.messaging.unitofwork.BatchingUnitOfWork;
import org.bson.Document;
import reactor.core.publisher.Flux;

/** The conversations' documents in a database of their own, fed with events directly. */
final class ConversationModel {
    private final String name = UUID.randomUUID().toString();
    private final TestMongo mongo;
    private final ConversationProjection projection = new ConversationProjection();
    private final ReceiptProjection receipts = new ReceiptProjection();
    private DocumentStore documents;

    ConversationModel(TestMongo mongo) {
        this.mongo = mongo;
        this.documents = mongo.documents(name);
    }

    DocumentStore documents() {
        return documents;
    }

    /** Forgets what is kept in memory, as a new process would. */
    void restart() {
        documents = mongo.documents(name);
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
        TestMongo.write(documents, Changes.of(batch));
    }

    /** All documents of all collections. */
    Map<String, List<Document>> dump() {
        MongoDatabase database = mongo.database(name);
        Map<String, List<Document>> all = new TreeMap<>();
        for (String collection : Flux.from(database.listCollectionNames()).toIterable()) {
            List<Document> found = new ArrayList<>();
            Flux.from(database.getCollection(collection).find()).toIterable().forEach(found::add);
            found.sort(Comparator.comparing(document -> document.getString("_id")));
            all.put(collection, found);
        }
        return all;
    }
}
