package io.ovation.projection;

import java.time.Instant;

import io.ovation.Caller;
import io.ovation.NameBasedId;
import org.axonframework.commandhandling.RoutingKey;
import org.axonframework.modelling.command.TargetAggregateIdentifier;

/**
 * What an admin orders about the read models. It is recorded before it is carried out, so that nothing is done that is
 * not in the log. Answers nothing; whoever is no admin is turned down with {@link ProjectionRejection.AdminsOnly}.
 */
public sealed interface ProjectionCommand {
    Instant at();

    Caller by();

    /** About an event that they could not take; all that is ordered about one is one aggregate. */
    sealed interface OfDeadLetter extends ProjectionCommand {
        String deadLetterId();

        @TargetAggregateIdentifier
        @RoutingKey
        default String target() {
            return target(deadLetterId());
        }

        /** The id of all that is ordered about a dead letter. */
        static String target(String deadLetterId) {
            return NameBasedId.reserved("dead-letter", deadLetterId);
        }
    }

    /** That it be tried again. */
    record OrderDeadLetterRetry(String deadLetterId, Instant at, Caller by) implements OfDeadLetter {}

    /** That it be left out for good. */
    record OrderDeadLetterDrop(String deadLetterId, Instant at, Caller by) implements OfDeadLetter {}

    /** That the documents of a projection be built anew; all such orders for one are one aggregate. */
    record OrderRebuild(String projection, Instant at, Caller by) implements ProjectionCommand {
        @TargetAggregateIdentifier
        @RoutingKey
        public String target() {
            return target(projection);
        }

        /** The id of all such orders for a projection. */
        public static String target(String projection) {
            return NameBasedId.reserved("rebuild", projection);
        }
    }
}
