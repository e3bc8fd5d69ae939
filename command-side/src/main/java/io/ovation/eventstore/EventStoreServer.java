package io.ovation.eventstore;

import java.nio.file.Path;

import io.ovation.postgres.EmbeddedPostgres;
import org.jspecify.annotations.Nullable;

/**
 * The PostgreSQL that holds the log: an external one, or one of our own in the data directory, which is stopped with
 * the application.
 */
final class EventStoreServer implements AutoCloseable {
    private final StoreDatabase database;
    private final @Nullable EmbeddedPostgres embedded;

    private EventStoreServer(StoreDatabase database, @Nullable EmbeddedPostgres embedded) {
        this.database = database;
        this.embedded = embedded;
    }

    static EventStoreServer start(@Nullable String url, Path data) {
        EventStoreServer server =
                url == null || url.isBlank() ? embedded(data) : new EventStoreServer(StoreDatabase.external(url), null);
        try {
            server.database.prepare();
        } catch (RuntimeException e) {
            server.close();
            throw e;
        }
        return server;
    }

    private static EventStoreServer embedded(Path data) {
        EmbeddedPostgres postgres = EmbeddedPostgres.start(data);
        return new EventStoreServer(
                new StoreDatabase(postgres.jdbcUrl(), postgres.user(), postgres.password()), postgres);
    }

    StoreDatabase database() {
        return database;
    }

    @Override
    public void close() {
        if (embedded != null) {
            embedded.close();
        }
    }
}
