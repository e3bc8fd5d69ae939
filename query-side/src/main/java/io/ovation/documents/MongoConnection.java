package io.ovation.documents;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

import com.mongodb.ConnectionString;
import com.mongodb.MongoClientSettings;
import com.mongodb.MongoException;
import com.mongodb.MongoSecurityException;
import com.mongodb.client.MongoClients;
import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoDatabase;
import org.bson.Document;
import org.bson.UuidRepresentation;
import org.jspecify.annotations.Nullable;

/**
 * The connection to MongoDB, or to the embedded server, which ends with it. The read models go through the reactive
 * driver; Axon's token store, which is used by two threads of the history processor only, needs the blocking one.
 */
final class MongoConnection implements AutoCloseable {
    /**
     * For the embedded server, which is never away: only a machine that is busy beyond measure keeps it from answering,
     * and then waiting is all that helps.
     */
    private static final Duration EMBEDDED_TIMEOUT = Duration.ofMinutes(1);

    private final @Nullable EmbeddedMongo embedded;
    private final MongoClient reactive;
    private final com.mongodb.client.MongoClient blocking;
    private final String database;

    /**
     * @param uri the server; null for the embedded one
     * @param data the directory for what the embedded one has no room for
     * @throws MongoUnreachable when a server was named and doesn't answer
     */
    MongoConnection(MongoSettings settings, @Nullable String uri, Path data) {
        EmbeddedMongo server = uri == null ? new EmbeddedMongo(file(settings, data)) : null;
        ConnectionString connection = connectionString(server == null ? Objects.requireNonNull(uri) : server.uri());
        embedded = server;
        String inUri = connection.getDatabase();
        database = inUri == null ? settings.database() : inUri;
        Duration timeout = server == null ? settings.timeout() : EMBEDDED_TIMEOUT;
        MongoClientSettings.Builder client = MongoClientSettings.builder()
                .applicationName("ovation")
                .uuidRepresentation(UuidRepresentation.STANDARD)
                .applyToClusterSettings(
                        cluster -> cluster.serverSelectionTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS))
                // last, so that what the connection string says wins
                .applyConnectionString(connection);
        blocking = MongoClients.create(client.build());
        try {
            blocking.getDatabase(database).runCommand(new Document("ping", 1));
        } catch (MongoException e) {
            blocking.close();
            throw unreachable(connection, e);
        }
        reactive = com.mongodb.reactivestreams.client.MongoClients.create(client.build());
    }

    private static DocumentFile file(MongoSettings settings, Path data) {
        return new DocumentFile(
                data, Math.min(settings.memory().toBytes(), Runtime.getRuntime().maxMemory() / 4));
    }

    boolean isEmbedded() {
        return embedded != null;
    }

    MongoDatabase database() {
        return reactive.getDatabase(database);
    }

    com.mongodb.client.MongoDatabase blockingDatabase() {
        return blocking.getDatabase(database);
    }

    @Override
    public void close() {
        reactive.close();
        blocking.close();
        if (embedded != null) {
            embedded.close();
        }
    }

    private static ConnectionString connectionString(String uri) {
        try {
            return new ConnectionString(uri);
        } catch (IllegalArgumentException e) {
            // its message may quote a password
            throw new MongoUnreachable(
                    "MONGODB_URI (ovation.mongodb.uri) is not a MongoDB connection string: "
                            + "mongodb://user:password@host:27017/ovation",
                    e);
        }
    }

    private static MongoUnreachable unreachable(ConnectionString connection, MongoException e) {
        String hosts = String.join(",", connection.getHosts());
        return e instanceof MongoSecurityException
                ? new MongoUnreachable(
                        "MongoDB at " + hosts + " refuses the user or password in MONGODB_URI (ovation.mongodb.uri)", e)
                : new MongoUnreachable(
                        "MongoDB at " + hosts
                                + " does not answer; see that it runs, and MONGODB_URI (ovation.mongodb.uri)",
                        e);
    }
}
