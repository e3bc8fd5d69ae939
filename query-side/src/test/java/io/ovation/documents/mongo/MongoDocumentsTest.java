package io.ovation.documents.mongo;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Date;
import java.util.List;
import java.util.UUID;

import com.mongodb.reactivestreams.client.MongoDatabase;
import io.ovation.documents.Projection;
import org.bson.Document;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import static org.assertj.core.api.Assertions.assertThat;

/** What a version before this one left in a database. */
@Timeout(60)
class MongoDocumentsTest {
    private static final MongoHome MONGO = new MongoHome();
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private final MongoDatabase database = MONGO.database("db" + UUID.randomUUID());
    private final MongoDocuments documents = new MongoDocuments(
            database, "this", Clock.fixed(NOW, ZoneOffset.UTC), List.of(new Projection("conversation", 1)));

    @AfterAll
    static void stop() {
        MONGO.close();
    }

    @BeforeEach
    void leaveSomething() {
        insert("messages", new Document("_id", "m"));
        insert("conversation.1.messages", new Document("_id", "m"));
        insert("of somebody else", new Document("_id", "m"));
    }

    @Test
    void whatNoProcessOfItHasAnyMoreIsDeleted() {
        insert("places", place().append("owner", "another").append("until", Date.from(NOW.minusSeconds(1))));

        documents.forgetPredecessor();

        assertThat(collections()).containsExactlyInAnyOrder("conversation.1.messages", "of somebody else");
    }

    @Test
    void whatItsProcessReleasedAMomentAgoIsDeleted() {
        insert("places", place().append("until", Date.from(NOW.plusSeconds(4))));

        documents.forgetPredecessor();

        assertThat(collections()).containsExactlyInAnyOrder("conversation.1.messages", "of somebody else");
    }

    @Test
    void whatAProcessOfItHasStaysAndIsDeletedAtALaterStart() {
        insert("places", place().append("owner", "another").append("until", Date.from(NOW.plusSeconds(4))));

        documents.forgetPredecessor();

        assertThat(collections()).contains("messages", "places");
        // this version has begun meanwhile
        assertThat(documents.places("conversation").claim("conversation")).isTrue();
        Mono.from(database.getCollection("places")
                        .updateOne(new Document("_id", "history"), new Document("$unset", new Document("owner", ""))))
                .block();

        documents.forgetPredecessor();

        assertThat(collections())
                .containsExactlyInAnyOrder("conversation.1.messages", "of somebody else", "projections");
    }

    private static Document place() {
        return new Document("_id", "history").append("position", 7L);
    }

    private void insert(String collection, Document document) {
        Mono.from(database.getCollection(collection).insertOne(document)).block();
    }

    private List<String> collections() {
        return Flux.from(database.listCollectionNames()).collectList().blockOptional().orElseThrow();
    }
}
