package io.ovation.presence;

import java.time.Instant;

import io.ovation.Addressed;
import io.ovation.Rejection;
import io.ovation.presence.SessionRejection.SessionNotFound;
import org.axonframework.commandhandling.RoutingKey;
import org.axonframework.modelling.command.TargetAggregateIdentifier;

/**
 * What a node says of the people on it. A session is a user's being there on one node, however many connections they
 * have to it; its beginning and its end are recorded, and nothing between.
 *
 * <p>Both commands answer nothing, and only when what they recorded is durable. Said again, they record nothing.
 */
public sealed interface SessionCommand extends Addressed {
    String sessionId();

    Instant at();

    @Override
    default String target() {
        return sessionId();
    }

    @Override
    default Rejection whenMissing() {
        return new SessionNotFound();
    }

    /**
     * A user is there.
     *
     * @param sessionId a new id
     * @param node the node that they are connected to
     */
    record OpenSession(
            @TargetAggregateIdentifier @RoutingKey String sessionId, String user, String node, Instant at)
            implements SessionCommand {}

    /** A user is not there any more. */
    record CloseSession(
            @TargetAggregateIdentifier @RoutingKey String sessionId, CloseReason reason, Instant at)
            implements SessionCommand {}
}
