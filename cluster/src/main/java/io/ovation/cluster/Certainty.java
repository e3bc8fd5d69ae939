package io.ovation.cluster;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether this node can be sure of who is there. It is, when every node of the view has answered a question that was
 * put a moment ago, and nobody has come or gone for longer than a command may take. A node that is suspended or cut off
 * is sure no more before the others take its place, which takes them {@link Stack#SILENCE_MILLIS}: they count from its
 * last sign of life, and so does it. One thread asks; any may want to know.
 */
final class Certainty {
    /** Shorter than the silence after which a node counts as gone. */
    static final Duration GOOD_FOR = Duration.ofMillis(2_500);

    /** Longer than any command that another node has under way for what is now this one's. */
    static final Duration SETTLED = Duration.ofSeconds(12);

    /** Between two rounds: who has not asked for so long was suspended, and the others may have gone on without it. */
    static final Duration AWAY = Duration.ofMillis(3_500);

    private static final Duration PERIOD = Duration.ofMillis(500);
    private static final Duration PATIENCE = Duration.ofMillis(1_500);

    private static final Logger LOG = LoggerFactory.getLogger(Certainty.class);

    private final LongFunction<CompletableFuture<Boolean>> askAll;
    private final LongSupplier nanos;
    private final Runnable whenBack;
    private volatile long changed;

    /** When the last question was put that all have answered; guarded by nothing, for one thread writes it. */
    private volatile long asked;

    /** When the last round began; guarded by nothing, for one thread writes it. */
    private volatile long lastRound;

    /** When this node was last suspended or cut off, as far as it knows. */
    private volatile long disturbed;

    private volatile @Nullable CountDownLatch stopped;

    /**
     * @param askAll asks all others whether they are there, for so many milliseconds
     * @param nanos a clock that goes on while this process is suspended
     * @param whenBack told when this process was suspended for so long that the others may take it for gone
     */
    Certainty(LongFunction<CompletableFuture<Boolean>> askAll, LongSupplier nanos, Runnable whenBack) {
        this.askAll = askAll;
        this.nanos = nanos;
        this.whenBack = whenBack;
        this.changed = nanos.getAsLong();
        this.lastRound = changed;
        this.asked = changed - GOOD_FOR.toNanos();
        this.disturbed = asked;
    }

    boolean isCertain() {
        long now = nanos.getAsLong();
        return now - asked < GOOD_FOR.toNanos() && now - changed > SETTLED.toNanos();
    }

    /**
     * Whether what another node asks now is meant now. What was on its way while this node was suspended or cut off
     * from that one comes late: whoever sent it has long asked another. From one node all comes in the order in which
     * it was said; so once all have answered a question that was put since, nothing older comes.
     */
    boolean isUpToDate() {
        return asked - disturbed >= 0 && nanos.getAsLong() - lastRound <= AWAY.toNanos();
    }

    /** This node was cut off from others. */
    void disturb() {
        disturbed = nanos.getAsLong();
        forget();
    }

    /** Somebody has come or gone. */
    void forget() {
        changed = nanos.getAsLong();
    }

    void start() {
        CountDownLatch end = new CountDownLatch(1);
        stopped = end;
        lastRound = nanos.getAsLong();
        Thread.ofVirtual().name("cluster-certainty").start(() -> ask(end));
    }

    void stop() {
        CountDownLatch end = stopped;
        if (end != null) {
            end.countDown();
        }
    }

    private void ask(CountDownLatch end) {
        try {
            do {
                round();
            } while (!end.await(PERIOD.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** One question to all. */
    void round() throws InterruptedException {
        long put = nanos.getAsLong();
        boolean wasAway = put - lastRound > AWAY.toNanos();
        if (wasAway) {
            disturbed = put;
            forget();
        }
        lastRound = put;
        if (wasAway) {
            whenBack.run();
        }
        if (answered()) {
            asked = put;
        }
    }

    private boolean answered() throws InterruptedException {
        try {
            return askAll.apply(PATIENCE.toMillis()).get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            LOG.debug("Not all nodes answer", e);
            return false;
        }
    }
}
