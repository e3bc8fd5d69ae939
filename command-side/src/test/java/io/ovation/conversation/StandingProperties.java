package io.ovation.conversation;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;

import io.ovation.Caller;
import io.ovation.Rejection;
import io.ovation.conversation.ConversationCommand.AddMember;
import io.ovation.conversation.ConversationCommand.BanMember;
import io.ovation.conversation.ConversationCommand.CheckStanding;
import io.ovation.conversation.ConversationCommand.LiftBan;
import io.ovation.conversation.ConversationCommand.LiftMute;
import io.ovation.conversation.ConversationCommand.MuteMember;
import io.ovation.conversation.ConversationCommand.OpenConversation;
import io.ovation.conversation.ConversationCommand.RemoveMember;
import io.ovation.conversation.ConversationCommand.SendMessage;
import io.ovation.conversation.ConversationCommand.Standing;
import io.ovation.conversation.ConversationEvent.BanLifted;
import io.ovation.conversation.ConversationEvent.ConversationOpened;
import io.ovation.conversation.ConversationEvent.MemberAdded;
import io.ovation.conversation.ConversationEvent.MemberBanned;
import io.ovation.conversation.ConversationEvent.MemberMuted;
import io.ovation.conversation.ConversationEvent.MemberRemoved;
import io.ovation.conversation.ConversationEvent.MuteLifted;
import io.ovation.eventstore.EventJson;
import io.ovation.eventstore.RecordedEvents;
import io.ovation.people.Blocking;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.axonframework.commandhandling.CommandMessage;
import org.axonframework.commandhandling.GenericCommandMessage;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.SimpleEventBus;
import org.axonframework.eventsourcing.EventSourcedAggregate;
import org.axonframework.eventsourcing.NoSnapshotTriggerDefinition;
import org.axonframework.eventsourcing.eventstore.DomainEventStream;
import org.axonframework.messaging.annotation.ClasspathHandlerDefinition;
import org.axonframework.messaging.annotation.ClasspathParameterResolverFactory;
import org.axonframework.messaging.annotation.MultiParameterResolverFactory;
import org.axonframework.messaging.annotation.SimpleResourceParameterResolverFactory;
import org.axonframework.messaging.unitofwork.DefaultUnitOfWork;
import org.axonframework.messaging.unitofwork.UnitOfWork;
import org.axonframework.modelling.command.inspection.AggregateModel;
import org.axonframework.modelling.command.inspection.AnnotatedAggregateMetaModelFactory;
import org.axonframework.serialization.Serializer;
import org.axonframework.serialization.SimpleSerializedObject;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import static org.assertj.core.api.Assertions.assertThat;

/** Members, bans and mutes under any order of commands, by anybody, while time goes on. */
class StandingProperties {
    private static final String ID = "018f0000-0000-7000-8000-000000000001";
    private static final Instant START = Instant.parse("2026-01-02T03:04:05.678Z");
    private static final List<String> USERS = List.of("ada", "bob", "cat", "dan");
    private static final Serializer JSON = EventJson.serializer();

    /** @param seconds how much later than the one before, and how long what it sets lasts; 0 for ever */
    record Action(int what, String by, String user, Role role, int seconds) {}

    @Property(tries = 150)
    void whatIsDecidedIsInForceAtOnceAndTheLogSaysTheSame(
            @ForAll("kinds") Kind kind, @ForAll("actions") List<Action> actions) {
        Live live = new Live(kind);
        Instant now = START;
        for (Action action : actions) {
            now = now.plusSeconds(action.seconds() % 4);
            int before = live.events.size();
            if (!live.does(command(action, now))) {
                assertThat(live.events).as("of what was refused, nothing is recorded").hasSize(before);
            }
            live.standsAsTheLogSays(now);
        }
        live.isWhatTheLogMakesOfIt();
    }

