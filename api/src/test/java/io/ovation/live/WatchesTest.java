package io.ovation.live;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.stream.LongStream;

import io.ovation.Caller;
import io.ovation.ErrorCode;
import io.ovation.Rejection;
import io.ovation.Unavailable;
import io.ovation.conversation.ConversationRejection.ConversationNotFound;
import io.ovation.conversation.ConversationRejection.NotAMember;
import io.ovation.conversation.Role;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

class WatchesTest {
    private static final Caller ADA = new Caller("ada", false);
    private static final Caller BOB = new Caller("bob", false);
    private static final JsonMapper JSON = new JsonMapper();
    private static final int MAX_FRAMES = 8;
    private static final int MAX_BYTES = 4096;

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final ScriptedTopic topic = new ScriptedTopic();
    private final Watches watches = new Watches(topic, time, Runnable::run, MAX_FRAMES, MAX_BYTES);

    @BeforeAll
    static void noTestWaitsForEver() {
        StepVerifier.setDefaultTimeout(Duration.ofSeconds(20));
    }

    @AfterAll
    static void asItWas() {
        StepVerifier.resetDefaultTimeout();
    }

    @AfterEach
    void everythingIsFreed() {
        assertThat(watches.topics()).isZero();
        assertThat(topic.open()).isZero();
    }

    private StepVerifier.FirstStep<JsonNode> watch(@Nullable String after, Caller caller, long demand) {
        return StepVerifier.create(
                watches.watch(ScriptedTopic.TOPIC, after, caller).map(frame -> JSON.readTree(frame.json())), demand);
    }

    private StepVerifier.FirstStep<JsonNode> watch(@Nullable String after) {
        return watch(after, ADA, Long.MAX_VALUE);
    }

    private static boolean isType(JsonNode frame, String type) {
        return frame.path("type").asString().equals(type);
    }

    private static boolean isSeq(JsonNode frame, long seq) {
        return frame.path("seq").asLong() == seq;
    }

    private String cursor(long sequence) {
        return topic.cursor(sequence);
    }

    @Test
    void aStreamWithoutACursorStartsWithAPlaceToResumeFromAndGoesOnLive() {
        topic.append();
        topic.tellAll();
        watch(null)
                .then(topic::decide)
                .expectNextMatches(frame -> isType(frame, "start")
                        && frame.path("cursor").asString().equals(cursor(0)))
                .then(topic::append)
                .then(topic::tellAll)
                .expectNextMatches(frame -> isType(frame, "message-redacted") && isSeq(frame, 1))
                .thenCancel()
                .verify();
    }

    @Test
    void aFrameHasTheFieldsOfTheContractAndNoNulls() {
        topic.append();
        Instant sentAt = Instant.parse("2026-11-23T10:00:00.120Z");
        watch(null)
                .then(topic::decide)
                .expectNextCount(1)
                .then(() -> topic.append(
                        0,
                        new Frame.Message(
                                "c", "m", 7, "ada", "hi \"you\" ☃", sentAt, null, List.of("bob"), null, null)))
                .then(() -> topic.append(0, new Frame.Member("c", "bob", Role.moderator, null)))
                .then(topic::tellAll)
                .assertNext(frame -> assertThat(frame.toString())
                        .isEqualTo("{\"type\":\"message\",\"cursor\":\"" + cursor(1)
                                + "\",\"conversationId\":\"c\",\"messageId\":\"m\",\"seq\":7,\"sender\":\"ada\","
                                + "\"body\":\"hi \\\"you\\\" ☃\","
                                + "\"sentAt\":\"2026-11-23T10:00:00.120Z\",\"mentions\":[\"bob\"]}"))
                .assertNext(frame -> assertThat(frame.toString())
                        .isEqualTo("{\"type\":\"member\",\"cursor\":\"" + cursor(2)
                                + "\",\"conversationId\":\"c\",\"user\":\"bob\",\"role\":\"moderator\"}"))
                .thenCancel()
                .verify();
    }

