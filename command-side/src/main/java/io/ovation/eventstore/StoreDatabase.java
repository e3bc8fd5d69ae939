package io.ovation.eventstore;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;

import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.postgresql.ds.PGSimpleDataSource;

/** Where the event store is, and its schema. */
final class StoreDatabase {
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

    /** Connections without a pool, on which a commit is durable when it returns, whatever the server's own setting. */
    PGSimpleDataSource dataSource() {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(jdbcUrl);
        if (!user.isEmpty()) {
            source.setUser(user);
            source.setPassword(password);
        }
        source.setApplicationName("ovation");
        source.setConnectTimeout(5);
        source.setTcpKeepAlive(true);
        return source;
    }

    /**
     * Makes sure that the server answers, that it flushes what it commits, and that the schema is there.
     *
     * @throws EventStoreUnreachable if any of this fails
     */
    void prepare() {
        try (Connection connection = dataSource().getConnection();
                var show = connection.createStatement();
                var result =
                        show.executeQuery("SELECT current_setting('fsync'), current_setting('synchronous_commit')")) {
            result.next();
            if ("off".equals(result.getString(1)) || "off".equals(result.getString(2))) {
                throw new EventStoreUnreachable(
                        "The event store's PostgreSQL runs with fsync or synchronous_commit off: an acknowledged message could be lost. Set both on.");
            }
        } catch (SQLException e) {
            throw new EventStoreUnreachable("The event store's PostgreSQL cannot be reached: " + e.getMessage(), e);
        }
        try {
            Flyway.configure(StoreDatabase.class.getClassLoader())
                    .dataSource(dataSource())
                    .locations("classpath:db/migration")
                    .load()
                    .migrate();
        } catch (FlywayException e) {
            throw new EventStoreUnreachable(
                    "The event store's schema could not be brought up to date: " + firstLine(e), e);
        }
    }

    private static String firstLine(Throwable e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    }
}
