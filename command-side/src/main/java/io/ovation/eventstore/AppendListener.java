package io.ovation.eventstore;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hears from PostgreSQL when another node has appended, on a connection of its own. A connection may be there and bring
 * nothing: behind a pooler, or when the session has gone and nobody said so. So the listener tells itself something
 * whenever it has heard nothing for a while, and takes another connection when it does not hear that. What was appended
 * between two connections is looked up as the next one begins; the log's own poll is the last resort. One thread.
 */
final class AppendListener implements AutoCloseable {
    static final String CHANNEL = "ovation_appended";

    private static final Logger LOG = LoggerFactory.getLogger(AppendListener.class);
    private static final Duration QUIET = Duration.ofSeconds(5);
    private static final Duration ECHO = Duration.ofSeconds(2);
    private static final Duration RECONNECT = Duration.ofMillis(250);

    private final DataSource database;
    private final EventLog log;
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile @Nullable Thread thread;
    private volatile @Nullable Connection connection;

    /** Told once when it begins, and once when it ends. */
    private boolean deaf;

    /** @param database gives a connection in autocommit */
    AppendListener(DataSource database, EventLog log) {
        this.database = database;
        this.log = log;
    }

    void start() {
        thread = Thread.ofPlatform().name("append-listener").daemon().start(this::run);
    }

    private void run() {
        try {
            do {
                try (Connection open = database.getConnection()) {
                    connection = open;
                    listen(open);
                } catch (SQLException | RuntimeException e) {
                    if (!deaf && closed.getCount() > 0) {
                        deaf = true;
                        LOG.warn("What other nodes append is not heard, and looked for instead: {}", e.getMessage());
                    }
                }
            } while (!closed.await(RECONNECT.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void listen(Connection open) throws SQLException {
        String own = "ovation_" + UUID.randomUUID().toString().replace("-", "");
        PGConnection session = open.unwrap(PGConnection.class);
        try (Statement statement = open.createStatement()) {
            statement.execute("LISTEN " + CHANNEL + "; LISTEN " + own);
            // what was appended before this one listened
            log.look();
            expectEcho(statement, session, own);
            if (deaf) {
                deaf = false;
                LOG.info("What other nodes append is heard again");
            }
            while (closed.getCount() > 0) {
                if (!hear(session)) {
                    expectEcho(statement, session, own);
                }
            }
        }
    }

    private void expectEcho(Statement statement, PGConnection session, String own) throws SQLException {
        statement.execute("SELECT pg_notify('" + own + "', '')");
        long until = System.nanoTime() + ECHO.toNanos();
        while (System.nanoTime() < until) {
            PGNotification[] heard = session.getNotifications((int) ECHO.toMillis());
            boolean echo = false;
            for (PGNotification each : heard == null ? new PGNotification[0] : heard) {
                echo |= each.getName().equals(own);
                take(each);
            }
            if (echo || closed.getCount() == 0) {
                return;
            }
        }
        throw new SQLException("the database does not bring what it is told to; a pooler may be between");
    }

    /** Whether anything was heard. */
    private boolean hear(PGConnection session) throws SQLException {
        PGNotification[] heard = session.getNotifications((int) QUIET.toMillis());
        if (heard == null || heard.length == 0) {
            return false;
        }
        for (PGNotification each : heard) {
            take(each);
        }
        return true;
    }

    private void take(PGNotification notification) {
        if (notification.getName().equals(CHANNEL)) {
            try {
                log.appendedElsewhere(Long.parseLong(notification.getParameter()));
            } catch (NumberFormatException e) {
                log.look();
            }
        }
    }

    @Override
    public void close() {
        closed.countDown();
        Connection open = connection;
        Thread running = thread;
        if (running == null) {
            return;
        }
        try {
            if (open != null) {
                open.abort(Runnable::run);
            }
            running.join(RECONNECT.multipliedBy(4));
        } catch (SQLException e) {
            LOG.debug("The listener's connection could not be closed", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
