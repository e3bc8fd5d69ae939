package io.ovation.conversation;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;

import io.ovation.Caller;
import io.ovation.conversation.ConversationRejection.NotAMember;
import io.ovation.conversation.ReceiptCommand.Acknowledge;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** The joining of acknowledgements, with a clock and a store that the test moves. */
class ReceiptWindowsTest {
    private static final Instant AT = Instant.parse("2026-01-02T03:04:05.678Z");

    private final List<Acknowledge> recorded = new ArrayList<>();
    private final Queue<CompletableFuture<Object>> store = new ArrayDeque<>();
    private final Queue<Runnable> ends = new ArrayDeque<>();
    private final ReceiptWindows windows = new ReceiptWindows(this::record, ends::add);

    @BeforeEach
    void running() {
        windows.start();
    }

    private CompletableFuture<?> record(Acknowledge command) {
        recorded.add(command);
        CompletableFuture<Object> durable = new CompletableFuture<>();
        store.add(durable);
        return durable;
    }

    private static Acknowledge ack(String user, long delivered, long read) {
        return new Acknowledge(
                "talk", delivered, read, new Caller(user, false), AT.plusSeconds(delivered + read), true);
    }

    private CompletableFuture<@Nullable Void> acknowledge(String user, long delivered, long read) {
        return windows.acknowledge(ack(user, delivered, read));
    }

    private void isDurable() {
        store.remove().complete("");
    }

    private void theWindowEnds() {
        ends.remove().run();
    }

    @Test
    void theFirstGoesThroughAtOnceAndIsAnsweredWhenItIsDurable() {
        CompletableFuture<?> first = acknowledge("bob", 0, 1);

        assertThat(recorded).containsExactly(ack("bob", 0, 1));
        assertThat(first).isNotDone();
        isDurable();
        assertThat(first).isCompleted();
    }

    @Test
    void whatFollowsIsFoldedToItsHighestAndGoesThroughAtTheEndOfTheWindow() {
        acknowledge("bob", 0, 1);
        isDurable();
        List<CompletableFuture<?>> followers = new ArrayList<>();
        for (int seq = 2; seq <= 500; seq++) {
            followers.add(acknowledge("bob", seq, 0));
            followers.add(acknowledge("bob", 0, 501 - seq));
        }
        assertThat(recorded).hasSize(1);

        theWindowEnds();

        assertThat(recorded).hasSize(2).last().satisfies(folded -> {
            assertThat(folded.delivered()).isEqualTo(500);
            assertThat(folded.read()).isEqualTo(499);
            assertThat(folded.at()).isEqualTo(AT.plusSeconds(500));
        });
        assertThat(followers).allSatisfy(each -> assertThat(each).isNotDone());
        isDurable();
        assertThat(followers).allSatisfy(each -> assertThat(each).isCompleted());
    }

    @Test
    void whatComesWhileTheFirstIsBeingRecordedWaitsToo() {
        acknowledge("bob", 0, 1);
        CompletableFuture<?> second = acknowledge("bob", 0, 2);
        assertThat(ends).isEmpty();

        isDurable();
        assertThat(second).isNotDone();
        theWindowEnds();
        isDurable();

        assertThat(second).isCompleted();
        assertThat(recorded).containsExactly(ack("bob", 0, 1), ack("bob", 0, 2));
    }

    @Test
    void aWindowInWhichNothingCameIsForgottenAndTheNextIsAtOnceAgain() {
        acknowledge("bob", 0, 1);
        isDurable();
        assertThat(windows.open()).isEqualTo(1);
        theWindowEnds();
        assertThat(windows.open()).isZero();

        acknowledge("bob", 0, 2);
        assertThat(recorded).hasSize(2);
    }

    @Test
    void membersDoNotWaitForEachOther() {
        acknowledge("bob", 0, 1);
        acknowledge("ada", 0, 1);
        assertThat(recorded).containsExactly(ack("bob", 0, 1), ack("ada", 0, 1));
    }

    @Test
    void aRejectionIsForThoseThatItIsAboutAndEndsNothing() {
        CompletableFuture<?> first = acknowledge("bob", 0, 1);
        CompletableFuture<?> second = acknowledge("bob", 0, 2);
        store.remove().completeExceptionally(new NotAMember());

        assertThat(first).isCompletedExceptionally();
        assertThat(second).isNotDone();
        theWindowEnds();
        isDurable();
        assertThat(second).isCompleted();
    }

    @Test
    void aCleanStopRecordsWhatWaits() {
        ReceiptWindows stopping = new ReceiptWindows(
                command -> {
                    recorded.add(command);
                    return CompletableFuture.completedFuture(null);
                },
                ends::add);
        stopping.start();
        stopping.acknowledge(ack("eve", 0, 1));
        CompletableFuture<?> last = stopping.acknowledge(ack("eve", 0, 2));
        assertThat(last).isNotDone();

        stopping.stop();

        assertThat(last).isCompleted();
        assertThat(recorded).containsExactly(ack("eve", 0, 1), ack("eve", 0, 2));
        assertThat(stopping.open()).isZero();
    }

    @Test
    void afterAStopEachIsRecordedAtOnce() {
        windows.stop();
        acknowledge("bob", 0, 1);
        acknowledge("bob", 0, 2);
        assertThat(recorded).hasSize(2);
        isDurable();
        isDurable();
        assertThat(windows.open()).isZero();
    }
}
