package io.ovation.documents.mongo;

import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import com.mongodb.reactivestreams.client.MongoDatabase;
import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import io.ovation.documents.DocumentStore;
import io.ovation.documents.Places;
import org.bson.Document;
import reactor.core.publisher.Flux;

/** A server for MongoDB's protocol in this process, for tests. */
public final class MongoHome implements AutoCloseable {
    private final MongoServer server = new MongoServer(new MemoryBackend());
    private final InetSocketAddress address = server.bind();
    private final MongoConnection connection =
            new MongoConnection(new MongoSettings(null, "tests", Duration.ofSeconds(10)), uri("tests"));

    public int port() {
        return address.getPort();
    }

    public String uri(String database) {
        return "mongodb://127.0.0.1:" + port() + "/" + database;
    }

    public MongoDatabase database(String name) {
        return connection.database(name);
    }

    public DocumentStore store() {
        return new MongoStore(connection.database(), "", places("tester"));
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
        server.shutdownNow();
    }
}
