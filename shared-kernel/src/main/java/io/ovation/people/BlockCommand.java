package io.ovation.people;

import java.time.Instant;

import io.ovation.NameBasedId;
import org.axonframework.commandhandling.RoutingKey;
import org.axonframework.modelling.command.TargetAggregateIdentifier;

/**
 * What a user can ask of whom they block. Those answer nothing, once it is durable, and the same however often they are
 * asked.
 */
public sealed interface BlockCommand {
    /** Who blocks, who is also who asks. */
    String user();

    @TargetAggregateIdentifier
    @RoutingKey
    default String blocksId() {
        return blocksId(user());
    }

    /** The id of all that a user blocks. */
    static String blocksId(String user) {
        return NameBasedId.reserved("blocks", user);
    }

    /** Keeps another user from writing to this one directly, and from putting them into conversations. */
    record BlockUser(String user, String blocked, Instant at) implements BlockCommand {}

    /** Ends it. */
    record UnblockUser(String user, String blocked, Instant at) implements BlockCommand {}
}
