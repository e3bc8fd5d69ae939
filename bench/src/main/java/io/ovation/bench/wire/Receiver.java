package io.ovation.bench.wire;

import io.netty.buffer.ByteBuf;

/** Takes what comes back on one stream. Called on the connection's event loop. */
public interface Receiver {
    /** One payload's data: {@code length} bytes at {@code index} of a buffer that is valid during this call only. */
    void next(ByteBuf buffer, int index, int length);

    /** The stream ended as it should. */
    default void completed() {}

    /** The stream, or its connection, ended with an error. */
    void failed(String error);
}
