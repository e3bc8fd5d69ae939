package io.ovation.presence;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import io.ovation.presence.SessionCommand.CloseSession;
import io.ovation.presence.SessionCommand.OpenSession;
import io.ovation.presence.SessionEvent.SessionClosed;
import io.ovation.presence.SessionEvent.SessionOpened;
import org.axonframework.commandhandling.CommandHandler;
import org.axonframework.eventsourcing.EventSourcingHandler;
import org.axonframework.modelling.command.AggregateIdentifier;
import org.axonframework.serialization.Revision;
import org.axonframework.spring.stereotype.Aggregate;

import static org.axonframework.modelling.command.AggregateLifecycle.apply;

/** A user's being there on one node: it opens once and closes once. */
@Aggregate(cache = "sessionCache", lockFactory = "aggregateLock")
@Revision("1")
@JsonAutoDetect(
        fieldVisibility = Visibility.ANY,
        getterVisibility = Visibility.NONE,
        isGetterVisibility = Visibility.NONE)
@SuppressWarnings("NullAway.Init") // Axon makes it empty; its first event fills it
class Session {
    @AggregateIdentifier
    private String sessionId;

    private String user;
    private String node;
    private boolean closed;

    Session() {}

    /** Opens it; {@link OpenSessionHandler} sees to ids that are used already. */
    Session(OpenSession command) {
        apply(new SessionOpened(command.sessionId(), command.user(), command.node(), command.at()));
    }

    boolean isOf(OpenSession command) {
        return user.equals(command.user()) && node.equals(command.node());
    }

    @CommandHandler
    void handle(CloseSession command) {
        if (!closed) {
            apply(new SessionClosed(sessionId, user, node, command.reason(), command.at()));
        }
    }

    @EventSourcingHandler
    void on(SessionOpened event) {
        sessionId = event.sessionId();
        user = event.user();
        node = event.node();
    }

    @EventSourcingHandler
    void on(SessionClosed event) {
        closed = true;
    }
}
