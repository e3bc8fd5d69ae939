package io.ovation.trace;

import org.jspecify.annotations.Nullable;

/** Something that takes a while, as a part of a trace. Begun by one thread, and ended once by any. */
public interface Span {
    /** What makes another span a part of this one. */
    String traceparent();

    /** Says something more of it; nothing that a client may keep to itself, such as a text or a token. */
    Span tag(String key, String value);

    /** It is over; with a failure if it came to nothing. */
    void end(@Nullable Throwable failure);

    /** Ends a span, where there is one. */
    static void end(@Nullable Span span, @Nullable Throwable failure) {
        if (span != null) {
            span.end(failure);
        }
    }
}
