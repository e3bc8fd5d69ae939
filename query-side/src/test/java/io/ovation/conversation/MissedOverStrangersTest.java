package io.ovation.conversation;

import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;

import io.ovation.QuerySide;
import io.ovation.TestLog;
import io.ovation.documents.DocumentStore;
import io.ovation.live.Frame;
import io.ovation.live.Topic;
import io.ovation.live.Update;
import io.ovation.sequence.MissedEvents;
import org.axonframework.eventhandling.DomainEventData;
import org.axonframework.eventhandling.GenericDomainEventEntry;
import org.axonframework.eventsourcing.EventStreamUtils;
import org.axonframework.eventsourcing.eventstore.DomainEventStream;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.axonframework.serialization.Serializer;
import org.axonframework.serialization.jackson3.Jackson3Serializer;
import org.axonframework.serialization.upcasting.event.NoOpEventUpcaster;
import org.junit.jupiter.api.Test;
import reactor.core.scheduler.Schedulers;

import static org.assertj.core.api.Assertions.assertThat;

/** A log in which stand events of a later version, and one that is damaged. */
class MissedOverStrangersTest {
    private static final Topic TOPIC = Topic.conversation("talk");

    /** An event of this version. */
    record Known(String text) {}

    private static DomainEventData<byte[]> row(long sequence, String type, String json) {
        return new GenericDomainEventEntry<>(
                "Conversation",
                "talk",
                sequence,
                "event " + sequence,
                "2026-01-02T03:04:05.678Z",
                type,
                null,
                json.getBytes(StandardCharsets.UTF_8),
                "{}".getBytes(StandardCharsets.UTF_8));
    }

    private static DomainEventStream log() {
        Serializer json = Jackson3Serializer.builder().build();
        String known = Known.class.getName();
        Stream<DomainEventData<byte[]>> rows = Stream.of(
                row(1, known, "{\"text\":\"a\"}"),
                row(2, "io.ovation.conversation.OfTomorrow", "{\"text\":\"b\"}"),
                row(3, known, "{\"text\":"),
                row(4, known, "{\"text\":\"c\"}"),
                row(5, "io.ovation.conversation.OfTomorrow", "{}"));
        return EventStreamUtils.upcastAndDeserializeDomainEvents(rows, json, NoOpEventUpcaster.INSTANCE);
    }

    @Test
    void aResumeGoesOnAcrossWhatThisVersionCannotRead() {
        EventStore store = (EventStore) Proxy.newProxyInstance(
                EventStore.class.getClassLoader(), new Class<?>[] {EventStore.class}, (self, method, given) -> log());
        try (QuerySide room = new QuerySide(new TestLog())) {
            MissedEvents<Known> missed = new MissedEvents<>(
                    Known.class,
                    ConversationDocuments.MESSAGES,
                    (event, sequence, isRedacted) -> new Update(TOPIC, sequence, new Frame.Gone()),
                    event -> OptionalLong.empty(),
                    room.bean(DocumentStore.class),
                    store,
                    Schedulers.boundedElastic());
            assertThat(missed.read("talk", 0, 5)
                            .map(Update::sequence)
                            .collectList()
                            .block(Duration.ofSeconds(20)))
                    .isEqualTo(List.of(1L, 4L));
        }
    }
}
