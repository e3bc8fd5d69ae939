package io.ovation.live;

/** A connection or an SSE stream that can be told to come back elsewhere. For any number of threads. */
public interface Client {
    /** Whose it is. */
    String user();

    /** Since when it is open, in milliseconds since 1970. */
    long since();

    /**
     * Ends its streams with a {@code reconnect}, and then the connection: the next one may be given to another node.
     *
     * @param afterMillis when the client is to come back
     * @return false where it cannot be told, or was told before; nothing has happened then
     */
    boolean sendAway(long afterMillis);
}
