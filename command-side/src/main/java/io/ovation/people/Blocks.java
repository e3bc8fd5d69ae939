package io.ovation.people;

import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import io.ovation.ValidationFailed;
import io.ovation.commands.Weighed;
import io.ovation.people.BlockCommand.BlockUser;
import io.ovation.people.BlockCommand.UnblockUser;
import io.ovation.people.BlockEvent.UserBlocked;
import io.ovation.people.BlockEvent.UserUnblocked;
import io.ovation.people.BlockRejection.TooManyBlocks;
import org.axonframework.commandhandling.CommandHandler;
import org.axonframework.eventsourcing.EventSourcingHandler;
import org.axonframework.modelling.command.AggregateCreationPolicy;
import org.axonframework.modelling.command.AggregateIdentifier;
import org.axonframework.modelling.command.CreationPolicy;
import org.axonframework.serialization.Revision;
import org.axonframework.spring.stereotype.Aggregate;

import static org.axonframework.modelling.command.AggregateLifecycle.apply;

/** Whom a user blocks. Its memory is bounded, since there may be only so many. */
@Aggregate(cache = "blocksCache", snapshotTriggerDefinition = "snapshotTrigger", lockFactory = "aggregateLock")
@Revision("1")
@JsonAutoDetect(
        fieldVisibility = Visibility.ANY,
        getterVisibility = Visibility.NONE,
        isGetterVisibility = Visibility.NONE)
@SuppressWarnings("NullAway.Init") // Axon makes it empty; its first event fills it
class Blocks implements Weighed {
    /** The most users whom one may block: an inbox knows them all. */
    static final int LIMIT = 1_000;

    /** A user's id of usual length in a set. */
    private static final int BYTES = 112;

    @AggregateIdentifier
    private String blocksId;

    /** In the order of their ids, so that a snapshot is the same however they came. */
    private Set<String> blocked = new TreeSet<>();

    Blocks() {}

    @Override
    public int weight() {
        return blocked.size() * BYTES;
    }

    @CommandHandler
    @CreationPolicy(AggregateCreationPolicy.CREATE_IF_MISSING)
    void handle(BlockUser command) {
        isAnother(command);
        if (blocked.contains(command.blocked())) {
            return;
        }
        if (blocked.size() >= LIMIT) {
            throw new TooManyBlocks(LIMIT);
        }
        apply(new UserBlocked(command.user(), command.blocked(), command.at()));
    }

    @CommandHandler
    @CreationPolicy(AggregateCreationPolicy.CREATE_IF_MISSING)
    void handle(UnblockUser command) {
        if (blocked.contains(command.blocked())) {
            apply(new UserUnblocked(command.user(), command.blocked(), command.at()));
        }
    }

    private static void isAnother(BlockUser command) {
        if (command.blocked().equals(command.user())) {
            throw new ValidationFailed("user", "must be somebody else");
        }
    }

    /** Who is blocked. */
    Set<String> users() {
        return new HashSet<>(blocked);
    }

    @EventSourcingHandler
    void on(UserBlocked event) {
        blocksId = BlockCommand.blocksId(event.user());
        blocked.add(event.blocked());
    }

    @EventSourcingHandler
    void on(UserUnblocked event) {
        blocked.remove(event.blocked());
    }
}
