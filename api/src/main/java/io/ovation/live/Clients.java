package io.ovation.live;

/** Who is connected to this node in one way. Any thread asks. */
public interface Clients {
    /** How many have to be let in elsewhere when the server drains. */
    int count();

    /** The name of the way, for the operator. */
    String transport();
}
