package io.ovation.presence;

import io.ovation.commands.SecondTry;
import io.ovation.presence.SessionCommand.OpenSession;
import io.ovation.presence.SessionRejection.SessionTaken;
import org.axonframework.commandhandling.CommandHandler;
import org.axonframework.messaging.annotation.MetaDataValue;
import org.axonframework.modelling.command.Repository;
import org.jspecify.annotations.Nullable;

/**
 * Opens sessions. That the id is used already is found by the store, and looked at on the second try only: thousands
 * come back at once, and each with a new id.
 */
final class OpenSessionHandler {
    private final Repository<Session> sessions;

    OpenSessionHandler(Repository<Session> sessions) {
        this.sessions = sessions;
    }

    @CommandHandler
    void handle(OpenSession command, @MetaDataValue(SecondTry.KEY) @Nullable Boolean secondTry) throws Exception {
        if (secondTry == null) {
            sessions.newInstance(() -> new Session(command));
        } else if (!sessions.load(command.sessionId()).invoke(session -> session.isOf(command))) {
            throw new SessionTaken();
        }
    }
}
