package io.ovation.content;

import java.time.Instant;

import io.ovation.Caller;
import org.axonframework.commandhandling.RoutingKey;

/**
 * What a user asks of their own reaction to a target. Those answer nothing, once it is durable, and the same however
 * often they are asked. Rejects with what the target is missing for: unknown or retracted, or not the caller's to read.
 */
public sealed interface ReactionCommand {
    Target target();

    /** {@code like}, or one of {@code ovation.content.reactions}. */
    String kind();

    Caller by();

    Instant at();

    @RoutingKey
    default String reactionId() {
        return ReactionEvent.reactionId(target(), kind(), by().user());
    }

    /** Likes something, or reacts to it with another kind. */
    record Like(Target target, String kind, Caller by, Instant at) implements ReactionCommand {}

    /**
     * Asks whether the caller may see who reacted to a target, which is who may react to it; records nothing. Here and
     * not among the queries, so that both follow from one rule.
     */
    record CheckTarget(Target target, String kind, Caller by, Instant at) implements ReactionCommand {}

    /** Takes a reaction back. */
    record WithdrawLike(Target target, String kind, Caller by, Instant at) implements ReactionCommand {}
}
