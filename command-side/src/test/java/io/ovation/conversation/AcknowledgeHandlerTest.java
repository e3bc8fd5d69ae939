package io.ovation.conversation;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.ovation.Caller;
import io.ovation.conversation.ConversationCommand.CheckStanding;
import io.ovation.conversation.ConversationCommand.Standing;
import io.ovation.conversation.ConversationRejection.ConversationNotFound;
import io.ovation.conversation.ConversationRejection.NotAMember;
import io.ovation.conversation.ReceiptCommand.Acknowledge;
import org.axonframework.commandhandling.SimpleCommandBus;
import org.axonframework.commandhandling.gateway.DefaultCommandGateway;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** What becomes of an acknowledgement once the conversation has said how the member stands. */
class AcknowledgeHandlerTest {
    private static final String ID = "018f0000-0000-7000-8000-000000000001";
    private static final Instant AT = Instant.parse("2026-01-02T03:04:05.678Z");

    private final List<Object> recorded = new ArrayList<>();
    private final SimpleCommandBus bus = SimpleCommandBus.builder().build();
    private final AcknowledgeHandler handler = new AcknowledgeHandler(
            DefaultCommandGateway.builder().commandBus(bus).build(), endOfWindow -> {});
    private @Nullable Standing standing = new Standing(10, true, true, false);

    @BeforeEach
    void aConversation() {
        bus.subscribe(CheckStanding.class.getName(), command -> {
            if (standing == null) {
                throw new ConversationNotFound();
            }
            return standing;
        });
        bus.subscribe(RecordReceipt.class.getName(), command -> {
            recorded.add(command.getPayload());
            return null;
        });
        handler.windows().start();
    }

    private @Nullable CompletableFuture<@Nullable Void> acknowledge(long delivered, long read, boolean awaited) {
        return handler.handle(new Acknowledge(ID, delivered, read, new Caller("bob", false), AT, awaited));
    }

    private static RecordReceipt receipt(long delivered, long read) {
        return new RecordReceipt(ReceiptEvent.receiptId(ID, "bob"), ID, "bob", delivered, read, AT);
    }

    @Test
    void whatIsBeyondTheLastMessageIsTheLast() {
        assertThat(acknowledge(Long.MAX_VALUE, 7, true)).isCompleted();
        assertThat(recorded).containsExactly(receipt(10, 7));
    }

    @Test
    void whatIsReadHasArrived() {
        acknowledge(3, 12, true);
        assertThat(recorded).containsExactly(receipt(10, 10));
    }

    @Test
    void whereThereIsNothingToGetNothingIsRecorded() {
        standing = new Standing(0, true, true, false);
        assertThat(acknowledge(5, 5, true)).isCompleted();
        assertThat(recorded).isEmpty();
    }

    @Test
    void whoIsNoMemberIsRefusedAlsoAnAdminWhoMayPost() {
        standing = new Standing(10, false, true, false);
        assertThat(acknowledge(5, 5, true))
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .withRootCauseInstanceOf(NotAMember.class);
        assertThat(recorded).isEmpty();
    }

    @Test
    void whatIsNotThereIsNotFound() {
        standing = null;
        assertThat(acknowledge(5, 5, true))
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .withRootCauseInstanceOf(ConversationNotFound.class);
    }

    @Test
    void whoDoesNotWaitIsAnsweredAtOnceAndRecordedAllTheSame() {
        assertThat(acknowledge(0, 4, false)).isNull();
        assertThat(recorded).containsExactly(receipt(4, 4));
    }
}
