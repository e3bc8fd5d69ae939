package io.ovation.acceptance;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What a live stream told, in order, and how it ended. Filled by a transport, read by one thread. */
final class Frames {
    static final Duration PATIENCE = Duration.ofSeconds(15);

    private final BlockingQueue<Signal> signals = new LinkedBlockingQueue<>();
    private final AtomicInteger received = new AtomicInteger();

    private final Consumer<JsonNode> described;

    private sealed interface Signal {
        record Undescribed(AssertionError error) implements Signal {}

        record Frame(JsonNode json) implements Signal {}

        record End(@Nullable JsonNode error, String how) implements Signal {}
    }

    /** @param described throws {@link AssertionError} for a frame that the server's documents do not have */
    Frames(Consumer<JsonNode> described) {
        this.described = described;
    }

    /** One more frame came. */
    void add(JsonNode frame) {
        received.incrementAndGet();
        try {
            described.accept(frame);
            signals.add(new Signal.Frame(frame));
        } catch (AssertionError undescribed) {
            // it is the test's thread that has to fail
            signals.add(new Signal.Undescribed(undescribed));
        }
    }

    /**
     * The stream ended.
     *
     * @param error the error object or frame; null when there was none
     * @param how for the reader of a failed test
     */
    void end(@Nullable JsonNode error, String how) {
        signals.add(new Signal.End(error, how));
    }

    /** How many frames came until now, read or not. */
    int received() {
        return received.get();
    }

    /** The next frame, of whatever type but {@code audience}: who else watches may change at any time. */
    JsonNode next() {
        JsonNode frame = any();
        while (isType(frame, "audience")) {
            frame = any();
        }
        return frame;
    }

    private static boolean isType(JsonNode frame, String type) {
        return frame.path("type").asString("").equals(type);
    }

    private JsonNode any() {
        return switch (take(PATIENCE)) {
            case Signal.Frame(JsonNode json) -> json;
            case Signal.End end -> throw new AssertionError("The stream ended: " + end);
            case Signal.Undescribed(AssertionError error) -> throw error;
        };
    }

    /**
     * The next frame of the ordered log, or the {@code reset} or {@code reconnect} in its place; state frames are
     * passed over.
     */
    JsonNode nextOfLog() {
        JsonNode frame = next();
        while (isState(frame)) {
            frame = next();
        }
        return frame;
    }

    /** The next frame of that type, whatever comes before it. */
    JsonNode nextOf(String type) {
        JsonNode frame = any();
        while (!isType(frame, type)) {
            frame = any();
        }
        return frame;
    }

    /** The next frame of the log, which has to be of that type. */
    JsonNode next(String type) {
        JsonNode frame = nextOfLog();
        if (!frame.path("type").asString("").equals(type)) {
            throw new AssertionError("Not a " + type + ": " + frame);
        }
        return frame;
    }

    List<JsonNode> next(String type, int count) {
        List<JsonNode> frames = new ArrayList<>();
        while (frames.size() < count) {
            frames.add(next(type));
        }
        return frames;
    }

    /** Waits for the head of the stream, which says that whatever is recorded from now on is on it. */
    Frames opened() {
        JsonNode head = next();
        if (!isState(head)) {
            throw new AssertionError("A stream begins with start, not with " + head);
        }
        return this;
    }

    /** The next frame of the log if one comes in that time; null when the stream ended or nothing came. */
    @Nullable
    JsonNode poll(Duration within) {
        long end = System.nanoTime() + within.toNanos();
        while (true) {
            Signal signal = poll(end - System.nanoTime());
            switch (signal) {
                case null -> {
                    return null;
                }
                case Signal.Undescribed(AssertionError error) -> throw error;
                case Signal.End _ -> {
                    signals.add(signal);
                    return null;
                }
                case Signal.Frame(JsonNode json) -> {
                    if (!isState(json)) {
                        return json;
                    }
                }
            }
        }
    }

    /** Passes over what is still to come and answers the error that ended the stream. */
    JsonNode error() {
        return error(PATIENCE);
    }

    JsonNode error(Duration within) {
        long end = System.nanoTime() + within.toNanos();
        while (true) {
            if (take(Duration.ofNanos(Math.max(0, end - System.nanoTime())))
                    instanceof Signal.End(JsonNode error, String how)) {
                if (error == null) {
                    throw new AssertionError("The stream ended without saying why: " + how);
                }
                return error;
            }
        }
    }

    private Signal take(Duration within) {
        Signal signal = poll(within.toNanos());
        if (signal == null) {
            throw new AssertionError("Nothing came on the stream within " + within);
        }
        if (signal instanceof Signal.Undescribed(AssertionError error)) {
            throw error;
        }
        return signal;
    }

    private @Nullable Signal poll(long nanos) {
        try {
            return signals.poll(nanos, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static boolean isState(JsonNode frame) {
        return switch (frame.path("type").asString("")) {
            case "start", "receipt", "typing", "counters", "reactions", "presence", "unread", "summary", "audience" ->
                true;
            default -> false;
        };
    }
}
