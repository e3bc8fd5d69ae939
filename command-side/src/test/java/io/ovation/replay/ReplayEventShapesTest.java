package io.ovation.replay;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

import io.ovation.eventstore.EventJson;
import io.ovation.replay.ReplayEvent.LogAccessed;
import org.axonframework.serialization.Serializer;
import org.axonframework.serialization.SimpleSerializedObject;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Every revision of every event as it stands in logs out there. A file here is never changed: a new shape is a new
 * revision, an upcaster and a new file.
 */
class ReplayEventShapesTest {
    private static final Instant AT = Instant.parse("2026-01-02T03:04:05.678Z");
    private static final String ID = "018f0000-0000-7000-8000-000000000001";
    private static final String AGGREGATE = "018f0000-0000-7000-8000-000000000002";
    private static final Serializer JSON = EventJson.serializer();

    static Stream<Arguments> events() {
        EventFilter filter = new EventFilter(
                Instant.parse("2026-01-02T03:00:00Z"),
                Instant.parse("2026-01-02T04:00:00Z"),
                List.of("MessageSent"),
                AGGREGATE);
        return Stream.of(
                Arguments.of(
                        "LogAccessed.1.json",
                        new LogAccessed(
                                ID,
                                "ann",
                                filter,
                                false,
                                41,
                                1000L,
                                7,
                                99L,
                                AT,
                                Instant.parse("2026-01-02T03:04:06.789Z"))),
                Arguments.of(
                        "LogAccessed.1.begun.json",
                        new LogAccessed(ID, "ann", EventFilter.ALL, true, -1, null, 0, null, AT, null)));
    }

    @ParameterizedTest
    @MethodSource("events")
    void isWrittenAsApproved(String file, LogAccessed event) throws IOException {
        assertThat(new String(JSON.serialize(event, byte[].class).getData(), StandardCharsets.UTF_8))
                .isEqualTo(approved(file).strip());
    }

    @ParameterizedTest
    @MethodSource("events")
    void isReadAsApproved(String file, LogAccessed event) throws IOException {
        Object read = JSON.deserialize(new SimpleSerializedObject<>(
                approved(file).getBytes(StandardCharsets.UTF_8), byte[].class, LogAccessed.class.getName(), "1"));
        assertThat(read).isEqualTo(event);
    }

    private static String approved(String file) throws IOException {
        return Files.readString(Path.of("src/test/resources/events", file));
    }
}
