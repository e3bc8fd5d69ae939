package io.ovation.live;

import java.time.Duration;
import java.util.ArrayList;

import io.ovation.Caller;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/** States on a clock that the test moves: what is over by itself, and what a later one takes the place of. */
class StatesTest {
    private static final Caller ADA = new Caller("ada", false);
    private static final Caller BOB = new Caller("bob", false);
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration LIFE = Duration.ofSeconds(5);
    private static final String TALK = ScriptedTopic.TOPIC.id();
    private static final JsonMapper JSON = new JsonMapper();

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final ScriptedTopic topic = new ScriptedTopic();
    private final Watches watches = new Watches(topic, time, Runnable::run, 8, 4096);

    @AfterEach
    void everythingIsFreed() {
        assertThat(watches.topics()).isZero();
        assertThat(topic.open()).isZero();
    }

    /** A watcher that was let in and has had its first frame, a start. */
    private StepVerifier.Step<JsonNode> watch(Caller caller) {
        return StepVerifier.create(
                        watches.watch(ScriptedTopic.TOPIC, null, caller).map(frame -> JSON.readTree(frame.json())))
                .then(topic::decide)
                .expectNextMatches(frame -> frame.path("type").asString().equals("start"));
    }

    private void types(String user) {
        watches.tell(ScriptedTopic.TOPIC, new Frame.Typing(TALK, user), LIFE);
    }

    private void reads(long seq) {
        topic.append(0, new Frame.Receipt(TALK, "bob", seq, seq));
        topic.tell();
    }

    private static boolean isTyping(JsonNode frame, String user) {
        return frame.path("type").asString().equals("typing")
                && frame.path("user").asString().equals(user);
    }

    @Test
    void thatSomebodyWritesIsToldToTheOthersAndNotToThem() {
        watch(ADA)
                .then(() -> types("bob"))
                .expectNextMatches(frame -> isTyping(frame, "bob"))
                .thenCancel()
                .verify(PATIENCE);
        watch(BOB)
                .then(() -> types("bob"))
                .then(() -> time.advanceTimeBy(Duration.ofMillis(100)))
                .then(() -> types("ada"))
                .then(() -> time.advanceTimeBy(Duration.ofMillis(100)))
                .expectNextMatches(frame -> isTyping(frame, "ada"))
                .thenCancel()
                .verify(PATIENCE);
    }

    @Test
    void whoComesWithinItsLifeIsToldAndWhoComesLaterIsNot() {
        watch(BOB)
                .then(() -> types("bob"))
                .then(() -> time.advanceTimeBy(LIFE.minusMillis(1)))
                .then(() -> watch(ADA)
                        .expectNextMatches(frame -> isTyping(frame, "bob"))
                        .thenCancel()
                        .verify(PATIENCE))
                .then(() -> time.advanceTimeBy(Duration.ofMillis(1)))
                .then(() -> watch(ADA)
                        .then(() -> reads(1))
                        .expectNextMatches(
                                frame -> frame.path("type").asString().equals("receipt"))
                        .thenCancel()
                        .verify(PATIENCE))
                .expectNextMatches(frame -> frame.path("type").asString().equals("receipt"))
                .thenCancel()
                .verify(PATIENCE);
    }

    @Test
    void whatIsToldAgainLastsAnew() {
        watch(BOB)
                .then(() -> types("bob"))
                .then(() -> time.advanceTimeBy(LIFE.minusMillis(1)))
                .then(() -> types("bob"))
                .then(() -> time.advanceTimeBy(LIFE.minusMillis(1)))
                .then(() -> watch(ADA)
                        .expectNextMatches(frame -> isTyping(frame, "bob"))
                        .thenCancel()
                        .verify(PATIENCE))
                .thenCancel()
                .verify(PATIENCE);
    }

    @Test
    void aStateThatHasEndedIsToldToNobodyWhoComesLaterNorDoesAnOlderOneComeBack() {
        Frame.Summary summary = new Frame.Summary("c", null, 1, null, 0);
        watch(ADA)
                .then(() -> topic.tellState(summary, 5))
                .expectNextMatches(frame -> frame.path("type").asString().equals("summary"))
                .then(() -> {
                    topic.append(6, new Frame.Unlisted("c"));
                    topic.tellAll();
                })
                .expectNextMatches(frame -> frame.path("change").asString().equals("left"))
                .then(() -> {
                    // read before it ended, and told after that
                    topic.tellState(summary, 5);
                    time.advanceTimeBy(Duration.ofSeconds(1));
                })
                .then(() -> watch(BOB)
                        .then(() -> {
                            topic.tellState(new Frame.Summary("c", null, 2, null, 0), 7);
                            time.advanceTimeBy(Duration.ofSeconds(1));
                            reads(1);
                        })
                        .expectNextMatches(frame -> frame.path("lastSeq").asLong() == 2)
                        .thenCancel()
                        .verify(PATIENCE))
                .expectNextMatches(frame -> frame.path("lastSeq").asLong() == 2)
                .thenCancel()
                .verify(PATIENCE);
    }

    @Test
    void aThousandMarksInASecondAreAtMostTenFramesAndTheLastIsExact() {
        watch(ADA)
                .then(() -> {
                    for (int seq = 1; seq <= 1_000; seq++) {
                        reads(seq);
                        time.advanceTimeBy(Duration.ofMillis(1));
                    }
                    time.advanceTimeBy(Duration.ofMillis(100));
                })
                .recordWith(ArrayList::new)
                .thenConsumeWhile(frame -> frame.path("read").asLong() < 1_000)
                .consumeRecordedWith(frames -> assertThat(frames)
                        .hasSizeBetween(5, 11)
                        .extracting(frame -> frame.path("read").asLong())
                        .isSorted()
                        .startsWith(1L))
                .expectNextMatches(frame -> frame.path("read").asLong() == 1_000)
                .thenCancel()
                .verify(PATIENCE);
    }
}
