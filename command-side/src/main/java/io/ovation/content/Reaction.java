package io.ovation.content;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import io.ovation.content.ReactionCommand.Like;
import io.ovation.content.ReactionCommand.WithdrawLike;
import io.ovation.content.ReactionEvent.LikeWithdrawn;
import io.ovation.content.ReactionEvent.Liked;
import org.axonframework.eventsourcing.EventSourcingHandler;
import org.axonframework.modelling.command.AggregateIdentifier;
import org.axonframework.serialization.Revision;
import org.axonframework.spring.stereotype.Aggregate;

import static org.axonframework.modelling.command.AggregateLifecycle.apply;

/**
 * One user's reaction of one kind to one target, an aggregate of its own: a million likes of one content contend on
 * nothing. Toggling it replays nothing: it is cached, and a snapshot is this object as JSON; a change of its shape is a
 * new revision.
 */
@Aggregate(cache = "reactionCache", snapshotTriggerDefinition = "snapshotTrigger", lockFactory = "aggregateLock")
@Revision("1")
@JsonAutoDetect(
        fieldVisibility = Visibility.ANY,
        getterVisibility = Visibility.NONE,
        isGetterVisibility = Visibility.NONE)
@SuppressWarnings("NullAway.Init") // Axon makes it empty; its first event fills it
class Reaction {
    @AggregateIdentifier
    private String reactionId;

    private boolean given;

    Reaction() {}

    /** The first one; the store turns it down if it is not. */
    Reaction(Like command, Targets.Found target) {
        give(command, target);
    }

    void give(Like command, Targets.Found target) {
        if (!given) {
            apply(new Liked(
                    command.target(),
                    command.kind(),
                    command.by().user(),
                    target.author(),
                    target.seq(),
                    command.at()));
        }
    }

    void withdraw(WithdrawLike command, Targets.Found target) {
        if (given) {
            apply(new LikeWithdrawn(
                    command.target(),
                    command.kind(),
                    command.by().user(),
                    target.author(),
                    target.seq(),
                    command.at()));
        }
    }

    @EventSourcingHandler
    void on(Liked event) {
        reactionId = event.reactionId();
        given = true;
    }

    @EventSourcingHandler
    void on(LikeWithdrawn event) {
        given = false;
    }
}
