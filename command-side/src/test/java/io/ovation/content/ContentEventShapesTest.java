package io.ovation.content;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.ovation.AppData;
import io.ovation.content.ContentEvent.CommentAdded;
import io.ovation.content.ContentEvent.CommentRedacted;
import io.ovation.content.ContentEvent.ContentEdited;
import io.ovation.content.ContentEvent.ContentPublished;
import io.ovation.content.ContentEvent.ContentRetracted;
import io.ovation.content.ReactionEvent.LikeWithdrawn;
import io.ovation.content.ReactionEvent.Liked;
import io.ovation.eventstore.EventJson;
import org.axonframework.eventhandling.GenericDomainEventEntry;
import org.axonframework.serialization.Revision;
import org.axonframework.serialization.Serializer;
import org.axonframework.serialization.SimpleSerializedObject;
import org.axonframework.serialization.upcasting.event.EventUpcasterChain;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.axonframework.eventsourcing.EventStreamUtils.upcastAndDeserializeDomainEvents;

/**
 * Every revision of every event as it stands in logs out there. A file here is never changed: a new shape is a new
 * revision, an upcaster and a new file.
 */
class ContentEventShapesTest {
    private static final Instant AT = Instant.parse("2026-01-02T03:04:05.678Z");
    private static final String ID = "018f0000-0000-7000-8000-000000000001";
    private static final String COMMENT = "018f0000-0000-7000-9000-000000000001";
    private static final AppData DATA = new AppData("{\"z\":1.50,\"a\":[true,{}]}");
    private static final Serializer JSON = EventJson.serializer(new TargetShape());

    static Stream<Object> events() {
        return Stream.of(
                new ContentPublished(ID, "Tea „at“ five", "Hello 👋", "ada", AT, DATA),
                new ContentEdited(ID, "Coffee", "Hello\n\"world\"", "ada", AT, DATA),
                new ContentRetracted(ID, "root", AT, "ada"),
                new CommentAdded(
                        ID, COMMENT, 2, "bob", "Hello 👋", ID, "ada", "zoë", AT, List.of("eve"), DATA),
                new CommentRedacted(ID, COMMENT, 2, "ada", AT),
                new Liked(new Target.OfComment(ID, COMMENT), "like", "zoë", "bob", 2L, AT),
                new LikeWithdrawn(new Target.OfMessage(ID, COMMENT), "wow", "zoë", "bob", 7L, AT),
                new Applauded(COMMENT, new Target.OfContent(ID), "zoë", 50, AT),
                new TallyRecorded(new Target.OfContent(ID), TallyKind.applause, 12_345, COMMENT, AT));
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
        Set<Class<?>> all = new HashSet<>(Arrays.asList(ContentEvent.class.getPermittedSubclasses()));
        all.addAll(List.of(ReactionEvent.class.getPermittedSubclasses()));
        all.add(Applauded.class);
        all.add(TallyRecorded.class);
        assertThat(events().map(Object::getClass).collect(Collectors.toSet())).isEqualTo(all);
    }

    static Stream<Object> asOfRevisionOne() {
        return Stream.of(
                new ContentPublished(ID, "Tea „at“ five", "Hello 👋", "ada", AT, null),
                new ContentEdited(ID, "Coffee", "Hello\n\"world\"", "ada", AT, null),
                new ContentRetracted(ID, "root", AT, null),
                new CommentAdded(ID, COMMENT, 2, "bob", "Hello 👋", ID, "ada", "zoë", AT, null, null));
    }

    @ParameterizedTest
    @MethodSource("asOfRevisionOne")
    void whatRevisionOneDidNotKnowStaysUnsaid(Object event) throws IOException {
        String name = event.getClass().getSimpleName() + ".1.json";
        GenericDomainEventEntry<byte[]> stored = new GenericDomainEventEntry<>(
                "Content",
                ID,
                1,
                COMMENT,
                AT,
                event.getClass().getName(),
                "1",
                Files.readAllBytes(Path.of("src/test/resources/events", name)),
                "{}".getBytes(StandardCharsets.UTF_8));

        assertThat(upcastAndDeserializeDomainEvents(
                                Stream.of(stored), JSON, new EventUpcasterChain(new ContentEventsUpcaster()))
                        .next()
                        .getPayload())
                .isEqualTo(event);
    }

    private static String approved(Object event) throws IOException {
        String name = event.getClass().getSimpleName() + "." + revision(event.getClass()) + ".json";
        return Files.readString(Path.of("src/test/resources/events", name));
    }

    private static String revision(Class<?> event) {
        return Objects.requireNonNull(event.getAnnotation(Revision.class)).value();
    }
}
