package io.ovation.acceptance;

/** One open live stream. */
interface Live extends AutoCloseable {
    Frames frames();

    /** Destroys the socket under the stream, without a word to the server. */
    void cut();

    /** Ends the stream as a client does that has seen enough. */
    @Override
    void close();
}
