package io.ovation.inbox;

import java.time.Instant;

import io.ovation.inbox.InboxCommand.ReadInbox;
import io.ovation.inbox.InboxEvent.InboxRead;
import org.axonframework.test.aggregate.AggregateTestFixture;
import org.axonframework.test.aggregate.TestExecutor;
import org.junit.jupiter.api.Test;

class InboxTest {
    private static final String NOTIFICATION = "018f0000-0000-7000-8000-000000000001";
    private static final Instant AT = Instant.parse("2026-01-02T03:04:05.678Z");

    private static TestExecutor<Inbox> given(Object... events) {
        return new AggregateTestFixture<>(Inbox.class).given(events);
    }

    private static ReadInbox reading(long upTo) {
        return new ReadInbox("ada", NOTIFICATION, upTo, null, AT);
    }

    private static InboxRead read(long upTo) {
        return new InboxRead("ada", NOTIFICATION, upTo, null, AT);
    }

    @Test
    void readingIsRecordedAlsoOfTheVeryFirstEvent() {
        given().when(reading(0)).expectEvents(read(0));
        given(read(0)).when(reading(7)).expectEvents(read(7));
    }

    @Test
    void whatIsReadStaysRead() {
        given(read(7)).when(reading(7)).expectNoEvents().expectSuccessfulHandlerExecution();
        given(read(7)).when(reading(3)).expectNoEvents().expectSuccessfulHandlerExecution();
    }

    @Test
    void whatBeganUpToAPlaceIsReadBesideWhatWasToldUpToOne() {
        ReadInbox reading = new ReadInbox("ada", NOTIFICATION, -1, 5L, AT);
        InboxRead read = new InboxRead("ada", NOTIFICATION, -1, 5L, AT);
        given().when(reading).expectEvents(read);
        given(read(7)).when(reading).expectEvents(read);
        given(read).when(reading).expectNoEvents().expectSuccessfulHandlerExecution();
        given(read).when(reading(0)).expectEvents(read(0));
        given(new InboxRead("ada", NOTIFICATION, -1, 6L, AT))
                .when(reading)
                .expectNoEvents()
                .expectSuccessfulHandlerExecution();
    }
}
