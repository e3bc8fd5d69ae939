package io.ovation.live;

import java.util.Map;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * A frame as it goes to the wire, encoded once and shared by every watcher; nobody may change {@code json}.
 *
 * @param cursor where to resume after this frame; null for a state frame
 * @param json the whole frame, UTF-8
 * @param instead answers what may be shown instead by now, or null where it is still this; null for what never changes
 * @param backMillis when the client is to come back, as the frame says; -1 where it says nothing of that
 * @param headers what is told in the headers of an answer that begins with this frame, where it has any
 */
@SuppressWarnings(
        "ArrayRecordComponent") // shared and never compared: a copy a watcher is what this type is there to avoid
public record WireFrame(
        @Nullable String cursor,
        byte[] json,
        @Nullable Supplier<@Nullable WireFrame> instead,
        long backMillis,
        Map<String, String> headers) {
    /** A frame that never changes. */
    public WireFrame(@Nullable String cursor, byte[] json) {
        this(cursor, json, null);
    }

    /** A frame that says nothing of when to come back. */
    public WireFrame(@Nullable String cursor, byte[] json, @Nullable Supplier<@Nullable WireFrame> instead) {
        this(cursor, json, instead, -1, Map.of());
    }

    /** The frame as it may be shown by now: who let it wait hands out that one. */
    public WireFrame asOfNow() {
        WireFrame other = instead == null ? null : instead.get();
        return other == null ? this : other;
    }

    /** The same frame, to begin an answer with these headers. */
    public WireFrame under(Map<String, String> told) {
        return new WireFrame(cursor, json, instead, backMillis, told);
    }
}
