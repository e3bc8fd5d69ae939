package io.ovation.eventstore;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import javax.sql.DataSource;

import io.ovation.Unavailable;
import io.ovation.eventstore.Append.Place;
import io.ovation.trace.Traces;
import org.axonframework.eventhandling.GenericTrackedDomainEventMessage;
import org.axonframework.eventhandling.GlobalSequenceTrackingToken;
import org.axonframework.eventhandling.TrackedEventMessage;
import org.axonframework.eventsourcing.eventstore.EventStoreException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import static java.util.Comparator.comparingLong;

/**
 * Joins the appends of all commands in flight: any thread appends, and one thread, the committer, takes whatever waits
 * and has {@link LogWriter} write it, which is one transaction and one flush of the log. A single append is committed
 * at once; what comes during a flush goes with the next one, so groups grow with the load.
 *
 * <p>Each append stands or falls by itself, however many events it has. One that wants an identifier, or a place in its
 * aggregate, that is taken fails its own command as a {@link DuplicateEvent}, in the same transaction. A row that
 * PostgreSQL can't store fails alone: the group is halved until it is found. Where there is no room, the whole group is
 * {@link Unavailable}.
 *
 * <p>When the connection breaks or is silent, nobody knows whether the group that was under way is durable. The log is
 * asked until it answers: found is acknowledged, not found is {@link Unavailable}. Whoever would have to wait longer
 * than the contract allows is told that the outcome is unknown. What comes meanwhile is {@link Unavailable} at once.
 * See {@code docs/adr/0001-group-commit.md}.
 */
