package io.ovation.presence;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.ovation.conversation.Kind;
import io.ovation.conversation.Role;
import io.ovation.conversation.Script;
import io.ovation.presence.SessionEvent.SessionClosed;
import io.ovation.presence.SessionEvent.SessionOpened;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.GenericDomainEventMessage;

/** Writes the events of people who come and go, and of the conversations that they share. */
final class Visits {
    private static final Instant START = Instant.parse("2026-01-02T03:04:05.678Z");

    private final Script conversations = new Script();
    private final List<DomainEventMessage<?>> events = new ArrayList<>();
    private final Map<String, SessionOpened> open = new HashMap<>();
    private long time;

    Visits comes(String session, String user, String node) {
        SessionOpened opened = new SessionOpened(Script.id(session), user, node, now());
        if (open.putIfAbsent(session, opened) == null) {
            events.add(new GenericDomainEventMessage<>("Session", opened.sessionId(), 0, opened));
        }
        return this;
    }

    Visits goes(String session, CloseReason reason) {
        SessionOpened opened = open.get(session);
        if (opened != null
                && open.put(session, new SessionOpened(opened.sessionId(), "", "", opened.at())) == opened
                && !opened.user().isEmpty()) {
            events.add(new GenericDomainEventMessage<>(
                    "Session",
                    opened.sessionId(),
                    1,
                    new SessionClosed(opened.sessionId(), opened.user(), opened.node(), reason, now())));
        }
        return this;
    }

    Visits open(String conversation, Kind kind, String owner, String... members) {
        conversations.open(conversation, kind, owner, members);
        return conversation();
    }

    Visits add(String conversation, String user) {
        conversations.add(conversation, user, Role.member);
        return conversation();
    }

    Visits remove(String conversation, String user) {
        conversations.remove(conversation, user);
        return conversation();
    }

    /** When the last event of a session happened. */
    Instant last() {
        return START.plusSeconds(time);
    }

    /** What was written since the last call. */
    List<DomainEventMessage<?>> take() {
        List<DomainEventMessage<?>> taken = List.copyOf(events);
        events.clear();
        return taken;
    }

    private Visits conversation() {
        events.addAll(conversations.take());
        return this;
    }

    private Instant now() {
        return START.plusSeconds(++time);
    }
}
