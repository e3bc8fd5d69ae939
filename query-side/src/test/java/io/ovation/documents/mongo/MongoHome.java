package io.ovation.documents.mongo;

import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

import com.mongodb.reactivestreams.client.MongoDatabase;
import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import io.ovation.documents.Batch.Place;
import io.ovation.documents.DocumentStore;
import io.ovation.documents.Places;
import org.bson.Document;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A server for MongoDB's protocol, for tests: one in this process, or the one that the system property
 * {@code ovation.mongodb.port} says listens on this machine.
 */
public final class MongoHome implements AutoCloseable {
    private final @Nullable Integer elsewhere = Integer.getInteger("ovation.mongodb.port");
    private final @Nullable MongoServer server = elsewhere == null ? new MongoServer(new MemoryBackend()) : null;
    private final int port = server == null ? Objects.requireNonNull(elsewhere) : server.bind().getPort();
    private final MongoConnection connection =
            new MongoConnection(new MongoSettings(null, "tests", Duration.ofSeconds(10)), uri("tests"));

    public int port() {
        return port;
    }

    public String uri(String database) {
        return "mongodb://127.0.0.1:" + port() + "/" + database;
    }

    public MongoDatabase database(String name) {
        return connection.database(name);
    }

    public DocumentStore store() {
        MongoPlaces places = places("tester");
        return places.store(new MongoStore.Collections() {
            @Override
            public Mono<MongoStore.Named> now() {
                return Mono.just(new AllOfThem());
            }

            @Override
            public Mono<Void> store(Place place) {
                return places.store(place);
            }
        });
    }

    /** Tests tell theirs apart by the collections' own names. */
    private record AllOfThem() implements MongoStore.Named {
        @Override
        public String prefix() {
            return "";
        }

        @Override
        public boolean isThere() {
            return true;
        }
    }

    Places places(String owner, Clock clock) {
        return new MongoPlaces(connection.database(), "test", owner, clock);
    }

    private MongoPlaces places(String owner) {
        return new MongoPlaces(connection.database(), "test", owner, Clock.systemUTC());
    }

    /** The documents of all collections whose names begin so. */
    public Map<String, List<Document>> dump(String collections) {
        Map<String, List<Document>> all = new TreeMap<>();
        Flux.from(connection.database().listCollectionNames())
                .filter(name -> name.startsWith(collections))
                .concatMap(name -> Flux.from(connection.database().getCollection(name).find())
                        .sort(Comparator.comparing(document -> document.getString("_id")))
                        .collectList()
                        .doOnNext(found -> all.put(name, found)))
                .blockLast();
        return all;
    }

    @Override
    public void close() {
        connection.close();
        if (server != null) {
            server.shutdownNow();
        }
    }
}
