package io.ovation.replay;

import java.time.Instant;

import io.ovation.Caller;
import org.axonframework.commandhandling.RoutingKey;
import org.axonframework.modelling.command.TargetAggregateIdentifier;
import org.jspecify.annotations.Nullable;

/** What can be asked for a reading of the log: that it be recorded. */
public sealed interface ReplayCommand {
    String accessId();

    Caller by();

    /**
     * Records that the log is read, or was; see {@link ReplayEvent.LogAccessed} for the fields. Answers nothing, once
     * that is durable. What is recorded already is not recorded again.
     */
    record RecordAccess(
            @TargetAggregateIdentifier @RoutingKey String accessId,
            EventFilter filter,
            boolean follow,
            long after,
            @Nullable Long limit,
            long events,
            @Nullable Long last,
            Instant startedAt,
            @Nullable Instant endedAt,
            Caller by)
            implements ReplayCommand {}
}
