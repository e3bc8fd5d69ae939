package io.ovation.content;

import java.util.concurrent.CompletionStage;

import io.ovation.content.TallyCommand.Applaud;
import io.ovation.content.TallyCommand.CountViews;
import org.axonframework.commandhandling.CommandHandler;
import org.jspecify.annotations.Nullable;

/** Counts applause and views, for what is there. */
final class TallyHandler {
    private final Targets targets;
    private final Tallies tallies;

    TallyHandler(Targets targets, Tallies tallies) {
        this.targets = targets;
        this.tallies = tallies;
    }

    /** Answered when it is durable. */
    @CommandHandler
    CompletionStage<@Nullable Void> handle(Applaud command) {
        return count(command, TallyKind.applause);
    }

    /** Answered at once. */
    @CommandHandler
    void handle(CountViews command) {
        var unused = count(command, TallyKind.views);
    }

    private CompletionStage<@Nullable Void> count(TallyCommand command, TallyKind kind) {
        Target target = new Target.OfContent(command.contentId());
        targets.find(target, command.by());
        return tallies.add(target, kind, command.count());
    }
}
