package io.ovation.content;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

import io.ovation.Caller;
import io.ovation.commands.SecondTry;
import io.ovation.content.ContentEvent.ContentPublished;
import io.ovation.content.ContentEvent.ContentRetracted;
import io.ovation.content.ContentRejection.ContentNotFound;
import io.ovation.content.ContentRejection.IdTaken;
import io.ovation.conversation.ReadableMessages;
import io.ovation.eventstore.RecordedEvents;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.GenericDomainEventMessage;
import org.axonframework.eventsourcing.eventstore.EmbeddedEventStore;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.axonframework.eventsourcing.eventstore.inmemory.InMemoryEventStorageEngine;
import org.axonframework.messaging.MetaData;
import org.axonframework.test.aggregate.AggregateTestFixture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ApplauseTest {
    private static final String CONTENT = "018f0000-0000-7000-8000-000000000001";
    private static final String OTHER = "018f0000-0000-7000-8000-000000000002";
    private static final String ID = "018f0000-0000-7000-9000-000000000001";
    private static final Instant AT = Instant.parse("2026-01-02T03:04:05.678Z");
    private static final Instant LATER = AT.plusSeconds(9);
    private static final Caller BOB = new Caller("bob", false);
    private static final MetaData AGAIN = MetaData.with(SecondTry.KEY, true);

    private final Map<String, DomainEventMessage<?>> log = new HashMap<>();
    private AggregateTestFixture<Applause> fixture;

    @BeforeEach
    void twoContents() {
        log.clear();
        recorded(
                ContentPublished.publicationId(CONTENT),
                new ContentPublished(CONTENT, "Tea", "text", "ada", AT, null));
        recorded(ContentPublished.publicationId(OTHER), new ContentPublished(OTHER, "Tea", "text", "ada", AT, null));
        aFixture();
    }

    private void aFixture() {
        fixture = new AggregateTestFixture<>(Applause.class);
        RecordedEvents recorded = id -> Optional.ofNullable(log.get(id));
        EventStore none = EmbeddedEventStore.builder()
                .storageEngine(new InMemoryEventStorageEngine())
                .build();
        Targets targets = new Targets(none, recorded, new ReadableMessages(none, recorded));
        fixture.registerAnnotatedCommandHandler(new ApplauseHandler(fixture.getRepository(), recorded, targets));
    }

    private void recorded(String id, Object event) {
        log.put(id, new GenericDomainEventMessage<>("Content", CONTENT, 1, event));
    }

    private static Applauded applauded() {
        return new Applauded(ID, new Target.OfContent(CONTENT), "bob", 3, AT);
    }

    @Test
    void theFirstUnderAnIdIsRecordedUnderThatId() {
        fixture.givenNoPriorActivity()
                .when(new ApplaudOnce(CONTENT, ID, 3, BOB, AT))
                .expectEvents(applauded());
    }

    @Test
    void aRepeatRecordsNothingAndIsAnsweredAlike() {
        recorded(ID, applauded());
        fixture.given(applauded())
                .when(new ApplaudOnce(CONTENT, ID, 3, BOB, LATER), AGAIN)
                .expectNoEvents()
                .expectSuccessfulHandlerExecution();
    }

    @Test
    void anotherCountUserOrContentUnderTheSameIdIsTurnedDown() {
        recorded(ID, applauded());
        conflicts(new ApplaudOnce(CONTENT, ID, 4, BOB, LATER));
        conflicts(new ApplaudOnce(CONTENT, ID, 3, new Caller("eve", false), LATER));
        conflicts(new ApplaudOnce(OTHER, ID, 3, BOB, LATER));
    }

    @Test
    void theIdOfSomethingElseIsTurnedDown() {
        recorded(ID, "a message, say");
        conflicts(new ApplaudOnce(CONTENT, ID, 3, BOB, LATER));
        log.remove(ID); // an aggregate has it
        conflicts(new ApplaudOnce(CONTENT, ID, 3, BOB, LATER));
    }

    @Test
    void theIdOfTheContentIsTurnedDown() {
        fixture.givenNoPriorActivity()
                .when(new ApplaudOnce(CONTENT, CONTENT, 3, BOB, AT))
                .expectNoEvents()
                .expectException(IdTaken.class);
    }

    private void conflicts(ApplaudOnce command) {
        aFixture();
        fixture.given(applauded())
                .when(command, AGAIN)
                .expectNoEvents()
                .expectException(IdTaken.class);
    }

    @Test
    void whatIsNotThereOrNoMoreIsNotApplauded() {
        fixture.givenNoPriorActivity()
                .when(new ApplaudOnce(ID, ID, 3, BOB, AT))
                .expectNoEvents()
                .expectException(ContentNotFound.class);
        recorded(ContentRetracted.retractionId(CONTENT), new ContentRetracted(CONTENT, "ada", AT, "ada"));
        aFixture();
        fixture.givenNoPriorActivity()
                .when(new ApplaudOnce(CONTENT, ID, 3, BOB, AT))
                .expectNoEvents()
                .expectException(ContentNotFound.class);
    }
}
