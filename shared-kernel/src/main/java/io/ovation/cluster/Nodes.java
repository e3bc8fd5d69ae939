package io.ovation.cluster;

import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * The nodes that work on one log, as this one knows them. For any number of threads; never blocks. What is not said
 * otherwise is as it is for one node alone.
 */
public interface Nodes {
    /** The only node there is: nothing that it remembers is ever behind the log. */
    Nodes ALONE = new Nodes() {};

    /** Whether there may be other nodes, now or later. */
    default boolean several() {
        return false;
    }

    /**
     * Whether no other node has decided for the aggregate since this one did, so that what this one remembers of it is
     * all there is. False whenever that is not certain: while nodes come and go, and when this one was suspended or cut
     * off a moment ago.
     */
    default boolean decidesAlone(String aggregate) {
        return true;
    }

    /**
     * Whether this node takes part, all others have answered it a moment ago, and nobody has come or gone for longer
     * than a command may take.
     */
    default boolean isCertain() {
        return true;
    }

    /**
     * Hears which node has left, by whatever way it went: one of those that are left does. When that one leaves, too,
     * the next hears of both.
     *
     * @param ownName by which this node is known to the listeners of the others
     */
    default void onLeft(String ownName, Consumer<String> listener) {}

    /** Whether another node of that name is there now, as far as this one knows. */
    default boolean isHere(String ownName) {
        return false;
    }

    /**
     * The names of all nodes that are there, this one's too; null while that is not certain, and where there are never
     * others.
     */
    default @Nullable Set<String> allHere() {
        return null;
    }

    /**
     * Hears when the others may have taken this node for gone while it was not: it was suspended, or cut off from them.
     * What they closed of it is to be opened again.
     */
    default void onBack(Runnable listener) {}

    /**
     * Tells all other nodes something that is worth nothing a moment later: it may be lost. What one thread tells comes
     * in that order. False where it is left out, since the others take too little of what they were told before.
     */
    default boolean tell(String kind, byte[] message) {
        return true;
    }

    /**
     * Hears what other nodes tell of a kind, and which one tells it, by a name that it has since its start; the
     * listener must not block.
     */
    default void onTold(String kind, BiConsumer<String, byte[]> listener) {}

    /**
     * Hears who the other nodes are, by those names, whenever some come or go, or were cut off and are back; the
     * listener must not block.
     */
    default void onChange(Consumer<Set<String>> listener) {}
}
