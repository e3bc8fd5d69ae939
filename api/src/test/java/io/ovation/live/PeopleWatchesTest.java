package io.ovation.live;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.IntStream;

import io.ovation.Caller;
import io.ovation.presence.NothingShared;
import io.ovation.presence.PresenceQuery.People;
import io.ovation.presence.PresenceQuery.Person;
import io.ovation.presence.Status;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

class PeopleWatchesTest {
    private static final Caller ANN = new Caller("ann", false);
    private static final Instant START = Instant.parse("2026-01-02T03:04:05.678Z");
    private static final JsonMapper JSON = new JsonMapper();

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final Script script = new Script();
    private final Watches topics = new Watches(new ScriptedTopic(), time, Runnable::run, 8, 4096);
    private final PeopleWatches watches = new PeopleWatches(topics, script, time);

    /** How people are, and who is told; what is asked is answered when the test says so. For one thread. */
    private static final class Script implements PeopleSource {
        private final Map<String, Person> people = new HashMap<>();
        private final Deque<Runnable> unanswered = new ArrayDeque<>();
        private @Nullable FluxSink<Update> live;
        private @Nullable RuntimeException refusal;
        private long position;
        private int subscriptions;

        /** A change, which is read and told at once. */
        void change(String user, Status status) {
            Update update = record(user, status);
            if (live != null) {
                live.next(update);
            }
        }

        /** A change that nobody is told of yet. */
        Update record(String user, Status status) {
            Person person = new Person(user, status, START.plusSeconds(++position), position);
            people.put(user, person);
            return new Update(Topic.presence(), position, new Frame.Presence(user, status.name(), person.since()));
        }

        void tell(Update update) {
            Objects.requireNonNull(live).next(update);
        }

        void removed(String user) {
            Objects.requireNonNull(live)
                    .next(new Update(Topic.presence(), ++position, new Frame.Member("c", user, null, true)));
        }

        void answer() {
            while (!unanswered.isEmpty()) {
                unanswered.remove().run();
            }
        }

        void drop() {
            Objects.requireNonNull(live).error(new IllegalStateException("overflow"));
        }

        @Override
        public Flux<Update> updates() {
            return Flux.create(sink -> {
                subscriptions++;
                live = sink;
                sink.onDispose(() -> {
                    if (live == sink) {
                        live = null;
                    }
                });
            });
        }

        @Override
        public Mono<People> people(List<String> users, Caller by) {
            return Mono.create(sink -> unanswered.add(() -> answer(users, sink)));
        }

