package io.ovation.content;

import io.ovation.commands.SecondTry;
import io.ovation.content.ContentRejection.IdTaken;
import io.ovation.eventstore.RecordedEvents;
import org.axonframework.commandhandling.CommandHandler;
import org.axonframework.messaging.annotation.MetaDataValue;
import org.axonframework.modelling.command.Repository;
import org.jspecify.annotations.Nullable;

/**
 * Counts applause under an id once. Nearly every id is new, so it is appended without a look at what there is. The
 * store turns down a repeated id, on which the command is handled again and compared with what was recorded. Stateless,
 * so safe for any thread.
 */
final class ApplauseHandler {
    private final Repository<Applause> applauses;
    private final RecordedEvents recorded;
    private final Targets targets;

    ApplauseHandler(Repository<Applause> applauses, RecordedEvents recorded, Targets targets) {
        this.applauses = applauses;
        this.recorded = recorded;
        this.targets = targets;
    }

    @CommandHandler
    void handle(ApplaudOnce command, @MetaDataValue(SecondTry.KEY) @Nullable Boolean secondTry) throws Exception {
        targets.find(new Target.OfContent(command.contentId()), command.by());
        if (command.applauseId().equals(command.contentId())) {
            throw new IdTaken("applauseId"); // a content's id is no event identifier, so the store can't tell
        }
        if (secondTry == null) {
            applauses.newInstance(() -> new Applause(command));
        } else if (!isRecorded(command)) {
            throw new IdTaken("applauseId");
        }
    }

    private boolean isRecorded(ApplaudOnce command) {
        return recorded.find(command.applauseId())
                .filter(event -> event.getPayload() instanceof Applauded applauded && isOf(applauded, command))
                .isPresent();
    }

    private static boolean isOf(Applauded applauded, ApplaudOnce command) {
        return applauded.equals(new Applauded(
                command.applauseId(),
                new Target.OfContent(command.contentId()),
                command.by().user(),
                command.count(),
                applauded.at()));
    }
}
