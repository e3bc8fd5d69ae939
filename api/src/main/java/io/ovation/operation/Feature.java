package io.ovation.operation;

import java.util.List;

/** A context's part of the wire: a bean of this type is all that a context adds to the edges. */
public interface Feature {
    List<Operation<?>> operations();

    List<LiveStream<?>> streams();

    /** What is answered line by line, over HTTP alone. */
    default List<LineStream<?>> lines() {
        return List.of();
    }

    /**
     * What the server's own reference says of each of the above. A test fails for what has no description, and for a
     * description of what is not there.
     */
    default List<Description> descriptions() {
        return List.of();
    }
}
