package io.ovation.presence;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

import io.ovation.conversation.ConversationEvent.ConversationOpened;
import io.ovation.conversation.ConversationEvent.MemberAdded;
import io.ovation.conversation.ConversationEvent.MemberRemoved;
import io.ovation.conversation.Kind;
import io.ovation.documents.Changes;
import io.ovation.documents.Home;
import io.ovation.documents.TestStore;
import io.ovation.presence.SessionEvent.SessionClosed;
import io.ovation.presence.SessionEvent.SessionOpened;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.GlobalSequenceTrackingToken;
import org.axonframework.eventhandling.TrackingToken;
import org.axonframework.messaging.unitofwork.BatchingUnitOfWork;
import org.bson.Document;

import static org.assertj.core.api.Assertions.assertThat;

/** The documents depend on the log alone, and say what it says: whoever has an open session is online. */
class PresenceProjectionProperties {
    private static final List<String> USERS = List.of("ann", "bob", "a.b$c/d", "$where", "eve/0");

    @Property(tries = 60)
    void aRebuiltModelIsTheLiveOneDocumentForDocument(
            @ForAll Home home, @ForAll("histories") List<DomainEventMessage<?>> events) {
        Model rebuilt = new Model(home);
        rebuilt.handle(events, 0, events.size());

        assertThat(rebuilt.dump()).isEqualTo(live(events).dump());
    }

    @Property(tries = 60)
    void anyBatchesAndRestartsGiveTheSameDocuments(
            @ForAll Home home,
            @ForAll("histories") List<DomainEventMessage<?>> events, @ForAll("cuts") List<Cut> cuts) {
        Model model = new Model(home);
        int next = 0;
        for (int i = 0; next < events.size(); i++) {
            Cut cut = cuts.get(i % cuts.size());
            if (cut.restart()) {
                model.restart();
            }
            int from = Math.max(0, next - cut.again());
            next = Math.min(events.size(), next + cut.size());
            model.handle(events, from, next);
        }

        assertThat(model.dump()).isEqualTo(live(events).dump());
    }

    @Property(tries = 60)
    void whoeverHasAnOpenSessionIsOnlineAndNobodyElse(
            @ForAll Home home, @ForAll("histories") List<DomainEventMessage<?>> events) {
        Map<String, List<String>> open = new TreeMap<>();
        for (DomainEventMessage<?> event : events) {
            if (event.getPayload() instanceof SessionOpened opened) {
                open.computeIfAbsent(opened.user(), user -> new ArrayList<>()).add(opened.sessionId());
            } else if (event.getPayload() instanceof SessionClosed closed) {
                open.getOrDefault(closed.user(), List.of()).remove(closed.sessionId());
            }
        }
        List<Document> people = live(events).dump().getOrDefault("presence", List.of());

        assertThat(people).extracting(person -> person.getString("_id")).containsExactlyElementsOf(open.keySet());
        assertThat(people).allSatisfy(person -> {
            List<String> sessions = open.getOrDefault(person.getString("_id"), List.of());
            assertThat(person.getList("sessions", String.class)).isEqualTo(sessions);
            assertThat(person.getString("status")).isEqualTo(sessions.isEmpty() ? "offline" : "online");
        });
    }

    @Property(tries = 60)
    void theNodesThatHaveSessionsAreThoseOfWhichSomeAreOpen(@ForAll("histories") List<DomainEventMessage<?>> events) {
        Map<String, Integer> open = new TreeMap<>();
        for (DomainEventMessage<?> event : events) {
            if (event.getPayload() instanceof SessionOpened opened) {
                open.merge(opened.node(), 1, Integer::sum);
            } else if (event.getPayload() instanceof SessionClosed closed) {
                open.merge(closed.node(), -1, Integer::sum);
            }
        }
        open.values().removeIf(count -> count == 0);
        List<Document> holders = live(events).dump().getOrDefault("holders", List.of());

        assertThat(holders.stream().flatMap(all -> all.getList("nodes", String.class).stream()))
                .containsExactlyInAnyOrderElementsOf(open.keySet());
    }

    /** A batch: after a restart or not, beginning with events that were handled before, and how many that were not. */
    record Cut(boolean restart, int again, int size) {}

    private record Action(int kind, String user, int which) {}

    @Provide
    Arbitrary<List<DomainEventMessage<?>>> histories() {
        return Combinators.combine(
                        Arbitraries.integers().between(0, 5),
                        Arbitraries.of(USERS),
                        Arbitraries.integers().between(0, 5))
                .as(Action::new)
                .list()
                .ofMaxSize(80)
                .map(PresenceProjectionProperties::play);
    }

    @Provide
    Arbitrary<List<Cut>> cuts() {
        return Combinators.combine(
                        Arbitraries.of(true, false),
                        Arbitraries.integers().between(0, 10),
                        Arbitraries.integers().between(1, 30))
                .as(Cut::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(10);
    }

    private static List<DomainEventMessage<?>> play(List<Action> actions) {
        Visits visits = new Visits()
                .open("group", Kind.group, "ann")
                .open("channel", Kind.channel, "bob")
                .open("direct", Kind.direct, "ann", "bob");
        int number = 0;
        for (Action action : actions) {
            String conversation = action.which() % 2 == 0 ? "group" : "channel";
            switch (action.kind()) {
                case 0, 1 -> visits.comes("session" + number++, action.user(), "node" + action.which() % 2);
                case 2, 3 ->
                    visits.goes("session" + (number - 1 - action.which()), CloseReason.values()[action.which() % 3]);
                case 4 -> visits.add(conversation, action.user());
                default -> visits.remove(conversation, action.user());
            }
        }
        return visits.take();
    }

    /** As it comes about when each event is handled as it happens. */
    private static Model live(List<DomainEventMessage<?>> events) {
        Model model = new Model(Home.EMBEDDED);
        for (int i = 0; i < events.size(); i++) {
            model.handle(events, i, i + 1);
        }
        return model;
    }

    /** The documents of presence in a database of their own, fed with events directly. */
    private static final class Model {
        private final String name = UUID.randomUUID().toString();
        private final PresenceProjection projection = new PresenceProjection();
        private final Home home;
        private TestStore documents;

        Model(Home home) {
            this.home = home;
            this.documents = home.documents(name);
        }

        void restart() {
            documents = home.documents(name);
        }

        void handle(List<DomainEventMessage<?>> events, int from, int to) {
            if (from == to) {
                return;
            }
            BatchingUnitOfWork<?> batch = new BatchingUnitOfWork<>(List.copyOf(events.subList(from, to)));
            for (int i = from; i < to; i++) {
                TrackingToken token = new GlobalSequenceTrackingToken(i);
                switch (events.get(i).getPayload()) {
                    case SessionOpened event -> projection.on(event, token, batch);
                    case SessionClosed event -> projection.on(event, token, batch);
                    case ConversationOpened event -> projection.on(event, token, batch);
                    case MemberAdded event -> projection.on(event, token, batch);
                    case MemberRemoved event -> projection.on(event, token, batch);
                    case Object other -> throw new IllegalArgumentException("Not played: " + other);
                }
            }
            documents.write(Changes.of(batch));
        }

        Map<String, List<Document>> dump() {
            return home.dump(name);
        }
    }
}
