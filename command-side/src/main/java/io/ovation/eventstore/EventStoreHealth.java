package io.ovation.eventstore;

import java.time.Duration;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/**
 * Whether PostgreSQL answers: it takes appends, and the log was read a moment ago. Asks nothing itself, so that any
 * thread may ask it, while PostgreSQL is silent too.
 */
final class EventStoreHealth implements HealthIndicator {
    /** A read that is slow is not yet a silence. */
    private static final Duration SLOW = Duration.ofSeconds(3);

    private final GroupCommit groupCommit;
    private final EventLog log;
    private final Duration fresh;

    /** @param poll how often the log is read */
    EventStoreHealth(GroupCommit groupCommit, EventLog log, Duration poll) {
        this.groupCommit = groupCommit;
        this.log = log;
        this.fresh = patience(poll);
    }

    /** How long ago the last reading may be, where the log is read so often. */
    static Duration patience(Duration poll) {
        return poll.multipliedBy(2).plus(SLOW);
    }

    @Override
    public Health health() {
        boolean answers = groupCommit.isOpen() && log.wasReadWithin(fresh);
        return (answers ? Health.up() : Health.outOfService()).build();
    }
}
