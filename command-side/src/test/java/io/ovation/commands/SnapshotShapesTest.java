package io.ovation.commands;

import java.io.IOException;
import java.lang.reflect.Constructor;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

import io.ovation.AppData;
import io.ovation.content.ContentEvent.CommentAdded;
import io.ovation.content.ContentEvent.ContentPublished;
import io.ovation.content.ReactionEvent.Liked;
import io.ovation.content.Target;
import io.ovation.content.TargetShape;
import io.ovation.conversation.ConversationEvent.ConversationChanged;
import io.ovation.conversation.ConversationEvent.ConversationOpened;
import io.ovation.conversation.ConversationEvent.MemberAdded;
import io.ovation.conversation.ConversationEvent.MemberBanned;
import io.ovation.conversation.ConversationEvent.MemberMuted;
import io.ovation.conversation.ConversationEvent.MessageSent;
import io.ovation.conversation.Kind;
import io.ovation.conversation.Posting;
import io.ovation.conversation.ReceiptEvent.ConversationRead;
import io.ovation.conversation.Role;
import io.ovation.eventstore.EventJson;
import io.ovation.inbox.InboxEvent.InboxRead;
import io.ovation.people.BlockEvent.UserBlocked;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.GenericDomainEventMessage;
import org.axonframework.eventhandling.SimpleEventBus;
import org.axonframework.eventsourcing.EventSourcedAggregate;
import org.axonframework.eventsourcing.NoSnapshotTriggerDefinition;
import org.axonframework.eventsourcing.eventstore.DomainEventStream;
import org.axonframework.modelling.command.inspection.AnnotatedAggregateMetaModelFactory;
import org.axonframework.serialization.Revision;
import org.axonframework.serialization.Serializer;
import org.axonframework.serialization.SimpleSerializedObject;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The snapshot of each aggregate is written and read as its approved file says; a change of it is a new revision and a
 * new file.
 */
class SnapshotShapesTest {
    private static final Instant AT = Instant.parse("2026-01-02T03:04:05.678Z");
    private static final String ID = "018f0000-0000-7000-8000-000000000001";
    private static final String OTHER = "018f0000-0000-7000-9000-000000000001";
    private static final Serializer JSON = EventJson.serializer(new TargetShape());

    /** An aggregate, by its class's name, and the events that it is made of. */
    private record Example(String aggregate, List<Object> events) {}

    static Stream<Example> examples() {
        return Stream.of(
                new Example(
                        "io.ovation.conversation.Conversation",
                        List.of(
                                new ConversationOpened(
                                        ID, Kind.group, "Tea", "ada", List.of("bob", "zoë"), Posting.members, AT),
                                new MemberAdded(ID, "eve", Role.moderator, "ada", AT),
                                new ConversationChanged(
                                        ID, null, null, null, new AppData("{\"b\":2.0}"), 30, "ada", AT),
                                new MemberBanned(ID, "mal", AT.plusSeconds(60), null, "ada", AT),
                                new MemberMuted(ID, "zoë", null, "ada", AT),
                                new MessageSent(
                                        ID,
                                        OTHER,
                                        1,
                                        "ada",
                                        "Hello",
                                        null,
                                        List.of(),
                                        AT,
                                        null,
                                        null,
                                        new AppData("{\"a\":1.50}")))),
                new Example("io.ovation.conversation.Receipt", List.of(new ConversationRead(ID, "zoë", 7, AT))),
                new Example(
                        "io.ovation.content.Content",
                        List.of(
                                new ContentPublished(ID, "Tea", "Hello", "ada", AT, null),
                                new CommentAdded(ID, OTHER, 1, "bob", "Hello", null, "ada", null, AT, null, null))),
                new Example(
                        "io.ovation.content.Reaction",
                        List.of(new Liked(new Target.OfContent(ID), "like", "zoë", "bob", null, AT))),
                new Example("io.ovation.inbox.Inbox", List.of(new InboxRead("zoë", OTHER, 42, 41L, AT))),
                new Example(
                        "io.ovation.people.Blocks",
                        List.of(new UserBlocked("zoë", "mal", AT), new UserBlocked("zoë", "eve", AT))));
    }

    @ParameterizedTest
    @MethodSource("examples")
    void isTakenAndLoadedAsApproved(Example example) throws Exception {
        Class<?> type = Class.forName(example.aggregate());
        String revision =
                Objects.requireNonNull(type.getAnnotation(Revision.class)).value();
        String approved = approved(type.getSimpleName() + "." + revision + ".json");

        String taken = written(root(type, example.events()));
        assertThat(taken).isEqualTo(approved);

        Object loaded = JSON.deserialize(new SimpleSerializedObject<>(
                approved.getBytes(StandardCharsets.UTF_8), byte[].class, type.getName(), revision));
        assertThat(loaded).isInstanceOf(type);
        assertThat(written(Objects.requireNonNull(loaded))).isEqualTo(approved);
    }

    private static String written(Object root) {
        return new String(JSON.serialize(root, byte[].class).getData(), StandardCharsets.UTF_8);
    }

    private static <T> Object root(Class<T> type, List<Object> events) throws ReflectiveOperationException {
        Constructor<T> empty = type.getDeclaredConstructor();
        empty.setAccessible(true);
        EventSourcedAggregate<T> aggregate = EventSourcedAggregate.initialize(
                empty.newInstance(),
                AnnotatedAggregateMetaModelFactory.inspectAggregate(type),
                SimpleEventBus.builder().build(),
                NoSnapshotTriggerDefinition.TRIGGER);
        List<DomainEventMessage<?>> messages = new ArrayList<>();
        for (Object event : events) {
            messages.add(new GenericDomainEventMessage<>(type.getSimpleName(), ID, messages.size(), event));
        }
        aggregate.initializeState(DomainEventStream.of(messages));
        return Objects.requireNonNull(aggregate.getAggregateRoot());
    }

    private static String approved(String name) throws IOException {
        return Files.readString(Path.of("src/test/resources/snapshots", name)).strip();
    }
}
