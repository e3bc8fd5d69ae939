package io.ovation.documents.mongo;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

import com.mongodb.ConnectionString;
import com.mongodb.MongoClientSettings;
import com.mongodb.ReadPreference;
import com.mongodb.WriteConcern;
import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
import com.mongodb.reactivestreams.client.MongoDatabase;
import org.bson.UuidRepresentation;
import org.jspecify.annotations.Nullable;

/**
 * The connection to MongoDB. Thread-safe. What is written is on the disks of most of its servers before it counts, and
 * is read where it was written: a document that an election took back would never be written again. Whatever the server
 * does, a command ends within {@value #LONGEST_SECONDS} seconds.
 */
final class MongoConnection implements AutoCloseable {
    private static final int LONGEST_SECONDS = 10;
    private static final Duration LONGEST = Duration.ofSeconds(LONGEST_SECONDS);

    private final MongoClient client;
    private final String database;

    /** @throws MongoUnusable when the server doesn't answer, or may not be used as the address says */
    MongoConnection(MongoSettings settings, String uri) {
        ConnectionString connection = connectionString(uri);
        String inUri = connection.getDatabase();
        database = inUri == null ? settings.database() : inUri;
        client = MongoClients.create(settings(connection, settings.timeout()));
        try {
            new MongoRequirements(String.join(",", connection.getHosts()), database()).requireUsable();
        } catch (RuntimeException e) {
            client.close();
            throw e;
        }
    }

    static MongoClientSettings settings(ConnectionString connection, Duration timeout) {
        return MongoClientSettings.builder()
                .applicationName("ovation")
                .uuidRepresentation(UuidRepresentation.STANDARD)
                .applyToClusterSettings(
                        cluster -> cluster.serverSelectionTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS))
                .applyConnectionString(connection)
                // last: no connection string makes it less safe, or has it wait for longer
                .writeConcern(WriteConcern.MAJORITY.withJournal(true))
                .readPreference(ReadPreference.primary())
                .retryWrites(true)
                .retryReads(true)
                .applyToClusterSettings(cluster -> cluster.serverSelectionTimeout(
                        atMost(connection.getServerSelectionTimeout(), timeout), TimeUnit.MILLISECONDS))
                .applyToSocketSettings(socket -> socket.connectTimeout(
                                atMost(connection.getConnectTimeout(), timeout), TimeUnit.MILLISECONDS)
                        .readTimeout(atMost(connection.getSocketTimeout(), LONGEST), TimeUnit.MILLISECONDS))
                .applyToConnectionPoolSettings(pool -> pool.maxWaitTime(
                        atMost(connection.getMaxWaitTime(), LONGEST), TimeUnit.MILLISECONDS))
                .build();
    }

    /** What the connection string says, where it does and that is not for ever, else the other; ten seconds at most. */
    private static int atMost(@Nullable Integer said, Duration otherwise) {
        long millis = said == null || said <= 0 ? otherwise.toMillis() : said;
        return (int) Math.min(millis, LONGEST.toMillis());
    }

    MongoDatabase database() {
        return database(database);
    }

    MongoDatabase database(String name) {
        return client.getDatabase(name);
    }

    @Override
    public void close() {
        client.close();
    }

    private static ConnectionString connectionString(String uri) {
        ConnectionString connection;
        try {
            connection = new ConnectionString(uri);
        } catch (IllegalArgumentException e) {
            // its message may quote a password
            throw new MongoUnusable(
                    "MONGODB_URI (ovation.mongodb.uri) is not a MongoDB connection string: "
                            + "mongodb://user:password@host:27017/ovation",
                    e);
        }
        ReadPreference reads = connection.getReadPreference();
        if (reads != null && !reads.equals(ReadPreference.primary())) {
            throw new MongoUnusable(
                    "MONGODB_URI (ovation.mongodb.uri) asks for the read preference " + reads.getName()
                            + ", and the read models are read from the primary: leave readPreference out",
                    null);
        }
        return connection;
    }
}
