package io.ovation.documents;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
import com.mongodb.reactivestreams.client.MongoDatabase;
import io.ovation.TestLog;
import reactor.core.scheduler.Schedulers;

/** The embedded server and a client of it, for tests. */
public final class TestMongo implements AutoCloseable {
    private final EmbeddedMongo server =
            new EmbeddedMongo(new DocumentFile(Path.of("target", "read-models-" + UUID.randomUUID()), Long.MAX_VALUE));
    private final MongoClient client = MongoClients.create(server.uri());

    public MongoDatabase database(String name) {
        return client.getDatabase(name);
    }

    /** The store as it is used with a server that others can write to, which checks each write. */
    public DocumentStore documents(String database) {
        return documents(database, List.of());
    }

    /** The same, with those who are told of what is written. */
    public DocumentStore documents(String database, List<DocumentListener> listeners) {
        return new DocumentStore(database(database), true, listeners);
    }

    /** Writes what a batch of events has noted; the next batch waits for it, as in the processor. */
    public static void write(DocumentStore documents, Changes changes) {
        documents.write(changes).block();
    }

    /** Of a log without events, so that everything is always up to date. */
    public static ReadModels readModels() {
        return new ReadModels(new TestLog(), new Projected(), Duration.ofSeconds(10), Schedulers.boundedElastic());
    }

    public String uri() {
        return server.uri();
    }

    @Override
    public void close() {
        client.close();
        server.close();
    }
}