    @Test
    void allWatchersOfATopicShareOneSubscriptionAndOneEncoding() {
        topic.append();
        List<WireFrame> one = new ArrayList<>();
        List<WireFrame> other = new ArrayList<>();
        var first = watches.watch(ScriptedTopic.TOPIC, null, ADA).subscribe(one::add);
        var second = watches.watch(ScriptedTopic.TOPIC, null, BOB).subscribe(other::add);
        topic.decide();
        topic.decide();
        topic.append();
        topic.tellAll();
        assertThat(topic.subscriptions()).isEqualTo(1);
        assertThat(one).hasSize(2);
        assertThat(one.getLast()).isSameAs(other.getLast());
        first.dispose();
        assertThat(watches.topics()).as("one watcher is left").isEqualTo(1);
        second.dispose();
    }

    @Test
    void whatWasMissedComesBeforeWhatIsNewAndNothingTwice() {
        for (int i = 0; i < 5; i++) {
            topic.append();
        }
        watch(cursor(1))
                .then(topic::decide)
                .expectNextMatches(frame -> isType(frame, "start"))
                .then(topic::append)
                .then(topic::tellAll)
                .then(() -> topic.read(2))
                .expectNextMatches(frame -> isSeq(frame, 2))
                .expectNextMatches(frame -> isSeq(frame, 3))
                .then(() -> topic.read(10))
                .expectNextMatches(frame -> isSeq(frame, 4))
                .expectNextMatches(frame -> isSeq(frame, 5))
                .then(topic::append)
                .then(topic::tellAll)
                .expectNextMatches(frame -> isSeq(frame, 6))
                .thenCancel()
                .verify();
    }

    @Test
    void demandIsHonouredToTheFrame() {
        for (int i = 0; i < 3; i++) {
            topic.append();
        }
        watch(cursor(0), ADA, 0)
                .then(topic::decide)
                .expectNoEvent(Duration.ofMillis(1))
                .thenRequest(1)
                .expectNextMatches(frame -> isType(frame, "start"))
                .then(() -> topic.read(10))
                .expectNoEvent(Duration.ofMillis(1))
                .thenRequest(1)
                .expectNextMatches(frame -> isSeq(frame, 1))
                .then(topic::tellAll)
                .thenRequest(1)
                .expectNextMatches(frame -> isSeq(frame, 2))
                .then(topic::append)
                .then(topic::tellAll)
                .expectNoEvent(Duration.ofMillis(1))
                .thenRequest(1)
                .expectNextMatches(frame -> isSeq(frame, 3))
                .thenCancel()
                .verify();
    }

    @Test
    void aCursorThatCannotBeServedGetsOneResetAndThenTheStreamGoesOn() {
        topic.append();
        String foreign = watches.cursor(Topic.conversation("another"), 0);
        for (String after : List.of("garbage", "%%%", foreign, cursor(1_000), cursor(0) + "A", "AAAA")) {
            watch(after)
                    .then(topic::decide)
                    .expectNextMatches(frame -> isType(frame, "start"))
                    .expectNextMatches(frame -> isType(frame, "reset"))
                    .then(topic::append)
                    .then(topic::tellAll)
                    .expectNextMatches(frame -> isType(frame, "message-redacted"))
                    .thenCancel()
                    .verify();
            topic.drop();
        }
    }

    @Test
    void aCursorFromBeforeTheCursorsKnewTheirLogGetsOneReset() {
        topic.append();
        String old = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(Arrays.copyOf(Base64.getUrlDecoder().decode(cursor(0)), 12));
        watch(old)
                .then(topic::decide)
                .expectNextMatches(frame -> isType(frame, "start"))
                .expectNextMatches(frame -> isType(frame, "reset"))
                .thenCancel()
                .verify();
    }

