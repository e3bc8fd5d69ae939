package io.ovation.presence;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.ovation.eventstore.EventJson;
import io.ovation.presence.SessionEvent.SessionClosed;
import io.ovation.presence.SessionEvent.SessionOpened;
import org.axonframework.serialization.Revision;
import org.axonframework.serialization.Serializer;
import org.axonframework.serialization.SimpleSerializedObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Every revision of every event as it stands in logs out there. A file here is never changed: a new shape is a new
 * revision, an upcaster and a new file.
 */
class SessionEventShapesTest {
    private static final Instant AT = Instant.parse("2026-01-02T03:04:05.678Z");
    private static final String ID = "018f0000-0000-7000-8000-000000000001";
    private static final String NODE = "018f0000-0000-7000-9000-000000000001";
    private static final Serializer JSON = EventJson.serializer();

    static Stream<SessionEvent> events() {
        return Stream.of(
                new SessionOpened(ID, "zoë", NODE, AT), new SessionClosed(ID, "zoë", NODE, CloseReason.left, AT));
    }

    @ParameterizedTest
    @MethodSource("events")
    void isWrittenAsApproved(SessionEvent event) throws IOException {
        byte[] written = JSON.serialize(event, byte[].class).getData();
        assertThat(new String(written, StandardCharsets.UTF_8))
                .isEqualTo(approved(event).strip());
    }

    @ParameterizedTest
    @MethodSource("events")
    void isReadAsApproved(SessionEvent event) throws IOException {
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
        assertThat(shown).isEqualTo(Set.copyOf(Arrays.asList(SessionEvent.class.getPermittedSubclasses())));
    }

    private static String approved(SessionEvent event) throws IOException {
        String name = event.getClass().getSimpleName() + "." + revision(event.getClass()) + ".json";
        return Files.readString(Path.of("src/test/resources/events", name));
    }

    private static String revision(Class<?> event) {
        return Objects.requireNonNull(event.getAnnotation(Revision.class)).value();
    }
}
