package io.ovation.live;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

import io.ovation.Unavailable;
import io.ovation.live.CombinedStream.Watched;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;

import static org.assertj.core.api.Assertions.assertThat;

/** Many watches as one stream: turns, demand, ends and the cursor of all. */
class CombinedStreamTest {
    private static final String LOG = "00000000000000aa";
    private static final Topic ONE = Topic.conversation("one");
    private static final Topic TWO = Topic.conversation("two");

    private static Cursors cursors(Topic topic) {
        return new Cursors(topic, () -> LOG);
    }

    private static WireFrame frame(Topic topic, long sequence) {
        return frame(topic, sequence, null);
    }

    private static WireFrame frame(Topic topic, long sequence, @Nullable AtomicBoolean redacted) {
        String cursor = cursors(topic).of(sequence);
        return new WireFrame(
                cursor, json(cursor, "\"n\":" + sequence), redacted == null ? null : () -> redacted.get()
                        ? new WireFrame(cursor, json(cursor, "\"redacted\":true"))
                        : null);
    }

    private static byte[] json(String cursor, String rest) {
        return ("{\"type\":\"t\",\"cursor\":\"" + cursor + "\"," + rest + "}").getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] problem(String watch, Throwable reason) {
        return (watch + " " + reason.getClass().getSimpleName()).getBytes(StandardCharsets.UTF_8);
    }

    private static Flux<WireFrame> combined(Watched... watches) {
        return CombinedStream.of(List.of(watches), List.of(), CombinedStreamTest::problem);
    }

    private static String text(WireFrame frame) {
        return new String(frame.json(), StandardCharsets.UTF_8);
    }

    private static CombinedCursor cursor(WireFrame frame) {
        return Objects.requireNonNull(CombinedCursor.parse(Objects.requireNonNull(frame.cursor())));
    }

    @Test
    void aWatchWithMuchToTellHoldsUpNoOther() {
        Flux<WireFrame> much = Flux.range(0, 1_000).map(i -> frame(ONE, i));
        Flux<WireFrame> little = Flux.range(0, 10).map(i -> frame(TWO, i));
        List<String> told = new ArrayList<>();
        StepVerifier.create(
                        combined(new Watched("much", much), new Watched("little", little))
                                .doOnNext(frame -> told.add(text(frame))),
                        0)
                .thenRequest(20)
                .expectNextCount(20)
                .thenCancel()
                .verify();
        assertThat(told.stream().filter(text -> text.contains("\"watch\":\"little\""))).hasSize(10);
    }

    @Test
    void demandIsHonouredToTheFrameAndCancellingFreesAll() {
        TestPublisher<WireFrame> one = TestPublisher.create();
        TestPublisher<WireFrame> two = TestPublisher.create();
        StepVerifier.create(combined(new Watched("one", one.flux()), new Watched("two", two.flux())), 0)
                .expectSubscription()
                .then(() -> one.assertMinRequested(1))
                .then(() -> one.next(frame(ONE, 1)))
                .then(() -> two.next(frame(TWO, 7)))
                .thenRequest(1)
                .assertNext(frame -> assertThat(text(frame))
                        .isEqualTo("{\"type\":\"t\",\"watch\":\"one\",\"cursor\":\"" + frame.cursor()
                                + "\",\"n\":1}"))
                .thenRequest(1)
                .assertNext(frame -> {
                    assertThat(text(frame)).contains("\"watch\":\"two\"");
                    assertThat(cursor(frame).place(Cursors.hash(ONE))).isEqualTo(new Cursors.Place(1, LOG));
                    assertThat(cursor(frame).place(Cursors.hash(TWO))).isEqualTo(new Cursors.Place(7, LOG));
                })
                .thenCancel()
                .verify();
        one.assertCancelled();
        two.assertCancelled();
    }

    @Test
    void aTextThatIsRedactedWhileItWaitsHereOrFurtherOnIsNotHandedOut() {
        AtomicBoolean redacted = new AtomicBoolean();
        TestPublisher<WireFrame> one = TestPublisher.create();
        List<WireFrame> given = new ArrayList<>();
        StepVerifier.create(combined(new Watched("one", one.flux())), 0)
                .expectSubscription()
                .then(() -> one.next(frame(ONE, 1, redacted)))
                .thenRequest(1)
                .assertNext(given::add)
                .then(() -> assertThat(text(given.getFirst().asOfNow())).contains("\"n\":1"))
                .then(() -> one.next(frame(ONE, 2, redacted)))
                .then(() -> redacted.set(true))
                .thenRequest(1)
                .assertNext(frame -> assertThat(text(frame)).contains("\"watch\":\"one\"", "\"redacted\":true"))
                .thenCancel()
                .verify();
        assertThat(text(given.getFirst().asOfNow())).contains("\"watch\":\"one\"", "\"redacted\":true");
        assertThat(given.getFirst().asOfNow().cursor()).isEqualTo(given.getFirst().cursor());
    }