    @Test
    void aCursorOfALogThatWasSetBackIsServedWhereItsEventIsThere() {
        topic.append();
        topic.append();
        topic.tellAll();
        String before = cursor(0);
        topic.setBack("00000000000000bb");
        watch(before)
                .then(topic::decide)
                .then(topic::append)
                .then(topic::tellAll)
                .then(() -> assertThat(topic.locate(true)).isTrue())
                .expectNextMatches(frame ->
                        isType(frame, "start") && frame.path("cursor").asString().equals(cursor(0)))
                .then(() -> topic.read(10))
                .expectNextMatches(frame -> isSeq(frame, 1))
                .expectNextMatches(frame -> isSeq(frame, 2))
                .then(topic::append)
                .then(topic::tellAll)
                .expectNextMatches(frame -> isSeq(frame, 3))
                .thenCancel()
                .verify();
    }

    @Test
    void aCursorOfWhatWasUndoneGetsOneResetHoweverFarTheLogHasGrown() {
        topic.append();
        topic.append();
        topic.tellAll();
        String before = cursor(0);
        topic.setBack("00000000000000bb");
        watch(before)
                .then(topic::decide)
                .then(() -> assertThat(topic.locate(false)).isTrue())
                .expectNextMatches(frame ->
                        isType(frame, "start") && frame.path("cursor").asString().equals(cursor(1)))
                .expectNextMatches(frame -> isType(frame, "reset"))
                .then(topic::append)
                .then(topic::tellAll)
                .expectNextMatches(frame -> isSeq(frame, 2))
                .thenCancel()
                .verify();
    }

    @Test
    void whereItCannotBeKnownWhetherACursorIsServedTheStreamIsUnavailable() {
        topic.append();
        topic.tellAll();
        String before = cursor(0);
        topic.setBack("00000000000000bb");
        watch(before)
                .then(topic::decide)
                .then(() -> topic.cannotLocate(new Unavailable("The log cannot be read now", 1)))
                .verifyError(Unavailable.class);
    }

    @Test
    void whoGoesAwayWhileTheirCursorIsLookedUpFreesEverything() {
        topic.append();
        topic.tellAll();
        String before = cursor(0);
        topic.setBack("00000000000000bb");
        watch(before)
                .then(topic::decide)
                .then(() -> assertThat(topic.open()).isEqualTo(2))
                .thenCancel()
                .verify();
    }

    @Test
    void whoMayNotWatchIsToldSoBeforeTheirCursorIsLookedAt() {
        topic.append();
        String before = cursor(0);
        topic.setBack("00000000000000bb");
        topic.refuse(new NotAMember());
        watch(before).then(topic::decide).verifyError(NotAMember.class);
        assertThat(topic.locate(true)).isFalse();
    }

    @Test
    void theStartIsAsGoodToResumeFromAsAnyOtherFrame() {
        topic.append();
        topic.append();
        topic.tellAll();
        for (String after : new String[] {null, "", cursor(0)}) {
            List<WireFrame> heads = new ArrayList<>();
            var cutAtOnce = watches.watch(ScriptedTopic.TOPIC, after, ADA).subscribe(heads::add);
            topic.decide();
            cutAtOnce.dispose();
            long from = after == null || after.isEmpty() ? topic.last() : 0;
            assertThat(heads).hasSize(1);
            assertThat(heads.getFirst().cursor()).isEqualTo(cursor(from));
            topic.append();
            watch(heads.getFirst().cursor())
                    .then(topic::decide)
                    .expectNextMatches(frame -> isType(frame, "start"))
                    .then(() -> topic.read(10))
                    .expectNextMatches(frame -> isSeq(frame, from + 1))
                    .thenCancel()
                    .verify();
        }
    }

    private static Frame.Message secret(long seq) {
        return new Frame.Message(
                "c", "m" + seq, seq, "ada", "SECRET", Instant.EPOCH, null, List.of("bob"), null, null);
    }

    private static boolean isWithoutText(JsonNode frame, long seq) {
        return isSeq(frame, seq) && frame.path("redacted").asBoolean() && !frame.has("body") && !frame.has("mentions");
    }

    private void redact(long... seqs) {
        for (long seq : seqs) {
            topic.append(0, new Frame.MessageRedacted("c", "m" + seq, seq));
        }
        topic.tellAll();
    }

