package io.ovation.people;

import java.time.Instant;
import java.util.List;

import io.ovation.Caller;
import org.jspecify.annotations.Nullable;

/**
 * What can be asked about whom the caller blocks: nobody can ask it about another. Answers are never older than what
 * this node had made durable when the query came in.
 */
public sealed interface BlockQuery {
    Caller by();

    /**
     * A page of those whom the caller blocks, in the order of their ids; answers {@link BlockPage}.
     *
     * @param after only those after this user; null for all
     * @param limit 1 to 200
     */
    record FindBlocks(Caller by, @Nullable String after, int limit) implements BlockQuery {}

    /**
     * That of {@link FindBlocks}.
     *
     * @param next what to ask with next, as {@code after}; null at the end
     */
    record BlockPage(List<BlockView> blocks, @Nullable String next) {}

    /**
     * A block.
     *
     * @param user who is blocked
     * @param at since when
     */
    record BlockView(String user, Instant at) {}
}
