package io.ovation.cluster;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** When a node may trust its memory. */
class CertaintyTest {
    private final AtomicLong now = new AtomicLong(-5_000_000_000L);
    private final AtomicInteger back = new AtomicInteger();
    private CompletableFuture<Boolean> answer = CompletableFuture.completedFuture(true);

    private final Certainty certainty = new Certainty(millis -> answer, now::get, back::incrementAndGet);

    @Test
    void aNodeIsCertainOnlyWhenAllHaveAnsweredAndNobodyHasComeOrGoneForLong() throws Exception {
        assertThat(certainty.isCertain()).isFalse();
        roundsFor(Certainty.SETTLED);
        assertThat(certainty.isCertain()).as("as long as a command may take").isFalse();
        roundsFor(Duration.ofMillis(500));
        assertThat(certainty.isCertain()).isTrue();

        certainty.forget();
        assertThat(certainty.isCertain()).as("somebody came or went").isFalse();
        roundsFor(Certainty.SETTLED);
        assertThat(certainty.isCertain()).isFalse();
        roundsFor(Duration.ofMillis(500));
        assertThat(certainty.isCertain()).isTrue();
    }

    @Test
    void itIsCertainNoMoreBeforeTheOthersCountItAsGone() throws Exception {
        roundsFor(Certainty.SETTLED.plusSeconds(1));
        pass(Certainty.GOOD_FOR.minusMillis(1));
        assertThat(certainty.isCertain()).isTrue();
        pass(Duration.ofMillis(1));
        assertThat(certainty.isCertain()).isFalse();
        assertThat(Certainty.GOOD_FOR.toMillis()).isLessThan(Stack.SILENCE_MILLIS);
    }

    @Test
    void anAnswerIsGoodFromWhenItsQuestionWasPut() throws Exception {
        roundsFor(Certainty.SETTLED.plusSeconds(1));
        CompletableFuture<Boolean> slow = new CompletableFuture<>() {
            @Override
            public Boolean get(long timeout, java.util.concurrent.TimeUnit unit) {
                // this process was suspended between the question and its answer
                pass(Certainty.GOOD_FOR);
                return true;
            }
        };
        answer = slow;
        certainty.round();
        assertThat(certainty.isCertain()).isFalse();
    }

    @Test
    void whenOneDoesNotAnswerItIsCertainNoMore() throws Exception {
        roundsFor(Certainty.SETTLED.plusSeconds(1));
        assertThat(certainty.isCertain()).isTrue();
        answer = CompletableFuture.completedFuture(false);
        roundsFor(Certainty.GOOD_FOR);
        assertThat(certainty.isCertain()).isFalse();
        answer = CompletableFuture.failedFuture(new TimeoutException());
        roundsFor(Certainty.GOOD_FOR);
        assertThat(certainty.isCertain()).isFalse();
        answer = CompletableFuture.completedFuture(true);
        certainty.round();
        assertThat(certainty.isCertain()).isTrue();
    }

    @Test
    void aNodeThatWasSuspendedSaysThatItIsBackAndIsNotCertainBeforeItHasSettled() throws Exception {
        roundsFor(Certainty.SETTLED.plusSeconds(1));
        assertThat(back.get()).isZero();
        pass(Certainty.AWAY.plusMillis(1));
        certainty.round();
        assertThat(back.get()).isEqualTo(1);
        assertThat(certainty.isCertain()).isFalse();
        roundsFor(Certainty.SETTLED.plusSeconds(1));
        assertThat(back.get()).isEqualTo(1);
        assertThat(certainty.isCertain()).isTrue();
    }

    @Test
    void whatComesAfterAGapMayBeOldUntilAllHaveAnsweredAQuestionThatWasPutSince() throws Exception {
        assertThat(certainty.isUpToDate()).isTrue();
        roundsFor(Duration.ofSeconds(2));
        pass(Certainty.AWAY);
        assertThat(certainty.isUpToDate()).isTrue();
        pass(Duration.ofNanos(1));
        assertThat(certainty.isUpToDate()).as("suspended, and nobody has noticed yet").isFalse();
        answer = CompletableFuture.completedFuture(false);
        roundsFor(Duration.ofSeconds(2));
        assertThat(certainty.isUpToDate()).as("one has not answered").isFalse();
        answer = CompletableFuture.completedFuture(true);
        certainty.round();
        assertThat(certainty.isUpToDate()).isTrue();

        pass(Duration.ofMillis(500));
        certainty.disturb();
        assertThat(certainty.isUpToDate()).as("cut off").isFalse();
        certainty.round();
        assertThat(certainty.isUpToDate()).isTrue();
    }

    @Test
    void anAnswerToWhatWasAskedBeforeTheGapSaysNothing() throws Exception {
        answer = new CompletableFuture<>() {
            @Override
            public Boolean get(long timeout, java.util.concurrent.TimeUnit unit) {
                pass(Duration.ofMillis(1));
                certainty.disturb();
                return true;
            }
        };
        certainty.round();
        assertThat(certainty.isUpToDate()).isFalse();
    }

    private void roundsFor(Duration time) throws InterruptedException {
        for (long left = time.toMillis(); left > 0; left -= 500) {
            pass(Duration.ofMillis(500));
            certainty.round();
        }
    }

    private void pass(Duration time) {
        now.addAndGet(time.toNanos());
    }
}
