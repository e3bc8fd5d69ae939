package io.ovation.live;

import org.jspecify.annotations.Nullable;

/**
 * A frame as it goes to the wire, encoded once and shared by every watcher; nobody may change {@code json}.
 *
 * @param cursor where to resume after this frame; null for a state frame
 * @param json the whole frame, UTF-8
 */
@SuppressWarnings(
        "ArrayRecordComponent") // shared and never compared: a copy a watcher is what this type is there to avoid
public record WireFrame(@Nullable String cursor, byte[] json) {}
