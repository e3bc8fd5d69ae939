package io.ovation.live;

import java.util.stream.Stream;

/** Who is connected to this node in one way. Any thread asks. */
public interface Clients {
    /** How many have to be let in elsewhere when the server drains. */
    int count();

    /** How many of them were not sent away. */
    int staying();

    /** Those that watch something, and so hear a {@code reconnect}; those that were sent away are not among them. */
    Stream<? extends Client> watching();

    /** The name of the way, for the operator. */
    String transport();
}
