package io.ovation.conversation;

import java.time.Instant;

import io.ovation.conversation.ReceiptEvent.ConversationRead;
import io.ovation.conversation.ReceiptEvent.DeliveryAcknowledged;
import org.axonframework.test.aggregate.AggregateTestFixture;
import org.axonframework.test.aggregate.TestExecutor;
import org.junit.jupiter.api.Test;

class ReceiptTest {
    private static final String ID = "018f0000-0000-7000-8000-000000000001";
    private static final Instant AT = Instant.parse("2026-01-02T03:04:05.678Z");

    private static TestExecutor<Receipt> given(Object... events) {
        return new AggregateTestFixture<>(Receipt.class).given(events);
    }

    private static RecordReceipt record(long delivered, long read) {
        return new RecordReceipt(ReceiptEvent.receiptId(ID, "bob"), ID, "bob", delivered, read, AT);
    }

    private static DeliveryAcknowledged delivered(long seq) {
        return new DeliveryAcknowledged(ID, "bob", seq, AT);
    }

    private static ConversationRead read(long seq) {
        return new ConversationRead(ID, "bob", seq, AT);
    }

    @Test
    void whatHasArrivedIsRecorded() {
        given().when(record(3, 0)).expectEvents(delivered(3));
        given(delivered(3)).when(record(5, 0)).expectEvents(delivered(5));
    }

    @Test
    void whatWasReadHasArrived() {
        given().when(record(3, 3)).expectEvents(read(3));
        given(read(3)).when(record(3, 0)).expectNoEvents();
        given(delivered(2), read(3)).when(record(3, 3)).expectNoEvents();
    }

    @Test
    void bothMarksRiseAtOnce() {
        given().when(record(5, 3)).expectEvents(read(3), delivered(5));
        given(read(3), delivered(5)).when(record(7, 4)).expectEvents(read(4), delivered(7));
    }

    @Test
    void readingOnBelowWhatHasArrivedLeavesThatAsItIs() {
        given(delivered(9)).when(record(4, 4)).expectEvents(read(4));
        given(delivered(9), read(4)).when(record(9, 0)).expectNoEvents();
    }

    @Test
    void aMarkNeverMovesBack() {
        given(read(3), delivered(5)).when(record(4, 2)).expectNoEvents();
        given(read(3), delivered(5)).when(record(5, 3)).expectNoEvents();
    }
}
