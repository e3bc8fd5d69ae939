package io.ovation.people;

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
import io.ovation.people.BlockEvent.UserBlocked;
import io.ovation.people.BlockEvent.UserUnblocked;
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
class BlockEventShapesTest {
    private static final Instant AT = Instant.parse("2026-01-02T03:04:05.678Z");
    private static final Serializer JSON = EventJson.serializer();

    static Stream<BlockEvent> events() {
        return Stream.of(new UserBlocked("ada", "zoë", AT), new UserUnblocked("ada", "zoë", AT));
    }

    @ParameterizedTest
    @MethodSource("events")
    void isWrittenAndReadAsApproved(BlockEvent event) throws IOException {
        String revision = Objects.requireNonNull(event.getClass().getAnnotation(Revision.class))
                .value();
        String approved = Files.readString(Path.of(
                        "src/test/resources/events", event.getClass().getSimpleName() + "." + revision + ".json"))
                .strip();

        assertThat(new String(JSON.serialize(event, byte[].class).getData(), StandardCharsets.UTF_8))
                .isEqualTo(approved);
        Object read = JSON.deserialize(new SimpleSerializedObject<>(
                approved.getBytes(StandardCharsets.UTF_8),
                byte[].class,
                event.getClass().getName(),
                revision));
        assertThat(read).isEqualTo(event);
    }

    @Test
    void everyEventHasAnExample() {
        Set<Class<?>> shown = events().map(Object::getClass).collect(Collectors.toSet());
        assertThat(shown).isEqualTo(Set.copyOf(Arrays.asList(BlockEvent.class.getPermittedSubclasses())));
    }
}