    @Test
    void whatIsRedactedWhileItWaitsForDemandIsHandedOutWithoutItsText() {
        topic.append();
        watch(null, ADA, 1)
                .then(topic::decide)
                .expectNextMatches(frame -> isType(frame, "start"))
                .then(() -> {
                    topic.append(0, secret(1));
                    topic.append(0, secret(2));
                    topic.append(0, new Frame.MessageEdited("c", "m2", 2, "SECRET", Instant.EPOCH, null, null));
                    topic.append(
                            0,
                            new Frame.Comment(
                                    "c", "k", 3, "ada", "SECRET", Instant.EPOCH, null, null, null, null));
                    topic.append(0, secret(4));
                    topic.tellAll();
                    redact(1, 2, 3);
                })
                .thenRequest(1)
                .expectNextMatches(frame -> isWithoutText(frame, 1))
                .thenRequest(3)
                .expectNextMatches(frame -> isType(frame, "message") && isWithoutText(frame, 2))
                .expectNextMatches(frame -> isType(frame, "message-edited") && isWithoutText(frame, 2))
                .expectNextMatches(frame -> isType(frame, "comment") && isWithoutText(frame, 3))
                .thenRequest(1)
                .expectNextMatches(frame -> isSeq(frame, 4)
                        && frame.path("body").asString().equals("SECRET")
                        && frame.has("mentions"))
                .then(() -> topic.append(0, secret(5)))
                .thenCancel()
                .verify();
    }

    @Test
    void whatWasReadFromTheLogAndRedactedBeforeItWasAskedForHasNoText() {
        topic.append();
        topic.append(0, secret(1));
        topic.append(0, secret(2));
        topic.tellAll();
        watch(cursor(0), ADA, 1)
                .then(topic::decide)
                .expectNextMatches(frame -> isType(frame, "start"))
                .then(() -> topic.read(10))
                .then(() -> redact(1))
                .thenRequest(1)
                .expectNextMatches(frame -> isWithoutText(frame, 1))
                .then(() -> redact(2))
                .thenRequest(1)
                .expectNextMatches(frame -> isWithoutText(frame, 2))
                .thenCancel()
                .verify();
    }

    @Test
    void aRejectedCallerGetsTheRejection() {
        topic.refuse(new ConversationNotFound());
        watch(null).then(topic::decide).verifyError(ConversationNotFound.class);
        assertThat(watches.topics()).isZero();
    }

    @Test
    void whoIsRemovedSeesItAndIsEndedBeforeAnythingElse() {
        topic.append();
        watch(null, BOB, Long.MAX_VALUE)
                .then(topic::decide)
                .expectNextCount(1)
                .then(() -> {
                    topic.refuse(new NotAMember());
                    topic.append(0, new Frame.Member("c", "bob", null, true));
                    topic.append();
                    topic.tellAll();
                })
                .expectNextMatches(frame -> frame.path("removed").asBoolean())
                .then(topic::decide)
                .verifyError(NotAMember.class);
    }

    @Test
    void whoIsRemovedAndMayWatchAllTheSameGoesOn() {
        topic.append();
        watch(null, BOB, Long.MAX_VALUE)
                .then(topic::decide)
                .expectNextCount(1)
                .then(() -> {
                    topic.append(0, new Frame.Member("c", "ada", null, true));
                    topic.append(0, new Frame.Member("c", "bob", null, true));
                    topic.append();
                    topic.tellAll();
                })
                .expectNextCount(2)
                .then(topic::decide)
                .expectNextMatches(frame -> isSeq(frame, 3))
                .thenCancel()
                .verify();
    }

    @Test
    void whoIsRemovedWhileRegisteringDoesNotSlipThrough() {
        topic.append();
        watch(null, BOB, Long.MAX_VALUE)
                // authorised as of the log before the removal, which then comes live
                .then(topic::decide)
                .then(() -> {
                    topic.refuse(new NotAMember());
                    topic.append(0, new Frame.Member("c", "bob", null, true));
                })
                .expectNextCount(1)
                .then(topic::tellAll)
                .expectNextCount(1)
                .then(topic::decide)
                .verifyError(NotAMember.class);
    }

