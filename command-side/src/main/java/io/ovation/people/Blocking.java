package io.ovation.people;

import java.util.Collection;

/** Who blocks whom, as another context of this room may know it, without loading or locking anything. */
@FunctionalInterface
public interface Blocking {
    /**
     * Whether any of some users blocks one. What was answered to any of them counts, on whichever node it was. May
     * block for a look into the log: to be called on a command's thread only.
     */
    boolean anyBlocks(Collection<String> users, String one);
}
