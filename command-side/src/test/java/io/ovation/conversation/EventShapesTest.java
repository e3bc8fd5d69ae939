package io.ovation.conversation;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.ovation.AppData;
import io.ovation.conversation.ConversationEvent.BanLifted;
import io.ovation.conversation.ConversationEvent.ConversationChanged;
import io.ovation.conversation.ConversationEvent.ConversationOpened;
import io.ovation.conversation.ConversationEvent.MemberAdded;
import io.ovation.conversation.ConversationEvent.MemberBanned;
import io.ovation.conversation.ConversationEvent.MemberMuted;
import io.ovation.conversation.ConversationEvent.MemberRemoved;
import io.ovation.conversation.ConversationEvent.MessageEdited;
import io.ovation.conversation.ConversationEvent.MessageRedacted;
import io.ovation.conversation.ConversationEvent.MessageSent;
import io.ovation.conversation.ConversationEvent.MuteLifted;
import io.ovation.conversation.ReceiptEvent.ConversationRead;
import io.ovation.conversation.ReceiptEvent.DeliveryAcknowledged;
import io.ovation.eventstore.EventJson;
import io.ovation.inbox.InboxEvent;
import io.ovation.inbox.InboxEvent.InboxRead;
import org.axonframework.eventhandling.GenericDomainEventEntry;
import org.axonframework.serialization.Revision;
import org.axonframework.serialization.Serializer;
import org.axonframework.serialization.SimpleSerializedObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.axonframework.eventsourcing.EventStreamUtils.upcastAndDeserializeDomainEvents;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * Every revision of every event as it stands in logs out there. A file here is never changed: a new shape is a new
 * revision, an upcaster and a new file.
 */
class EventShapesTest {
    private static final Instant AT = Instant.parse("2026-01-02T03:04:05.678Z");
    private static final String ID = "018f0000-0000-7000-8000-000000000001";
    private static final String MESSAGE = "018f0000-0000-7000-9000-000000000001";
    private static final AppData DATA = new AppData("{\"z\":1.50,\"a\":[\"\\u2028\"]}");
    private static final Serializer JSON = EventJson.serializer();

    static Stream<Object> events() {
        return Stream.of(
                new ConversationOpened(
                        ID,
                        Kind.channel,
                        "Tea „at“ five",
                        "ada",
                        List.of("bob", "zoë"),
                        Posting.members,
                        AT,
                        Joining.open,
                        DATA),
                new ConversationChanged(
                        ID, "Tea", Posting.moderators, Joining.invited, DATA, 30, "ada", AT),
                new MemberBanned(ID, "eve", AT.plusSeconds(60), "Rude", "ada", AT),
                new BanLifted(ID, "eve", "ada", AT),
                new MemberMuted(ID, "eve", AT.plusSeconds(60), "ada", AT),
                new MuteLifted(ID, "eve", "ada", AT),
                new MemberAdded(ID, "eve", Role.moderator, "ada", AT),
                new MemberRemoved(ID, "eve", "ada", AT),
                new MessageSent(
                        ID, MESSAGE, 1, "ada", "Hello 👋\n\"world\"", ID, List.of("bob"), AT, "zoë", "bob", DATA),
                new MessageEdited(ID, MESSAGE, 1, "Hello", "ada", AT, DATA),
                new MessageRedacted(ID, MESSAGE, 1, "bob", AT),
                new DeliveryAcknowledged(ID, "zoë", 9, AT),
                new ConversationRead(ID, "zoë", 7, AT),
                new InboxRead("zoë", MESSAGE, -1, 41L, AT));
    }

    @ParameterizedTest
    @MethodSource("events")
    void isWrittenAsApproved(Object event) throws IOException {
        byte[] written = JSON.serialize(event, byte[].class).getData();
        assertThat(new String(written, StandardCharsets.UTF_8))
                .isEqualTo(approved(event).strip());
    }

    @ParameterizedTest
    @MethodSource("events")
    void isReadAsApproved(Object event) throws IOException {
        Object read = JSON.deserialize(new SimpleSerializedObject<>(
                approved(event).getBytes(StandardCharsets.UTF_8),
                byte[].class,
                event.getClass().getName(),
                revision(event.getClass())));
        assertThat(read).isEqualTo(event);
    }

    @Test
    void everyEventHasAnExample() {
        Set<Class<?>> shown = events().map(Object::getClass).collect(Collectors.toSet());
        assertThat(shown)
                .isEqualTo(Stream.of(ConversationEvent.class, ReceiptEvent.class, InboxEvent.class)
                        .flatMap(events -> Arrays.stream(events.getPermittedSubclasses()))
                        .collect(Collectors.toSet()));
    }

    static Stream<Arguments> earlier() {
        return Stream.of(
                arguments(
                        "ConversationOpened.1",
                        new ConversationOpened(
                                ID, Kind.group, "Tea „at“ five", "ada", List.of("bob", "zoë"), Posting.members, AT)),
                arguments(
                        "MessageSent.1",
                        new MessageSent(
                                ID, MESSAGE, 1, "ada", "Hello 👋\n\"world\"", ID, List.of("bob"), AT, null, null)),
                arguments(
                        "MessageSent.2",
                        new MessageSent(
                                ID, MESSAGE, 1, "ada", "Hello 👋\n\"world\"", ID, List.of("bob"), AT, "zoë", "bob")),
                arguments("MessageEdited.1", new MessageEdited(ID, MESSAGE, 1, "Hello", "ada", AT)));
    }

    @ParameterizedTest
    @MethodSource("earlier")
    void anEarlierRevisionIsReadWithoutWhatItDidNotSay(String file, Object event) throws IOException {
        byte[] stored = Files.readAllBytes(Path.of("src/test/resources/events/" + file + ".json"));
        GenericDomainEventEntry<byte[]> entry = new GenericDomainEventEntry<>(
                "Conversation",
                ID,
                1,
                MESSAGE,
                AT,
                event.getClass().getName(),
                file.substring(file.indexOf('.') + 1),
                stored,
                "{}".getBytes(StandardCharsets.UTF_8));

        Object read = upcastAndDeserializeDomainEvents(
                        Stream.of(entry), JSON, ConversationCommandConfiguration.upcasters())
                .next()
                .getPayload();

        assertThat(read).isEqualTo(event);
    }

    private static String approved(Object event) throws IOException {
        String name = event.getClass().getSimpleName() + "." + revision(event.getClass()) + ".json";
        return Files.readString(Path.of("src/test/resources/events", name));
    }

    private static String revision(Class<?> event) {
        return Objects.requireNonNull(event.getAnnotation(Revision.class)).value();
    }
}