    @Test
    void whatEndsOneIsToldOfItAndTheEndOfAllIsTheEnd() {
        StepVerifier.create(combined(
                                new Watched("one", Flux.error(new Unavailable("no", 1))),
                                new Watched("two", Flux.just(frame(TWO, 1))))
                        .map(CombinedStreamTest::text))
                .expectNext("one Unavailable")
                .expectNextMatches(text -> text.contains("\"watch\":\"two\""))
                .verifyComplete();
    }

    @Test
    void aReaderWhoIsTooSlowForOneIsEndedForAll() {
        TestPublisher<WireFrame> two = TestPublisher.create();
        StepVerifier.create(combined(
                        new Watched("one", Flux.error(new SlowConsumer())), new Watched("two", two.flux())))
                .verifyError(SlowConsumer.class);
        two.assertCancelled();
    }

    @Test
    void theFarewellIsToldOnceAndEndsAll() {
        TestPublisher<WireFrame> two = TestPublisher.create();
        StepVerifier.create(combined(
                        new Watched("one", Flux.just(Frames.reconnect(5))),
                        new Watched("two", two.flux()),
                        new Watched("three", Flux.just(Frames.reconnect(7)))))
                .expectNextMatches(frame -> text(frame).equals("{\"type\":\"reconnect\",\"after\":5}"))
                .verifyComplete();
        two.assertCancelled();
    }

    @Test
    void aWatchThatHasNotBegunKeepsThePlaceThatTheClientCameWith() {
        CombinedCursor before = new CombinedCursor();
        before.put(cursors(ONE).of(3));
        before.put(cursors(TWO).of(4));
        before.put(cursors(Topic.feed()).of(5));
        TestPublisher<WireFrame> one = TestPublisher.create();
        TestPublisher<WireFrame> two = TestPublisher.create();
        StepVerifier.create(CombinedStream.of(
                        List.of(new Watched("one", one.flux()), new Watched("two", two.flux())),
                        List.of(before.text()),
                        CombinedStreamTest::problem))
                .then(() -> one.next(frame(ONE, 9)))
                .assertNext(frame -> {
                    assertThat(cursor(frame).place(Cursors.hash(ONE))).isEqualTo(new Cursors.Place(9, LOG));
                    assertThat(cursor(frame).place(Cursors.hash(TWO))).isEqualTo(new Cursors.Place(4, LOG));
                })
                .then(() -> two.next(frame(TWO, 4)))
                .assertNext(frame -> assertThat(cursor(frame).place(Cursors.hash(Topic.feed())))
                        .as("which is watched no more")
                        .isNull())
                .thenCancel()
                .verify();
    }

    @Test
    void aWatchOfACursorOfItsOwnThatIsRefusedBeforeItBeginsKeepsItsPlace() {
        StepVerifier.create(CombinedStream.of(
                        List.of(
                                new Watched("one", Flux.just(frame(ONE, 3), frame(ONE, 4))),
                                new Watched("two", Flux.error(new Unavailable("Not now", 1)))),
                        List.of(cursors(ONE).of(2), cursors(TWO).of(8)),
                        CombinedStreamTest::problem))
                .recordWith(ArrayList::new)
                .expectNextCount(3)
                .consumeRecordedWith(told -> assertThat(told.stream().filter(frame -> frame.cursor() != null))
                        .hasSize(2)
                        .allSatisfy(frame -> assertThat(cursor(frame).place(Cursors.hash(TWO)))
                                .isEqualTo(new Cursors.Place(8, LOG))))
                .verifyComplete();
    }

    @Test
    void theCursorOfFiftyWatchesIsShortAndSaysWhatItWasGiven() {
        CombinedCursor cursor = new CombinedCursor();
        List<Topic> topics =
                IntStream.range(0, 50).mapToObj(i -> Topic.conversation("c" + i)).toList();
        long[] sequences = LongStream.range(0, 50).map(i -> 1_000 * i).toArray();
        sequences[0] = -1;
        sequences[1] = Long.MAX_VALUE - 1;
        for (int i = 0; i < 50; i++) {
            String log = i < 49 ? LOG : "ffffffffffffffff";
            cursor.put(new Cursors(topics.get(i), () -> log).of(sequences[i]));
        }
        String text = cursor.text();
        assertThat(text).hasSizeLessThan(520).matches("[A-Za-z0-9_-]+");
        CombinedCursor read = Objects.requireNonNull(CombinedCursor.parse(text));
        for (int i = 0; i < 50; i++) {
            Cursors.Place place = read.place(Cursors.hash(topics.get(i)));
            assertThat(place).isEqualTo(new Cursors.Place(sequences[i], i < 49 ? LOG : "ffffffffffffffff"));
        }
    }

    @Test
    void whatIsCutOrGarbledIsNoCursor() {
        CombinedCursor cursor = new CombinedCursor();
        cursor.put(cursors(ONE).of(300));
        cursor.put(cursors(TWO).of(4));
        byte[] whole = Cursors.bytes(cursor.text());
        for (int length = 2; length < whole.length; length++) {
            assertThat(CombinedCursor.parse(Cursors.text(Arrays.copyOf(whole, length))))
                    .as("%d bytes", length)
                    .isNull();
        }
        assertThat(Stream.of("", "%", "AAAA", cursors(ONE).of(1)).map(CombinedCursor::parse))
                .allMatch(Objects::isNull);
    }
}
