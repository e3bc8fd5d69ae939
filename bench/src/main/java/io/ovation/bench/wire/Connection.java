package io.ovation.bench.wire;

/**
 * One RSocket connection. Its methods may be called on {@link #execute}'s thread only, which is also the thread of
 * every {@link Receiver} of the connection; byte arrays are copied before a method returns.
 */
public interface Connection {
    /** Runs the task on the connection's event loop; at once when called there. */
    void execute(Runnable task);

    /** Asks and expects one answer. {@code metadata} is composite metadata, ready for the wire. */
    void requestResponse(byte[] metadata, byte[] data, Receiver receiver);

    /** Opens a stream, without limit on what the server may send; returns the stream's id for {@link #cancel}. */
    int requestStream(byte[] metadata, byte[] data, Receiver receiver);

    /** Cancels a stream. */
    void cancel(int streamId);

    /** Closes the connection; streams still open fail. May be called on any thread. */
    void close();
}
