package io.ovation.conversation;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

import io.ovation.conversation.ReceiptCommand.Acknowledge;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Joins what a member acknowledges: the first goes through at once, what follows within a window is folded to its
 * highest and goes through together at its end, which opens the next. So a member who reads any number of messages
 * costs an event a window. No thread waits, and a window in which nothing came is forgotten. For any number of threads.
 */
final class ReceiptWindows implements SmartLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(ReceiptWindows.class);

    /**
     * Below the phase in which Spring Boot stops its web server, {@code DEFAULT_PHASE - 2048}, and above those of Axon:
     * nothing comes any more, and all can be sent.
     */
    private static final int PHASE = DEFAULT_PHASE - 4096;

    private static final int STOP_SECONDS = 10;

    private final Function<Acknowledge, CompletableFuture<?>> recording;
    private final Executor endOfWindow;
    private final ConcurrentMap<Member, Waiting> windows = new ConcurrentHashMap<>();
    private final Set<CompletableFuture<?>> underWay = ConcurrentHashMap.newKeySet();
    private volatile boolean running;

    /** Whose window. */
    private record Member(String conversationId, String user) {}

    /**
     * What waits for the end of a window.
     *
     * @param highest null while nothing does
     */
    private record Waiting(@Nullable Acknowledge highest, CompletableFuture<@Nullable Void> durable) {
        static Waiting forNothing() {
            return new Waiting(null, new CompletableFuture<>());
        }

        Waiting and(Acknowledge next) {
            return new Waiting(highest == null ? next : fold(highest, next), durable);
        }

        private static Acknowledge fold(Acknowledge one, Acknowledge other) {
            return new Acknowledge(
                    one.conversationId(),
                    Math.max(one.delivered(), other.delivered()),
                    Math.max(one.read(), other.read()),
                    other.by(),
                    other.at().isAfter(one.at()) ? other.at() : one.at(),
                    one.awaited() || other.awaited());
        }
    }

    /**
     * @param recording makes what it is given durable
     * @param endOfWindow runs what it is given after the length of a window
     */
    ReceiptWindows(Function<Acknowledge, CompletableFuture<?>> recording, Executor endOfWindow) {
        this.recording = recording;
        this.endOfWindow = endOfWindow;
    }

    /**
     * Completes when what covers the acknowledgement is durable; fails when it was turned down, and then nothing of it
     * was recorded.
     */
    CompletableFuture<@Nullable Void> acknowledge(Acknowledge command) {
        Member member = new Member(command.conversationId(), command.by().user());
        while (running) {
            Waiting waiting = windows.computeIfPresent(member, (key, before) -> before.and(command));
            if (waiting != null) {
                return waiting.durable();
            }
            if (windows.putIfAbsent(member, Waiting.forNothing()) == null) {
                break;
            }
        }
        CompletableFuture<@Nullable Void> durable = new CompletableFuture<>();
        record(member, command, durable);
        return durable;
    }

    private void record(Member member, Acknowledge command, CompletableFuture<@Nullable Void> durable) {
        underWay.add(durable);
        recorded(command).whenComplete((answer, failure) -> {
            if (failure == null) {
                durable.complete(null);
            } else {
                durable.completeExceptionally(failure);
            }
            underWay.remove(durable);
            if (running) {
                endOfWindow.execute(() -> end(member));
            } else {
                end(member);
            }
        });
    }

    private CompletableFuture<?> recorded(Acknowledge command) {
        try {
            return recording.apply(command);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private void end(Member member) {
        for (Waiting waiting = windows.get(member); waiting != null; waiting = windows.get(member)) {
            Acknowledge highest = waiting.highest();
            boolean last = highest == null || !running;
            if (last ? windows.remove(member, waiting) : windows.replace(member, waiting, Waiting.forNothing())) {
                if (highest != null) {
                    record(member, highest, waiting.durable());
                }
                return;
            }
        }
    }

    /** Members with an open window. */
    int open() {
        return windows.size();
    }

    @Override
    public void start() {
        running = true;
    }

    /** Records what waits, and returns when it is durable. */
    @Override
    public void stop() {
        running = false;
        windows.keySet().forEach(this::end);
        try {
            CompletableFuture.allOf(underWay.toArray(CompletableFuture[]::new)).get(STOP_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            LOG.debug("An acknowledgement was turned down at the end", e);
        } catch (TimeoutException e) {
            LOG.warn("Acknowledgements of receipt were not recorded within {} s of stopping", STOP_SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return PHASE;
    }
}
