package io.ovation.eventstore;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import io.ovation.Unavailable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** One question to the database serves all who wait, and none gets an answer to one that was put before it asked. */
class HeadQuestionsTest {
    private final AtomicInteger put = new AtomicInteger();
    private final AtomicLong head = new AtomicLong();
    private final Semaphore begun = new Semaphore(0);
    private final Semaphore answers = new Semaphore(0);

    private final HeadQuestions questions = new HeadQuestions(() -> {
        put.incrementAndGet();
        long found = head.get();
        begun.release();
        answers.acquireUninterruptibly();
        if (found < 0) {
            throw new IllegalStateException("away");
        }
        return found;
    });

    @AfterEach
    void end() {
        answers.release(1_000_000);
        questions.close();
    }

    @Test
    void whoAsksWhileAQuestionIsUnderWayWaitsForTheNext() throws Exception {
        CompletableFuture<Long> first = ask();
        begun.acquire();
        head.set(7);
        List<CompletableFuture<Long>> meanwhile = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            meanwhile.add(ask());
        }
        answers.release();
        assertThat(first.get(20, TimeUnit.SECONDS)).isZero();
        begun.acquire();
        assertThat(meanwhile).noneMatch(CompletableFuture::isDone);
        answers.release();
        for (CompletableFuture<Long> each : meanwhile) {
            assertThat(each.get(20, TimeUnit.SECONDS)).isEqualTo(7);
        }
        assertThat(put).hasValue(2);
    }

    @Test
    void aQuestionThatFailsFailsAllItServesAndNoOther() throws Exception {
        head.set(-1);
        CompletableFuture<Long> first = ask();
        begun.acquire();
        head.set(3);
        CompletableFuture<Long> next = ask();
        answers.release(2);
        assertThatThrownBy(() -> first.get(20, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(Unavailable.class);
        assertThat(next.get(20, TimeUnit.SECONDS)).isEqualTo(3);
    }

    @Test
    void nobodyIsToldLessThanWasThereBeforeItAsked() throws Exception {
        answers.release(1_000_000);
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            List<Future<?>> all = new ArrayList<>();
            for (int thread = 0; thread < 8; thread++) {
                all.add(threads.submit(() -> {
                    for (int i = 0; i < 2_000; i++) {
                        long appended = head.incrementAndGet();
                        assertThat(ask().get(20, TimeUnit.SECONDS)).isGreaterThanOrEqualTo(appended);
                    }
                    return null;
                }));
            }
            for (Future<?> each : all) {
                each.get(60, TimeUnit.SECONDS);
            }
        }
    }

    private CompletableFuture<Long> ask() {
        return questions.now().toCompletableFuture();
    }
}
