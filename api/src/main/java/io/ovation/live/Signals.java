package io.ovation.live;

/** Frames that are the same on every stream, for streams that are no topic's. */
public final class Signals {
    private Signals() {}

    /** The first frame of a stream that has nothing else to tell yet. */
    public static WireFrame heartbeat() {
        return Frames.HEARTBEAT;
    }

    /** The answer to a cursor that can't be served. */
    public static WireFrame reset() {
        return Frames.RESET;
    }
}
