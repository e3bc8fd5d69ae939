package io.ovation.projection;

import java.time.Instant;

import io.ovation.Caller;
import io.ovation.NameBasedId;
import org.axonframework.commandhandling.RoutingKey;
import org.axonframework.modelling.command.TargetAggregateIdentifier;

/**
 * What an admin orders about an event that the read models could not take. It is recorded before it is carried out, so
 * that nothing is done that is not in the log. Answers nothing; whoever is no admin is turned down with
 * {@link ProjectionRejection.AdminsOnly}.
 */
public sealed interface ProjectionCommand {
    String deadLetterId();

    Instant at();

    Caller by();

    /** All that is ordered about one dead letter is one aggregate. */
    @TargetAggregateIdentifier
    @RoutingKey
    default String target() {
        return NameBasedId.reserved("dead-letter", deadLetterId());
    }

    /** That it be tried again. */
    record OrderDeadLetterRetry(String deadLetterId, Instant at, Caller by) implements ProjectionCommand {}

    /** That it be left out for good. */
    record OrderDeadLetterDrop(String deadLetterId, Instant at, Caller by) implements ProjectionCommand {}
}