    private static ConversationCommand command(Action action, Instant at) {
        Caller by = new Caller(action.by(), action.by().equals("root"));
        String user = action.user();
        Instant until = action.seconds() == 0 ? null : at.plusSeconds(action.seconds());
        return switch (action.what()) {
            case 0, 1 -> new AddMember(ID, user, action.seconds() % 2 == 0 ? action.role() : null, by, at);
            case 2 -> new AddMember(ID, user, null, new Caller(user, false), at);
            case 3 -> new RemoveMember(ID, user, by, at);
            case 4 -> new RemoveMember(ID, user, new Caller(user, false), at);
            case 5, 6 -> new BanMember(ID, user, until, null, by, at);
            case 7 -> new LiftBan(ID, user, by, at);
            case 8 -> new MuteMember(ID, user, until, by, at);
            case 9 -> new LiftMute(ID, user, by, at);
            default -> new SendMessage(ID, UUID.randomUUID().toString(), "x", null, List.of(), by, at);
        };
    }

    @Provide
    Arbitrary<Kind> kinds() {
        return Arbitraries.of(Kind.group, Kind.channel);
    }

    @Provide
    Arbitrary<List<Action>> actions() {
        List<String> callers = new ArrayList<>(USERS);
        callers.add("root");
        return Combinators.combine(
                        Arbitraries.integers().between(0, 10),
                        Arbitraries.of(callers),
                        Arbitraries.of(USERS),
                        Arbitraries.of(Role.values()),
                        Arbitraries.integers().between(0, 9))
                .as(Action::new)
                .list()
                .ofMaxSize(60);
    }

    /** What a log says, told the simplest way. */
    private static final class Said {
        private final Map<String, Role> members = new HashMap<>();
        private final Map<String, Optional<Instant>> bans = new HashMap<>();
        private final Map<String, Optional<Instant>> mutes = new HashMap<>();

        void on(Object event) {
            switch (event) {
                case ConversationOpened opened -> {
                    opened.members().forEach(user -> members.put(user, Role.member));
                    members.put(opened.owner(), Role.owner);
                }
                case MemberAdded added -> members.put(added.user(), added.role());
                case MemberRemoved removed -> members.remove(removed.user());
                case MemberBanned banned -> bans.put(banned.user(), Optional.ofNullable(banned.until()));
                case BanLifted lifted -> bans.remove(lifted.user());
                case MemberMuted muted -> mutes.put(muted.user(), Optional.ofNullable(muted.until()));
                case MuteLifted lifted -> mutes.remove(lifted.user());
                default -> {
                    // a message changes nobody's standing
                }
            }
        }

        static boolean holds(Map<String, Optional<Instant>> terms, String user, Instant at) {
            return terms.containsKey(user)
                    && terms.get(user).map(at::isBefore).orElse(true);
        }
    }

    /** The aggregate as it decides, and the log of what it has recorded. */
    private static final class Live {
        private final List<DomainEventMessage<?>> events = new ArrayList<>();
        private final AggregateModel<Conversation> model = model();
        private final EventSourcedAggregate<Conversation> aggregate;
        private final Said said = new Said();
        private boolean wasOwned = true;