    @Test
    void whoDoesNotKeepUpIsEndedAndFreed() {
        topic.append();
        watch(null, ADA, 1)
                .then(topic::decide)
                .expectNextCount(1)
                .then(() -> {
                    for (int i = 0; i <= MAX_FRAMES; i++) {
                        topic.append();
                    }
                    topic.tellAll();
                })
                .verifyErrorMatches(e -> e instanceof SlowConsumer slow
                        && slow.code() == ErrorCode.RATE_LIMITED
                        && slow.detail().equals("slow_consumer"));
        assertThat(watches.topics()).isZero();
    }

    @Test
    void bytesCountAsWell() {
        topic.append();
        watch(null, ADA, 1)
                .then(topic::decide)
                .expectNextCount(1)
                .then(() -> topic.append(0, new Frame.MessageRedacted("c", "m".repeat(MAX_BYTES), 1)))
                .then(topic::tellAll)
                .verifyError(SlowConsumer.class);
    }

    @Test
    void whoIsStillCatchingUpMayBeBehindByAnyNumber() {
        for (int i = 0; i < 3; i++) {
            topic.append();
        }
        watch(cursor(0), ADA, 1)
                .then(topic::decide)
                .expectNextCount(1)
                .then(() -> {
                    for (int i = 0; i < 10 * MAX_FRAMES; i++) {
                        topic.append();
                        topic.tellAll();
                    }
                })
                .thenRequest(Long.MAX_VALUE)
                .then(() -> {
                    while (topic.read(1)) {
                        // until everything was read, however often that began anew
                    }
                })
                .expectNextCount(2 + 10 * MAX_FRAMES)
                .then(topic::append)
                .then(topic::tellAll)
                .expectNextMatches(frame -> isSeq(frame, 3 + 10 * MAX_FRAMES))
                .thenCancel()
                .verify();
    }

    @Test
    void aDroppedSubscriptionIsMadeAnewAndNothingIsLost() {
        topic.append();
        watch(null)
                .then(topic::decide)
                .expectNextCount(1)
                .then(topic::append)
                .then(topic::append)
                .then(topic::drop)
                .then(topic::append)
                .then(() -> time.advanceTimeBy(Duration.ofSeconds(1)))
                .then(() -> assertThat(topic.subscriptions()).isEqualTo(2))
                .then(topic::tellAll)
                .then(() -> topic.read(10))
                .expectNextMatches(frame -> isSeq(frame, 1))
                .expectNextMatches(frame -> isSeq(frame, 2))
                .expectNextMatches(frame -> isSeq(frame, 3))
                .thenCancel()
                .verify();
    }

    @Test
    void whoComesWhileTheSubscriptionIsGoneWaitsForTheNext() {
        topic.append();
        watch(null)
                .then(topic::decide)
                .expectNextCount(1)
                .then(() -> {
                    topic.drop();
                    watch(null, BOB, Long.MAX_VALUE)
                            .then(() -> assertThat(topic.decide()).isFalse())
                            .then(() -> time.advanceTimeBy(Duration.ofSeconds(1)))
                            .then(topic::decide)
                            .expectNextCount(1)
                            .then(topic::append)
                            .then(topic::tellAll)
                            .expectNextMatches(frame -> isSeq(frame, 1))
                            .thenCancel()
                            .verify();
                })
                .thenCancel()
                .verify();
    }

