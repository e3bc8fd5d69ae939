package io.ovation.live;

/** Frames that are the same on every stream, for streams that are no topic's. */
public final class Signals {
    private Signals() {}

    /** The first frame of every stream: the place from which it goes on. */
    public static WireFrame start(String cursor) {
        return Frames.start(cursor);
    }

    /** The last frame of a stream whose client is to come back after so many milliseconds. */
    public static WireFrame reconnect(long afterMillis) {
        return Frames.reconnect(afterMillis);
    }

    /** The answer to a cursor that can't be served. */
    public static WireFrame reset() {
        return Frames.RESET;
    }
}
