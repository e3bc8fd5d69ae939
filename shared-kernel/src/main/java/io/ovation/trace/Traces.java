package io.ovation.trace;

import org.jspecify.annotations.Nullable;

/**
 * Begins spans. A trace goes from the request through the command, the append and the push to the frame; where it goes
 * to another thread or node, it goes as W3C's {@code traceparent}. For any number of threads; it never blocks.
 *
 * <p>There is a span for a request, a command, an append, a push and the fan-out of a frame, and none for each watcher:
 * a channel may have ten thousand.
 */
public interface Traces {
    /** The key of the {@code traceparent} in the metadata of commands and events, and the name of the header. */
    String KEY = "traceparent";

    /** Of a server that traces nothing. */
    Traces OFF = new Traces() {
        @Override
        public boolean areOn() {
            return false;
        }

        @Override
        public @Nullable Span request(String name, @Nullable String parent) {
            return null;
        }

        @Override
        public @Nullable Span step(String name, @Nullable String parent) {
            return null;
        }
    };

    /** Whether anything is traced: who has to look for a parent first need not look where this is false. */
    boolean areOn();

    /**
     * Begins the span of a request, and with it a trace where there is no parent; null where the trace is not sampled.
     *
     * @param name one of a bounded number
     * @param parent the {@code traceparent} that the client sent; null for none, and what is no {@code traceparent}
     *     counts as none
     */
    @Nullable
    Span request(String name, @Nullable String parent);

    /**
     * Begins the span of a step of what is traced; null where there is no parent.
     *
     * @param name one of a bounded number
     */
    @Nullable
    Span step(String name, @Nullable String parent);
}