    /**
     * Found by {@link WatcherProperties}: the log was read at once, and what came until the subscription was back was
     * in neither.
     */
    @Test
    void whoIsTooFarBehindWhenTheSubscriptionGoesReadsTheLogOnceItIsBack() {
        for (int i = 0; i < 2; i++) {
            topic.append();
        }
        topic.tellAll();
        watch(cursor(0), ADA, 1)
                .then(() -> {
                    for (int i = 0; i < MAX_FRAMES; i++) {
                        topic.append();
                    }
                    topic.tellAll();
                    topic.drop();
                })
                // not authorised yet: lets go of what is too much, up to where the subscription was dropped
                .thenRequest(Long.MAX_VALUE)
                .then(() -> assertThat(topic.decide()).isTrue())
                .expectNextCount(1)
                .then(topic::append)
                .then(topic::tellAll)
                .then(() -> topic.read(Integer.MAX_VALUE))
                .then(() -> time.advanceTimeBy(Duration.ofSeconds(1)))
                .then(() -> topic.read(Integer.MAX_VALUE))
                .expectNextCount(MAX_FRAMES)
                .expectNextMatches(frame -> isSeq(frame, 1 + MAX_FRAMES))
                .expectNextMatches(frame -> isSeq(frame, 2 + MAX_FRAMES))
                .thenCancel()
                .verify();
    }

    @Test
    void cancellingAtAnyPointFreesEverything() {
        topic.append();
        topic.append();
        watch(cursor(0)).thenCancel().verify();
        watch(cursor(0)).then(topic::decide).expectNextCount(1).thenCancel().verify();
        watch(cursor(0))
                .then(topic::decide)
                .expectNextCount(1)
                .then(() -> topic.read(1))
                .expectNextCount(1)
                .thenCancel()
                .verify();
        var gone = watches.watch(ScriptedTopic.TOPIC, null, ADA).subscribe();
        topic.drop();
        gone.dispose();
        time.advanceTimeBy(Duration.ofMinutes(1));
        assertThat(topic.open()).isZero();
    }

    @Test
    void aLogThatCannotBeReadEndsTheStreamWithItsReason() {
        topic.append();
        Watches broken = new Watches(new TopicSourceThatFails(topic), time, Runnable::run, MAX_FRAMES, MAX_BYTES);
        StepVerifier.create(broken.watch(ScriptedTopic.TOPIC, cursor(-1 + 1), ADA))
                .then(() -> {
                    topic.append();
                    topic.decide();
                })
                .expectNextCount(1)
                .verifyErrorMatches(e -> e instanceof Rejection);
        assertThat(broken.topics()).isZero();
    }

    @Test
    void aServerThatDrainsSendsEverybodyAway() {
        topic.append();
        watch(null)
                .then(topic::decide)
                .expectNextCount(1)
                .then(() -> watches.drain(1))
                .assertNext(frame -> {
                    assertThat(isType(frame, "reconnect")).isTrue();
                    assertThat(frame.path("after").isIntegralNumber()).isTrue();
                    assertThat(frame.path("after").asLong()).isBetween(0L, 1_000L);
                })
                .verifyComplete();
        watch(null).expectNextMatches(frame -> isType(frame, "reconnect")).verifyComplete();
    }

    @Test
    void clientsOfAServerThatDrainsComeBackOverATimeInWhichAllCanBeLetIn() {
        watches.drain(10_000);
        long[] after = LongStream.generate(() -> JSON.readTree(watches.reconnect().json())
                        .path("after")
                        .asLong())
                .limit(2_000)
                .toArray();
        assertThat(LongStream.of(after).max().orElseThrow())
                .as("10,000 at 50 a second")
                .isBetween(190_000L, 200_000L);
        assertThat(LongStream.of(after).filter(each -> each < 100_000).count()).isBetween(800L, 1_200L);
    }

    @Test
    void whoComesWhileTheServerDrainsIsToldWhenTheyAskForTheFirstFrame() {
        watches.drain(1);
        StepVerifier.create(watches.watch(ScriptedTopic.TOPIC, null, new Caller("ada", false)), 0)
                .expectSubscription()
                .thenRequest(1)
                .expectNextMatches(frame -> frame.backMillis() >= 0)
                .verifyComplete();
    }

    @Test
    void aCursorIsTextThatNeedsNoEncodingInAnAddress() {
        assertThat(cursor(Long.MAX_VALUE)).matches("[A-Za-z0-9_-]{27}");
        assertThat(topic.sequence(cursor(42))).isEqualTo(42);
    }
}
