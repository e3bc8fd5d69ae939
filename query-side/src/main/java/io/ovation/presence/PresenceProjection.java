package io.ovation.presence;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.ovation.conversation.ConversationEvent.ConversationOpened;
import io.ovation.conversation.ConversationEvent.MemberAdded;
import io.ovation.conversation.ConversationEvent.MemberRemoved;
import io.ovation.conversation.Kind;
import io.ovation.documents.Changes;
import io.ovation.documents.Draft;
import io.ovation.presence.SessionEvent.SessionClosed;
import io.ovation.presence.SessionEvent.SessionOpened;
import org.axonframework.config.ProcessingGroup;
import org.axonframework.eventhandling.EventHandler;
import org.axonframework.eventhandling.TrackingToken;
import org.axonframework.messaging.unitofwork.UnitOfWork;

import static io.ovation.presence.PresenceDocuments.ALL_HOLDERS;
import static io.ovation.presence.PresenceDocuments.CIRCLES;
import static io.ovation.presence.PresenceDocuments.HOLDERS;
import static io.ovation.presence.PresenceDocuments.NODES;
import static io.ovation.presence.PresenceDocuments.PAIRS;
import static io.ovation.presence.PresenceDocuments.PRESENCE;
import static io.ovation.presence.PresenceDocuments.circleId;
import static io.ovation.presence.PresenceDocuments.nodeId;

/** Keeps the documents of presence. */
@ProcessingGroup(PresenceDocuments.PROJECTION)
final class PresenceProjection {
    @EventHandler
    void on(SessionOpened event, TrackingToken token, UnitOfWork<?> batch) {
        Changes changes = Changes.of(batch);
        long position = position(token);
        changes.add(PRESENCE, event.user(), position, person -> {
            List<?> sessions = with(person, "sessions", event.sessionId());
            person.set("sessions", sessions);
            became(person, Status.online, event.at());
        });
        changes.add(
                NODES,
                nodeId(event.node(), event.sessionId()),
                position,
                node -> node.set("sessions", with(node, "sessions", event.sessionId())));
        changes.add(HOLDERS, ALL_HOLDERS, position, all -> count(all, event.node(), 1));
    }

    @EventHandler
    void on(SessionClosed event, TrackingToken token, UnitOfWork<?> batch) {
        Changes changes = Changes.of(batch);
        long position = position(token);
        changes.add(PRESENCE, event.user(), position, person -> {
            List<?> sessions = without(person, "sessions", event.sessionId());
            person.set("sessions", sessions);
            became(person, sessions.isEmpty() ? Status.offline : Status.online, event.at());
        });
        changes.add(
                NODES,
                nodeId(event.node(), event.sessionId()),
                position,
                node -> node.set("sessions", without(node, "sessions", event.sessionId())));
        changes.add(HOLDERS, ALL_HOLDERS, position, all -> count(all, event.node(), -1));
    }

    @EventHandler
    void on(ConversationOpened event, TrackingToken token, UnitOfWork<?> batch) {
        Changes changes = Changes.of(batch);
        long position = position(token);
        if (event.kind() == Kind.direct) {
            changes.add(PAIRS, event.uniqueId(), position, pair -> pair.set("conversation", event.conversationId()));
            return;
        }
        joins(changes, position, event.conversationId(), event.owner());
        event.members().forEach(member -> joins(changes, position, event.conversationId(), member));
    }

    @EventHandler
    void on(MemberAdded event, TrackingToken token, UnitOfWork<?> batch) {
        joins(Changes.of(batch), position(token), event.conversationId(), event.user());
    }

    @EventHandler
    void on(MemberRemoved event, TrackingToken token, UnitOfWork<?> batch) {
        Changes.of(batch)
                .add(
                        CIRCLES,
                        circleId(event.user(), event.conversationId()),
                        position(token),
                        circle ->
                                circle.set("conversations", without(circle, "conversations", event.conversationId())));
    }

    private static void joins(Changes changes, long position, String conversationId, String user) {
        changes.add(
                CIRCLES,
                circleId(user, conversationId),
                position,
                circle -> circle.set("conversations", with(circle, "conversations", conversationId)));
    }

    /** A node without open sessions is not listed. */
    private static void count(Draft all, String node, long change) {
        Map<Object, Long> counts = new LinkedHashMap<>();
        List<?> before = list(all, "counts");
        int i = 0;
        for (Object each : list(all, "nodes")) {
            counts.put(each, ((Number) before.get(i++)).longValue());
        }
        counts.merge(node, change, Long::sum);
        counts.values().removeIf(count -> count <= 0);
        all.set("nodes", List.copyOf(counts.keySet()));
        all.set("counts", List.copyOf(counts.values()));
    }

    /** A status begins when it was another before; a second device changes nothing. */
    private static void became(Draft person, Status status, Instant at) {
        if (!status.name().equals(person.state("status", String.class))) {
            person.set("status", status.name()).set("since", at.toString());
        }
    }

    private static long position(TrackingToken token) {
        return token.position().orElseThrow();
    }

    private static List<?> with(Draft draft, String field, String value) {
        List<?> before = list(draft, field);
        if (before.contains(value)) {
            return before;
        }
        List<Object> after = new ArrayList<>(before.size() + 1);
        after.addAll(before);
        after.add(value);
        return after;
    }

    private static List<?> without(Draft draft, String field, String value) {
        return list(draft, field).stream()
                .filter(element -> !element.equals(value))
                .toList();
    }

    private static List<?> list(Draft draft, String field) {
        List<?> list = draft.state(field, List.class);
        return list == null ? List.of() : list;
    }
}
