package io.ovation.eventstore;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;

/** Where the event store is, and its schema. */
final class StoreDatabase {
    /** So that whoever waits for a connection and then for an answer has it, or an error, within 10 s. */
    private static final Duration SILENCE = Duration.ofSeconds(4);

    /** A new index on a log of years takes its time. */
    private static final Duration FOR_A_MIGRATION = Duration.ofHours(6);

    private final String jdbcUrl;
    private final String user;
    private final String password;

    StoreDatabase(String jdbcUrl, String user, String password) {
        this.jdbcUrl = jdbcUrl;
        this.user = user;
        this.password = password;
    }

    /** An external server; takes both ways of writing its address. */
    static StoreDatabase external(String url) {
        if (!url.startsWith("postgresql://") && !url.startsWith("postgres://")) {
            return new StoreDatabase(url, "", "");
        }
        URI uri = URI.create(url);
        String[] credentials = uri.getRawUserInfo() == null
                ? new String[0]
                : uri.getRawUserInfo().split(":", 2);
        String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
        String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
        return new StoreDatabase(
                "jdbc:postgresql://" + uri.getHost() + port + uri.getRawPath() + query,
                credentials.length > 0 ? URLDecoder.decode(credentials[0], StandardCharsets.UTF_8) : "",
                credentials.length > 1 ? URLDecoder.decode(credentials[1], StandardCharsets.UTF_8) : "");
    }

    /** Connections without a pool for reads and appends: durable, and never silent for long. */
    StoreSession dataSource() {
        return dataSource(SILENCE);
    }

    private StoreSession dataSource(Duration silence) {
        StoreSession source = new StoreSession(silence);
        source.setUrl(jdbcUrl);
        if (!user.isEmpty()) {
            source.setUser(user);
            source.setPassword(password);
        }
        return source;
    }

    /**
     * Makes sure that the server answers, that it flushes what it commits, and that the schema is there, and gives the
     * log a new id.
     *
     * @throws EventStoreUnreachable if any of this fails
     */
    void prepare() {
        try (Connection connection = dataSource().getConnection()) {
            connection.isValid(1);
        } catch (StoreSession.NotDurable e) {
            throw new EventStoreUnreachable(String.valueOf(e.getMessage()), e);
        } catch (SQLException e) {
            throw new EventStoreUnreachable("The event store's PostgreSQL cannot be reached: " + e.getMessage(), e);
        }
        try {
            Flyway.configure(StoreDatabase.class.getClassLoader())
                    .dataSource(dataSource(FOR_A_MIGRATION))
                    .locations("classpath:db/migration")
                    .load()
                    .migrate();
        } catch (FlywayException e) {
            throw new EventStoreUnreachable(
                    "The event store's schema could not be brought up to date: " + firstLine(e), e);
        }
        try (Connection connection = dataSource().getConnection()) {
            LogId.begin(connection);
        } catch (SQLException e) {
            throw new EventStoreUnreachable("The event store's PostgreSQL takes nothing: " + e.getMessage(), e);
        }
    }

    private static String firstLine(Throwable e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    }
}
