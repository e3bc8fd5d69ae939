package io.ovation.replay;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;

import io.ovation.replay.EventRows.Page;
import io.ovation.replay.EventRows.Pages;
import io.ovation.replay.ReplayQuery.EventPage;
import org.axonframework.common.stream.BlockingStream;
import org.axonframework.eventhandling.TrackedEventMessage;
import org.axonframework.eventhandling.TrackingToken;
import org.axonframework.messaging.StreamableMessageSource;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Operators;

/**
 * One reading of the log. Reads a page when one is asked for, on a thread of its own that ends with it; between two
 * pages it holds no thread and no connection, so one who does not ask costs nothing, and has the table as its buffer.
 * Follows the log by being woken, not by polling.
 *
 * <p>Any thread signals; one at a time reads. Nothing is ever interrupted: a read that is under way when the reading is
 * cancelled ends by itself, and is thrown away.
 */
final class LogReading implements Subscription {
    private static final AtomicIntegerFieldUpdater<LogReading> WORK =
            AtomicIntegerFieldUpdater.newUpdater(LogReading.class, "work");
    private static final AtomicLongFieldUpdater<LogReading> REQUESTED =
            AtomicLongFieldUpdater.newUpdater(LogReading.class, "requested");

    private static final int FIRST_PAGE = 64;
    private static final int SMALLEST_PAGE = 16;
    private static final int LARGEST_PAGE = 512;
    private static final long PAGE_BYTES = 256 * 1024;

    private final Pages pages;
    private final @Nullable Long end;
    private final StreamableMessageSource<TrackedEventMessage<?>> log;
    private final Executor threads;
    private final Duration pace;
    private final AtomicBoolean willWake = new AtomicBoolean();
    private final CoreSubscriber<? super EventPage> reader;

    private volatile int work;
    private volatile long requested;
    private volatile boolean cancelled;

    // owned by whoever reads
    private long at;
    private long left;
    private long emitted;
    private int rows = FIRST_PAGE;
    private boolean over;
    private @Nullable BlockingStream<TrackedEventMessage<?>> growth;

    /**
     * @param end the last position to look at; null to follow the log
     * @param limit the most events
     * @param log tells that it has grown, and how far; the events are read from the table
     * @param threads give each piece of work a thread that may block
     * @param pace how long after it has grown the log is looked at, once for all that has come by then; zero for at
     *     once
     */
    LogReading(
            Pages pages,
            long after,
            @Nullable Long end,
            long limit,
            StreamableMessageSource<TrackedEventMessage<?>> log,
            Executor threads,
            Duration pace,
            CoreSubscriber<? super EventPage> reader) {
        this.pages = pages;
        this.at = after;
        this.end = end;
        this.left = limit;
        this.log = log;
        this.threads = threads;
        this.pace = pace;
        this.reader = reader;
    }

    @Override
    public void request(long n) {
        if (Operators.validate(n)) {
            Operators.addCap(REQUESTED, this, n);
            wake();
        }
    }

    @Override
    public void cancel() {
        cancelled = true;
        wake();
    }

    /** There may be something to do. Never blocks. */
    void wake() {
        if (WORK.getAndIncrement(this) == 0) {
            threads.execute(this::work);
        }
    }

    /** The log has grown. Never blocks. */
    private void grown() {
        if (pace.isZero()) {
            wake();
        } else if (willWake.compareAndSet(false, true)) {
            CompletableFuture.delayedExecutor(pace.toNanos(), TimeUnit.NANOSECONDS, Runnable::run)
                    .execute(() -> {
                        willWake.set(false);
                        wake();
                    });
        }
    }

    private void work() {
        int seen = 1;
        do {
            try {
                while (!over && advance()) {
                    // a page at a time
                }
            } catch (RuntimeException e) {
                end();
                if (!cancelled) {
                    reader.onError(e);
                }
            }
            seen = WORK.addAndGet(this, -seen);
        } while (seen != 0);
    }

    /** Reads a page and gives it; false when there is nothing to do until the next {@link #wake()}. */
    private boolean advance() {
        if (cancelled) {
            end();
            return false;
        }
        if (left == 0 || end != null && at >= end) {
            end();
            reader.onComplete();
            return false;
        }
        if (requested != Long.MAX_VALUE && emitted >= requested) {
            return false;
        }
        long upTo = end == null ? head() : end;
        if (at >= upTo) {
            return false;
        }
        Page page = pages.next(at, upTo, (int) Math.min(rows, left));
        at = page.last();
        if (cancelled || page.lines().isEmpty()) {
            return true;
        }
        adapt(page);
        left -= Math.min(left, page.lines().size());
        emitted++;
        reader.onNext(new EventPage(page.lines()));
        return true;
    }

    /** The position up to which the log has grown; whoever asks is woken when it has grown further. */
    private long head() {
        if (growth == null) {
            growth = log.openStream(log.createHeadToken());
            growth.setOnAvailableCallback(this::grown);
        }
        TrackingToken head = log.createHeadToken();
        return head == null ? -1 : head.position().orElse(-1);
    }

    /** Large pages where the events are small: what a page holds in memory is bounded by its bytes. */
    private void adapt(Page page) {
        long bytes = page.lines().stream().mapToLong(line -> line.json().length).sum();
        long fitting = PAGE_BYTES * page.rows() / Math.max(1, bytes);
        rows = (int) Math.clamp(Math.min(fitting, 2L * rows), SMALLEST_PAGE, LARGEST_PAGE);
    }

    private void end() {
        over = true;
        if (growth != null) {
            growth.close();
            growth = null;
        }
    }
}
