package io.ovation.content;

import io.ovation.commands.SecondTry;
import io.ovation.content.ContentRejection.TargetWasRedacted;
import io.ovation.content.ReactionCommand.CheckTarget;
import io.ovation.content.ReactionCommand.Like;
import io.ovation.content.ReactionCommand.WithdrawLike;
import org.axonframework.commandhandling.CommandHandler;
import org.axonframework.messaging.annotation.MetaDataValue;
import org.axonframework.modelling.command.AggregateNotFoundException;
import org.axonframework.modelling.command.Repository;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives reactions and takes them back. Nearly every like is a user's first of its target, so it is appended without a
 * look at what there is; the store turns down the one that is not, which is then handled again and finds what was
 * recorded.
 */
final class ReactionHandler {
    private static final Logger LOG = LoggerFactory.getLogger(ReactionHandler.class);

    private final Repository<Reaction> reactions;
    private final Targets targets;

    ReactionHandler(Repository<Reaction> reactions, Targets targets) {
        this.reactions = reactions;
        this.targets = targets;
    }

    @CommandHandler
    void handle(Like command, @MetaDataValue(SecondTry.KEY) @Nullable Boolean secondTry) throws Exception {
        Targets.Found target = targets.find(command.target(), command.by());
        if (target.redacted()) {
            throw new TargetWasRedacted();
        }
        if (secondTry == null) {
            reactions.newInstance(() -> new Reaction(command, target));
        } else {
            reactions.load(command.reactionId()).execute(reaction -> reaction.give(command, target));
        }
    }

    @CommandHandler
    void handle(CheckTarget command) {
        targets.find(command.target(), command.by());
    }

    @CommandHandler
    void handle(WithdrawLike command) {
        Targets.Found target = targets.find(command.target(), command.by());
        try {
            reactions.load(command.reactionId()).execute(reaction -> reaction.withdraw(command, target));
        } catch (AggregateNotFoundException never) {
            LOG.trace("There was nothing to take back", never);
        }
    }
}
