package io.ovation.replay;

import io.ovation.replay.ReplayCommand.RecordAccess;
import io.ovation.replay.ReplayEvent.LogAccessed;
import io.ovation.replay.ReplayRejection.AnalystsOnly;
import org.axonframework.commandhandling.CommandHandler;
import org.axonframework.eventsourcing.EventSourcingHandler;
import org.axonframework.modelling.command.AggregateCreationPolicy;
import org.axonframework.modelling.command.AggregateIdentifier;
import org.axonframework.modelling.command.CreationPolicy;
import org.axonframework.spring.stereotype.Aggregate;

import static org.axonframework.modelling.command.AggregateLifecycle.apply;

/** One reading of the log: it is recorded when it begins, if it is one that may go on, and when it ends. */
@Aggregate(lockFactory = "aggregateLock")
@SuppressWarnings("NullAway.Init") // Axon makes it empty; its first event fills it
class LogAccess {
    @AggregateIdentifier
    private String accessId;

    private boolean begun;
    private boolean ended;

    LogAccess() {}

    @CommandHandler
    @CreationPolicy(AggregateCreationPolicy.CREATE_IF_MISSING)
    void handle(RecordAccess command) {
        readsAsAnalyst(command);
        boolean recorded = command.endedAt() == null ? begun : ended;
        if (!recorded) {
            apply(new LogAccessed(
                    command.accessId(),
                    command.by().user(),
                    command.filter(),
                    command.follow(),
                    command.after(),
                    command.limit(),
                    command.events(),
                    command.last(),
                    command.startedAt(),
                    command.endedAt()));
        }
    }

    private static void readsAsAnalyst(RecordAccess command) {
        if (!command.by().mayReadEvents()) {
            throw new AnalystsOnly();
        }
    }

    @EventSourcingHandler
    void on(LogAccessed event) {
        accessId = event.accessId();
        begun = true;
        ended = event.endedAt() != null;
    }
}