final class GroupCommit implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GroupCommit.class);
    private static final int MOST_EVENTS = 1_000;
    private static final Duration PATIENCE = Duration.ofSeconds(8);
    private static final Duration RECONNECT = Duration.ofMillis(250);

    private final LogWriter writer;
    private final EventLog log;
    private final AppendMeters meters;
    private final Traces traces;
    private final BlockingQueue<Append> waiting = new LinkedBlockingQueue<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread committer;
    private volatile boolean reachable = true;

    /** The committer's own, to tell of a shortage once. */
    private boolean full;

    /** For a node that is alone. */
    GroupCommit(DataSource database, EventLog log) {
        this(database, log, new AppendMeters(), Traces.OFF, false);
    }

    /**
     * @param database gives the committer a connection of its own, in autocommit
     * @param log is told what has become durable, in the order of positions, before any command is answered
     * @param others whether other nodes are to be told, too
     */
    GroupCommit(DataSource database, EventLog log, AppendMeters meters, Traces traces, boolean others) {
        this.writer = new LogWriter(database, others);
        this.log = log;
        this.meters = meters;
        this.traces = traces;
        this.committer =
                Thread.ofPlatform().name("event-store-committer").daemon().start(this::run);
    }

    /**
     * Appends the events of one command and returns when they are durable. Blocks: for command threads only.
     *
     * @throws DuplicateEvent if an identifier or a place is taken
     * @throws Unavailable if the store can't be reached; with an unknown outcome if it can't be known in time
     * @throws EventStoreException if the store can't hold the event
     */
    void append(List<StoredEvent> events) {
        if (traces.areOn()) {
            AppendSpans spans = AppendSpans.begin(traces, events);
            try {
                record(events);
                spans.end(null);
            } catch (RuntimeException e) {
                spans.end(e);
                throw e;
            }
        } else {
            record(events);
        }
    }

    private void record(List<StoredEvent> events) {
        if (!isOpen()) {
            throw unreachable();
        }
        Append append = new Append(events);
        waiting.add(append);
        if (!isOpen() && waiting.remove(append)) {
            throw unreachable();
        }
        await(append);
    }

    private void await(Append append) {
        try {
            append.durable().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            if (waiting.remove(append)) {
                throw unreachable();
            }
            writer.abortIfSilent();
            throw unknown();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unknown();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : new EventStoreException("Not stored", e);
        }
    }

    /** Whether the store takes appends: the last group was written, or what was in doubt is settled. */
    boolean isOpen() {
        return reachable && closed.getCount() > 0;
    }

    private static Unavailable unreachable() {
        return new Unavailable("The event store cannot be reached", 1);
    }

    private static Unavailable unknown() {
        return Unavailable.withUnknownOutcome("The event store did not answer in time", 1);
    }

    private void run() {
        List<Append> group = new ArrayList<>();
        while (closed.getCount() > 0) {
            try {
                if (collect(group)) {
                    commit(group);
                }
            } catch (InterruptedException e) {
                break;
            } catch (RuntimeException | Error e) {
                // also a defect must not end the thread, without which the node would take no append any more
                LOG.error("A group of appends failed", e);
                group.forEach(append -> append.fail(unknown()));
                writer.disconnect();
            } finally {
                // none of them is left without an answer, however this ends
                group.forEach(append -> append.fail(unknown()));
                group.clear();
            }
        }
        failWaiting();
        writer.disconnect();
    }

    private boolean collect(List<Append> group) throws InterruptedException {
        Append next = waiting.poll(1, TimeUnit.SECONDS);
        int events = 0;
        while (next != null) {
            group.add(next);
            events += next.events().size();
            next = events < MOST_EVENTS ? waiting.poll() : null;
        }
        return !group.isEmpty();
    }

    /**
     * Of those in a group that want the same, the first is written, and what becomes of it decides about the others. A
     * group of single events leaves that to the store.
     */
    private void commit(List<Append> group) throws InterruptedException {
        if (group.stream().allMatch(append -> append.events().size() == 1)) {
            write(group);
            return;
        }
        List<Append> left = group;
        while (!left.isEmpty()) {
            Map<Object, Append> wanted = new HashMap<>();
            List<Append> first = new ArrayList<>(left.size());
            Map<Append, Append> rivals = new IdentityHashMap<>();
            for (Append append : left) {
                Append rival = rival(append, wanted);
                if (rival == null) {
                    want(append, wanted);
                    first.add(append);
                } else {
                    rivals.put(append, rival);
                }
            }
            write(first);
            rivals.forEach((append, rival) -> {
                if (!rival.durable().isCompletedExceptionally()) {
                    append.fail(append.duplicate());
                }
            });
            left = left.stream().filter(append -> !append.durable().isDone()).toList();
        }
    }

    private static @Nullable Append rival(Append append, Map<Object, Append> wanted) {
        for (StoredEvent event : append.events()) {
            Append rival = wanted.getOrDefault(event.eventIdentifier(), wanted.get(Spot.of(event)));
            if (rival != null) {
                return rival;
            }
        }
        return null;
    }

    private static void want(Append append, Map<Object, Append> wanted) {
        for (StoredEvent event : append.events()) {
            wanted.put(event.eventIdentifier(), append);
            wanted.put(Spot.of(event), append);
        }
    }

    private void write(List<Append> group) throws InterruptedException {
        try {
            long start = System.nanoTime();
            Map<Place, Long> positions = writer.write(group);
            meters.written(positions.size(), System.nanoTime() - start);
            settle(group, positions, Append::duplicate);
            if (full) {
                full = false;
                LOG.info("The event store has room again");
            }
        } catch (SQLException e) {
            failed(group, e);
        }
    }

    private void failed(List<Append> group, SQLException e) throws InterruptedException {
        switch (StoreFailure.of(e)) {
            case REFUSED -> {
                if (group.size() > 1) {
                    // whoever is at fault is found in a few steps, and the others stay together
                    write(group.subList(0, group.size() / 2));
                    write(group.subList(group.size() / 2, group.size()));
                } else {
                    LOG.error("The event store refused an event", e);
                    group.getFirst().fail(new EventStoreException("The event could not be stored", e));
                }
            }
            case NO_ROOM -> {
                // in smaller groups they would fare no better
                if (!full) {
                    full = true;
                    LOG.error("The event store has no room: {}", e.getMessage());
                }
                group.forEach(append -> append.fail(new Unavailable("The event store has no room", 1)));
            }
            case TOO_SLOW -> awaitStore(group, e, false);
            case UNKNOWN -> awaitStore(group, e, writer.mayHaveBeenSent());
        }
    }

    /**
     * After a broken connection, or a silence: asks the log which of the group it holds, for as long as that takes; new
     * appends are turned down meanwhile.
     */
    private void awaitStore(List<Append> group, SQLException why, boolean inDoubt) throws InterruptedException {
        reachable = false;
        failWaiting();
        LOG.warn("The event store cannot be reached: {}", why.getMessage());
        if (!inDoubt) {
            group.forEach(append -> append.fail(unreachable()));
        }
        do {
            try {
                settle(group, writer.find(group), missing -> unreachable());
                reachable = true;
                LOG.info("The event store can be reached again");
                return;
            } catch (SQLException e) {
                LOG.debug("The event store cannot be reached yet", e);
                failWaiting();
            }
        } while (!closed.await(RECONNECT.toMillis(), TimeUnit.MILLISECONDS));
        group.forEach(append -> append.fail(unknown()));
    }

    /**
     * Tells the log what is durable, in the order of positions, and only then the commands. Of two appends in one group
     * that want the same, the one that stood first was stored: it takes the position, and the other finds it gone.
     */
    private void settle(
            List<Append> group, Map<Place, Long> positions, Function<Append, RuntimeException> whenMissing) {
        List<TrackedEventMessage<?>> durable = new ArrayList<>(positions.size());
        List<Append> stored = new ArrayList<>(group.size());
        List<Append> missing = new ArrayList<>();
        for (Append append : group) {
            (isTaken(append, positions, durable) ? stored : missing).add(append);
        }
        if (!durable.isEmpty()) {
            durable.sort(comparingLong(EventLog::position));
            log.appended(durable, writer.log());
        }
        stored.forEach(append -> append.durable().complete(null));
        missing.forEach(append -> append.fail(whenMissing.apply(append)));
    }

    private static boolean isTaken(Append append, Map<Place, Long> positions, List<TrackedEventMessage<?>> durable) {
        boolean all = true;
        for (StoredEvent event : append.events()) {
            Long position = positions.remove(Place.of(event));
            if (position == null) {
                all = false;
            } else {
                durable.add(new GenericTrackedDomainEventMessage<>(
                        new GlobalSequenceTrackingToken(position), event.message()));
            }
        }
        return all;
    }

    private void failWaiting() {
        List<Append> turnedDown = new ArrayList<>();
        waiting.drainTo(turnedDown);
        turnedDown.forEach(append -> append.fail(unreachable()));
    }

    /** Stops after the group that is under way; blocks until then, or until the store has been silent for too long. */
    @Override
    public void close() {
        closed.countDown();
        try {
            if (!committer.join(PATIENCE)) {
                writer.abortIfSilent();
                committer.join(PATIENCE);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A place in an aggregate, which one event has. */
    private record Spot(String aggregateIdentifier, long sequenceNumber) {
        static Spot of(StoredEvent event) {
            return new Spot(event.aggregateIdentifier(), event.sequenceNumber());
        }
    }
}
