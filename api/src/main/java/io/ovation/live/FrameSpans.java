package io.ovation.live;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import io.ovation.trace.Span;
import io.ovation.trace.Traces;

/**
 * The spans of the frames of one topic: each from the moment at which it is published to that at which every watcher
 * has been woken for it. One span a frame, however many watch. For any number of threads.
 */
final class FrameSpans {
    private final Traces traces;
    private final Queue<Traced> open = new ConcurrentLinkedQueue<>();

    private record Traced(Link link, Span span) {}

    FrameSpans(Traces traces) {
        this.traces = traces;
    }

    /** Begins the span of an update that is a part of a trace; in the order of the chain. */
    void begin(Update update, Link link) {
        Span span = traces.step("frame", update.traceparent());
        if (span != null) {
            open.add(new Traced(link, span));
        }
    }

    /** So many watchers have been woken for all that stands in the chain up to there. */
    void end(Link to, int watchers) {
        Traced next = open.peek();
        while (next != null && next.link().index() <= to.index()) {
            if (open.remove(next)) {
                next.span().tag("ovation.streams", Integer.toString(watchers)).end(null);
            }
            next = open.peek();
        }
    }

    /** Those whose watchers have all gone meanwhile. */
    void endAll() {
        for (Traced next = open.poll(); next != null; next = open.poll()) {
            next.span().end(null);
        }
    }
}
