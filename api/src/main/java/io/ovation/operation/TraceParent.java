package io.ovation.operation;

import org.jspecify.annotations.Nullable;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/** What trace a request is a part of, as W3C's {@code traceparent}. It travels in the Reactor context. */
public final class TraceParent {
    private TraceParent() {}

    /** For {@code contextWrite}: everything upstream is a part of this trace, if it is of one. */
    public static Context write(Context context, @Nullable String parent) {
        return parent == null ? context : context.put(TraceParent.class, parent);
    }

    static @Nullable String read(ContextView context) {
        return context.getOrDefault(TraceParent.class, null);
    }
}
