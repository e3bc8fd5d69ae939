package io.ovation.eventstore;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import io.ovation.live.LogIdentity;
import org.axonframework.common.stream.BlockingStream;
import org.axonframework.eventhandling.GlobalSequenceTrackingToken;
import org.axonframework.eventhandling.TrackedEventMessage;
import org.axonframework.eventhandling.TrackingToken;
import org.axonframework.messaging.StreamableMessageSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log as processors read it: every event once, in the order of positions, woken by the append.
 *
 * <p>What this node appended comes from memory ({@link RecentEvents}), the rest, other nodes' events and the past, from
 * the table: what is new is read once for all streams ({@link RecentPages}). Positions are in commit order (ADR 2), so
 * a token is one number. Streams may be used by one thread at a time; everything else by any.
 */
final class EventLog implements StreamableMessageSource<TrackedEventMessage<?>>, LogIdentity, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EventLog.class);
    private static final int PAGE = 1_000;
    private static final int FROM_MEMORY = 256;
    private static final Duration LAST_LOOK = Duration.ofSeconds(5);

    private final LogTable table;
    private final RecentEvents recent;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition grown = lock.newCondition();

    /** Guards the pages, also while one is read: whoever wants the same waits for it. */
    private final ReentrantLock reading = new ReentrantLock();

    private final RecentPages pages;
    private final Set<LogStream> streams = ConcurrentHashMap.newKeySet();
    private final Thread poller;
    private volatile long lastRead = System.nanoTime();
    private long head;

    /** Written under the lock, and before the head that was found with it. */
    private volatile String id;

    /** How often the committer has told; guarded by the lock. */
    private long told;

    private final CountDownLatch closed = new CountDownLatch(1);

    /**
     * @param memory how many of this node's latest events to keep, and how many of the others'
     * @param poll how often to look for what other nodes appended
     */
    EventLog(LogTable table, int memory, Duration poll) {
        this.table = table;
        this.recent = new RecentEvents(memory);
        this.pages = new RecentPages(memory);
        LogTable.Latest latest = table.latest();
        this.id = latest.log();
        this.head = latest.position();
        this.poller = Thread.ofVirtual().name("event-log-poller").start(() -> pollForOthers(poll));
    }

    /** The position of an event that was read from here. */
    static long position(TrackedEventMessage<?> event) {
        return event.trackingToken().position().orElseThrow();
    }

    /**
     * Takes in what this node has just made durable and wakes every stream. Called by the committer alone.
     *
     * @param events with ascending positions, all of them of one transaction, so that nobody else's lie between them
     * @param log the id that the log had then
     */
    void appended(List<TrackedEventMessage<?>> events, String log) {
        long first = position(events.getFirst());
        lock.lock();
        try {
            told++;
            id = log;
            // whatever lies between what is known and the first of these, if anything, is in the table
            recent.add(first == head + 1 ? head : first - 1, events);
            head = Math.max(head, position(events.getLast()));
            grown.signalAll();
        } finally {
            lock.unlock();
        }
        wake();
    }

    @Override
    public String current() {
        return id;
    }

    @Override
    public BlockingStream<TrackedEventMessage<?>> openStream(@Nullable TrackingToken token) {
        LogStream stream = new LogStream(token == null ? -1 : token.position().orElse(-1));
        streams.add(stream);
        return stream;
    }

    @Override
    public @Nullable TrackingToken createTailToken() {
        return null;
    }

    /** The position of the last durable event that this node knows of; costs no read. Null while the log is empty. */
    @Override
    public @Nullable TrackingToken createHeadToken() {
        return token(head());
    }

    @Override
    public @Nullable TrackingToken createTokenAt(Instant time) {
        return token(table.before(time));
    }

    @Override
    public @Nullable TrackingToken createTokenSince(Duration duration) {
        return createTokenAt(Instant.now().minus(duration));
    }

    private static @Nullable TrackingToken token(long position) {
        return position < 0 ? null : new GlobalSequenceTrackingToken(position);
    }

    /** The position of the last durable event that this node knows of; -1 while there is none. */
    long head() {
        lock.lock();
        try {
            return head;
        } finally {
            lock.unlock();
        }
    }

    /** Whether the log could be read within the last {@code time}. */
    boolean wasReadWithin(Duration time) {
        return System.nanoTime() - lastRead < time.toNanos();
    }

    private void wake() {
        for (LogStream stream : streams) {
            Runnable callback = stream.onAvailable;
            if (callback != null) {
                // a stream that fails to be woken, also by a defect, is none of the committer's, nor of the others
                try {
                    callback.run();
                } catch (RuntimeException | Error e) {
                    LOG.error("A stream of the log could not be woken", e);
                }
            }
        }
    }

    private void pollForOthers(Duration poll) {
        while (!closedWithin(poll)) {
            try {
                long before = told();
                LogTable.Latest found = table.latest();
                lastRead = System.nanoTime();
                if (advanceTo(found, before)) {
                    wake();
                }
            } catch (RuntimeException e) {
                LOG.debug("The log could not be read; it is tried again", e);
            }
        }
    }

    private boolean closedWithin(Duration time) {
        try {
            return closed.await(time.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            return true;
        }
    }

    /** Another node has appended up to a position. */
    void appendedElsewhere(long position) {
        boolean grew = false;
        lock.lock();
        try {
            if (position > head) {
                head = position;
                grown.signalAll();
                grew = true;
            }
        } finally {
            lock.unlock();
        }
        if (grew) {
            wake();
        }
    }

    /**
     * Looks how far the log goes now; blocks for that.
     *
     * @throws io.ovation.Unavailable if it can't be read
     */
    void look() {
        appendedElsewhere(table.latest().position());
    }

    /** The end of the log is read by all streams, at about the same time. */
    private LogTable.Page endOfLog(long above, long upTo) {
        reading.lock();
        try {
            LogTable.Page known = pages.above(above);
            if (known != null) {
                return known;
            }
            LogTable.Page page = table.page(above, upTo, PAGE);
            pages.dropUpTo(readByAll());
            pages.add(above, page);
            return page;
        } finally {
            reading.unlock();
        }
    }

    /** Up to where every stream has read that reads. */
    private long readByAll() {
        return streams.stream()
                .filter(stream -> stream.reads)
                .mapToLong(stream -> stream.at)
                .min()
                .orElse(-1);
    }

    private long told() {
        lock.lock();
        try {
            return told;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Takes in what was found in the table, and leaves it to the next look where the committer has told of another id
     * since: which of the two is the later can't be known.
     */
    private boolean advanceTo(LogTable.Latest found, long toldBefore) {
        lock.lock();
        try {
            if (told != toldBefore && !found.log().equals(id)) {
                return false;
            }
            id = found.log();
            if (found.position() <= head) {
                return false;
            }
            head = found.position();
            grown.signalAll();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Looks no more for what others append; a look that is under way is not interrupted, for that breaks its
     * connection, but waited for.
     */
    @Override
    public void close() {
        closed.countDown();
        try {
            poller.join(LAST_LOOK);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** One reader's place in the log. */
    private final class LogStream implements BlockingStream<TrackedEventMessage<?>> {
        private List<TrackedEventMessage<?>> ready = List.of();
        private int next;
        private volatile long at;

        /**
         * Not before the first event is asked for: a stream may be there only to be woken, and keeps nothing for itself
         * then.
         */
        private volatile boolean reads;

        private volatile @Nullable Runnable onAvailable;

        LogStream(long at) {
            this.at = at;
        }

        @Override
        public Optional<TrackedEventMessage<?>> peek() {
            return hasNextAvailable() ? Optional.of(ready.get(next)) : Optional.empty();
        }

        @Override
        public boolean hasNextAvailable(int timeout, TimeUnit unit) throws InterruptedException {
            if (next < ready.size() || read()) {
                return true;
            }
            return timeout > 0 && awaitGrowth(unit.toNanos(timeout)) && read();
        }

        @Override
        public TrackedEventMessage<?> nextAvailable() throws InterruptedException {
            while (!hasNextAvailable(1, TimeUnit.HOURS)) {
                // a stream without an end
            }
            return ready.get(next++);
        }

        @Override
        public boolean setOnAvailableCallback(Runnable callback) {
            onAvailable = callback;
            return true;
        }

        @Override
        public void close() {
            streams.remove(this);
            onAvailable = null;
        }

        /** Reads on, from memory where nothing can lie before it, else from the table. Whether there is anything. */
        private boolean read() {
            reads = true;
            next = 0;
            ready = List.of();
            while (true) {
                long upTo;
                lock.lock();
                try {
                    RecentEvents.Entry entry = recent.firstAbove(at);
                    if (entry != null && entry.previous() <= at) {
                        List<TrackedEventMessage<?>> copy = new ArrayList<>();
                        recent.copyAbove(at, FROM_MEMORY, copy);
                        at = position(copy.getLast());
                        ready = copy;
                        recent.dropUpTo(readByAll());
                        return true;
                    }
                    if (entry == null && at >= head) {
                        return false;
                    }
                    upTo = entry == null ? head : entry.previous();
                } finally {
                    lock.unlock();
                }
                LogTable.Page page = upTo - at < PAGE ? endOfLog(at, upTo) : table.page(at, upTo, PAGE);
                at = page.last();
                if (!page.events().isEmpty()) {
                    ready = page.events();
                    return true;
                }
            }
        }

        private boolean awaitGrowth(long nanos) throws InterruptedException {
            lock.lockInterruptibly();
            try {
                long left = nanos;
                while (at >= head) {
                    if (left <= 0) {
                        return false;
                    }
                    left = grown.awaitNanos(left);
                }
                return true;
            } finally {
                lock.unlock();
            }
        }
    }
}