        private void answer(List<String> users, MonoSink<People> sink) {
            if (refusal != null) {
                sink.error(refusal);
            } else {
                sink.success(new People(users.stream()
                        .map(user -> people.getOrDefault(user, new Person(user, Status.offline, null, -1)))
                        .toList()));
            }
        }
    }

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
        assertThat(watches.watchers()).isZero();
        assertThat(script.live).isNull();
    }

    /** What comes after the start. */
    private StepVerifier.FirstStep<JsonNode> watch(long demand, String... users) {
        return StepVerifier.create(
                watches.watch(List.of(users), null, ANN)
                        .map(frame -> JSON.readTree(frame.json()))
                        .filter(frame -> !frame.path("type").asString().equals("start")),
                demand);
    }

    private List<String> types(@Nullable String after) {
        List<String> types = new ArrayList<>();
        var stream = watches.watch(List.of("bob"), after, ANN)
                .subscribe(frame ->
                        types.add(JSON.readTree(frame.json()).path("type").asString()));
        script.answer();
        stream.dispose();
        return types;
    }

    @Test
    void theFirstFrameIsAPlaceToResumeFrom() {
        List<WireFrame> frames = new ArrayList<>();
        var stream = watches.watch(List.of("bob"), "", ANN).subscribe(frames::add);
        script.answer();
        stream.dispose();
        String cursor = frames.getFirst().cursor();
        assertThat(new String(frames.getFirst().json(), StandardCharsets.UTF_8))
                .isEqualTo("{\"type\":\"start\",\"cursor\":\"" + cursor + "\"}");
        for (String after : new String[] {null, "", cursor}) {
            assertThat(types(after)).containsExactly("start", "presence");
        }
        assertThat(types("garbage")).containsExactly("start", "reset", "presence");
    }

    private static Predicate<JsonNode> is(String user, Status status) {
        return frame -> frame.path("type").asString().equals("presence")
                && frame.path("user").asString().equals(user)
                && frame.path("status").asString().equals(status.name())
                && !frame.has("cursor");
    }

    private void pass() {
        time.advanceTimeBy(Duration.ZERO);
    }

    @Test
    void firstTheCurrentOfEachInTheirOrderAndThenWhatChanges() {
        script.change("cid", Status.online);
        watch(Long.MAX_VALUE, "cid", "bob")
                .then(script::answer)
                .expectNextMatches(is("cid", Status.online))
                .assertNext(frame -> assertThat(frame.toString())
                        .isEqualTo("{\"type\":\"presence\",\"user\":\"bob\",\"status\":\"offline\"}"))
                .then(() -> script.change("bob", Status.online))
                .then(() -> script.change("eve", Status.online))
                .then(this::pass)
                .assertNext(
                        frame -> assertThat(frame.toString())
                                .isEqualTo(
                                        "{\"type\":\"presence\",\"user\":\"bob\",\"status\":\"online\","
                                                + "\"since\":\"2026-01-02T03:04:07.678Z\"}"))
                .thenCancel()
                .verify();
    }

    @Test
    void whatChangesWhileItIsAskedForIsToldOnceAndTheLaterOfTheTwo() {
        watch(Long.MAX_VALUE, "bob", "cid")
                .then(() -> script.change("bob", Status.online))
                .then(this::pass)
                .then(script::answer)
                .expectNextMatches(is("bob", Status.online))
                .expectNextMatches(is("cid", Status.offline))
                .then(() -> {
                    Update late = script.record("cid", Status.online);
                    script.change("cid", Status.offline);
                    script.tell(late);
                })
                .then(this::pass)
                .expectNextMatches(is("cid", Status.offline))
                .then(() -> script.tell(new Update(Topic.presence(), 1, new Frame.Presence("bob", "offline", START))))
                .then(this::pass)
                .expectNoEvent(Duration.ofMillis(1))
                .thenCancel()
                .verify();
    }

    @Test
    void aSecondDeviceIsNoFrame() {
        script.change("bob", Status.online);
        watch(Long.MAX_VALUE, "bob")
                .then(script::answer)
                .expectNextMatches(is("bob", Status.online))
                .then(() -> script.tell(
                        new Update(Topic.presence(), 50, new Frame.Presence("bob", "online", START.plusSeconds(1)))))
                .then(this::pass)
                .then(() -> script.tell(
                        new Update(Topic.presence(), 51, new Frame.Presence("bob", "offline", START.plusSeconds(9)))))
                .then(this::pass)
                .expectNextMatches(is("bob", Status.offline))
                .thenCancel()
                .verify();
    }

    @Test
    void aWatcherWhoDoesNotKeepUpGetsTheLatestOfEachOnce() {
        watch(0, "bob", "cid")
                .then(script::answer)
                .thenRequest(2)
                .expectNextMatches(is("bob", Status.offline))
                .expectNextMatches(is("cid", Status.offline))
                .then(() -> {
                    for (int i = 0; i < 1_000; i++) {
                        script.change(i % 2 == 0 ? "bob" : "cid", i % 4 < 2 ? Status.online : Status.offline);
                        pass();
                    }
                    script.change("bob", Status.online);
                    pass();
                })
                .thenRequest(Long.MAX_VALUE)
                .assertNext(frame -> assertThat(frame.path("since").asString())
                        .isEqualTo(START.plusSeconds(1_001).toString()))
                .expectNextMatches(is("cid", Status.offline))
                .expectNoEvent(Duration.ofMillis(1))
                .thenCancel()
                .verify();
    }

    @Test
    void tenThousandWhoComeAtOnceAreOneFrameAPersonAtMost() {
        Deque<Runnable> undone = new ArrayDeque<>();
        PeopleWatches busy = new PeopleWatches(topics, script, Schedulers.fromExecutor(undone::add));
        String[] users = IntStream.range(0, 200).mapToObj(i -> "user-" + i).toArray(String[]::new);
        List<WireFrame> one = new ArrayList<>();
        List<WireFrame> other = new ArrayList<>();
        var first = busy.watch(List.of(users), null, ANN).subscribe(one::add);
        var second = busy.watch(List.of(users), null, new Caller("bob", false)).subscribe(other::add);
        script.answer();
        assertThat(one).hasSize(1 + 200);

        IntStream.range(0, 10_000).forEach(i -> {
            script.change("user-" + i, Status.offline);
            script.change("user-" + i, Status.online);
        });
        assertThat(undone).as("however many there are to tell").hasSize(1);
        undone.remove().run();
        assertThat(one).hasSize(1 + 400);
        assertThat(one.getLast()).as("encoded once").isSameAs(other.getLast());
        assertThat(script.subscriptions).isEqualTo(1);
        first.dispose();
        second.dispose();
        assertThat(busy.watchers()).isZero();
    }

    @Test
    void onlySoManyAreAskedAboutAgainAtOnce() {
        List<Disposable> all = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            all.add(watches.watch(List.of("bob"), null, ANN).subscribe());
        }
        script.answer();
        script.removed("bob");
        script.removed("bob");
        pass();
        assertThat(script.unanswered).hasSize(16);
        script.answer();
        assertThat(script.unanswered).isEmpty();
        all.forEach(Disposable::dispose);
    }

    @Test
    void whoMayNotWatchIsToldSoAndNothingElse() {
        script.refusal = new NothingShared();
        watch(Long.MAX_VALUE, "bob").then(script::answer).verifyError(NothingShared.class);
    }

    @Test
    void aStreamEndsWhenItsPeopleShareNothingAnyMore() {
        watch(Long.MAX_VALUE, "bob")
                .then(script::answer)
                .expectNextCount(1)
                .then(() -> script.removed("eve"))
                .then(this::pass)
                .then(() ->
                        assertThat(script.unanswered).as("nobody asked for eve").isEmpty())
                .then(() -> {
                    script.removed("bob");
                    pass();
                    assertThat(script.unanswered).hasSize(1);
                    script.answer();
                })
                .then(() -> script.change("bob", Status.online))
                .then(this::pass)
                .expectNextMatches(is("bob", Status.online))
                .then(() -> script.refusal = new NothingShared())
                .then(() -> script.removed("ann"))
                .then(this::pass)
                .then(script::answer)
                .verifyError(NothingShared.class);
    }

    @Test
    void aDroppedSubscriptionIsMadeAnewAndWhatCameBetweenIsToldOnce() {
        watch(Long.MAX_VALUE, "bob", "cid")
                .then(script::answer)
                .expectNextCount(2)
                .then(script::drop)
                .then(() -> script.record("bob", Status.online))
                .then(() -> time.advanceTimeBy(Duration.ofSeconds(1)))
                .then(script::answer)
                .expectNextMatches(is("bob", Status.online))
                .then(() -> script.change("cid", Status.online))
                .then(this::pass)
                .expectNextMatches(is("cid", Status.online))
                .thenCancel()
                .verify();
        assertThat(script.subscriptions).isEqualTo(2);
    }

    @Test
    void aServerThatDrainsSendsItsWatchersAway() {
        watch(Long.MAX_VALUE, "bob")
                .then(script::answer)
                .expectNextCount(1)
                .then(() -> {
                    topics.drain(1);
                    watches.wakeAll();
                })
                .expectNextMatches(frame -> frame.path("type").asString().equals("reconnect")
                        && frame.path("after").isNumber())
                .verifyComplete();
    }

    @Test
    void cancellingFreesEverythingAtWhateverMoment() {
        List<BaseSubscriber<WireFrame>> subscribers = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            BaseSubscriber<WireFrame> subscriber = new BaseSubscriber<>() {};
            watches.watch(List.of("bob"), null, ANN).subscribe(subscriber);
            subscribers.add(subscriber);
        }
        subscribers.get(0).cancel();
        script.answer();
        subscribers.get(1).cancel();
        script.removed("bob");
        pass();
        subscribers.get(2).cancel();
        script.answer();
        assertThat(watches.watchers()).isZero();
        assertThat(script.live).isNull();
    }
}