        Live(Kind kind) {
            SimpleEventBus bus = SimpleEventBus.builder().build();
            var unused = bus.subscribe(published -> published.stream()
                    .map(DomainEventMessage.class::cast)
                    .forEach(event -> {
                        events.add(event);
                        said.on(event.getPayload());
                    }));
            OpenConversation open = new OpenConversation(
                    ID,
                    kind,
                    null,
                    List.of("bob", "cat"),
                    Posting.members,
                    kind == Kind.channel ? Joining.open : Joining.invited,
                    null,
                    new Caller("ada", false),
                    START);
            UnitOfWork<?> unit = DefaultUnitOfWork.startAndGet(GenericCommandMessage.asCommandMessage(open));
            try {
                aggregate = EventSourcedAggregate.initialize(
                        (Callable<Conversation>) () -> new Conversation(open),
                        model,
                        bus,
                        NoSnapshotTriggerDefinition.TRIGGER);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
            unit.commit();
        }

        private static AggregateModel<Conversation> model() {
            RecordedEvents nothing = id -> Optional.empty();
            Blocking nobody = (users, one) -> false;
            ClassLoader loader = Conversation.class.getClassLoader();
            return AnnotatedAggregateMetaModelFactory.inspectAggregate(
                    Conversation.class,
                    MultiParameterResolverFactory.ordered(
                            ClasspathParameterResolverFactory.forClassLoader(loader),
                            new SimpleResourceParameterResolverFactory(List.of(nothing, nobody))),
                    ClasspathHandlerDefinition.forClassLoader(loader));
        }

        private @Nullable Object ask(ConversationCommand command) throws Exception {
            CommandMessage<ConversationCommand> message = new GenericCommandMessage<>(command);
            UnitOfWork<?> unit = DefaultUnitOfWork.startAndGet(message);
            try {
                return aggregate.handle(message);
            } finally {
                unit.commit();
            }
        }

        /** Whether it was not refused. */
        boolean does(ConversationCommand command) {
            try {
                ask(command);
                return true;
            } catch (Rejection refused) {
                return false;
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }

        void standsAsTheLogSays(Instant at) {
            // a channel that all have left may be joined, and then nobody owns it until an admin makes an owner
            boolean owned = said.members.containsValue(Role.owner);
            if (wasOwned && !said.members.isEmpty()) {
                assertThat(owned).as("somebody owns it while others stay: %s", said.members).isTrue();
            }
            wasOwned = owned;
            for (String user : USERS) {
                boolean member = said.members.containsKey(user);
                boolean banned = Said.holds(said.bans, user, at);
                boolean muted = Said.holds(said.mutes, user, at);
                assertThat(member && banned).as("%s is a member and banned", user).isFalse();
                assertThat(standing(user, at))
                        .isEqualTo(new Standing(lastSeq(), member, member && !banned && !muted, muted));
                AddMember joining = new AddMember(ID, user, Role.member, new Caller("root", true), at);
                if (banned) {
                    assertThat(does(joining)).as("%s is banned and let in", user).isFalse();
                }
                SendMessage send = new SendMessage(
                        ID, UUID.randomUUID().toString(), "x", null, List.of(), new Caller(user, false), at);
                assertThat(does(send)).isEqualTo(member && !banned && !muted);
            }
        }

        private Standing standing(String user, Instant at) {
            try {
                return (Standing) Optional.ofNullable(ask(new CheckStanding(ID, new Caller(user, false), at, true)))
                        .orElseThrow();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }

        private long lastSeq() {
            return events.stream()
                    .filter(event -> event.getPayload() instanceof ConversationEvent.MessageSent)
                    .count();
        }

        /** Replayed from its first event, and from a snapshot taken in the middle. */
        void isWhatTheLogMakesOfIt() {
            JsonNode present = written(aggregate.getAggregateRoot());
            assertThat(written(replayed(null, events))).isEqualTo(present);
            int middle = events.size() / 2;
            if (middle > 0) {
                byte[] snapshot = JSON.serialize(replayed(null, events.subList(0, middle)), byte[].class)
                        .getData();
                Conversation taken = JSON.deserialize(new SimpleSerializedObject<>(
                        snapshot, byte[].class, Conversation.class.getName(), "3"));
                assertThat(written(replayed(taken, events.subList(middle, events.size()))))
                        .isEqualTo(present);
            }
            Readers readers = new Readers(false, Set.of());
            for (DomainEventMessage<?> event : events) {
                readers = readers.after(event.getPayload());
            }
            assertThat(readers.members()).isEqualTo(said.members.keySet());
        }

        private Conversation replayed(@Nullable Conversation from, List<DomainEventMessage<?>> since) {
            EventSourcedAggregate<Conversation> replayed = EventSourcedAggregate.initialize(
                    from == null ? new Conversation() : from,
                    model,
                    SimpleEventBus.builder().build(),
                    NoSnapshotTriggerDefinition.TRIGGER);
            replayed.initializeState(DomainEventStream.of(since));
            return replayed.getAggregateRoot();
        }

        /** With its members as one text, since the order in which they came counts. */
        private static JsonNode written(Conversation conversation) {
            ObjectNode written = (ObjectNode) new JsonMapper()
                    .readTree(JSON.serialize(conversation, String.class).getData());
            return written.put("members", written.path("members").toString());
        }
    }
}
