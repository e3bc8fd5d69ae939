package io.ovation.replay;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.sql.DataSource;

import io.ovation.Caller;
import io.ovation.ValidationFailed;
import io.ovation.content.TargetShape;
import io.ovation.conversation.ConversationEvent;
import io.ovation.conversation.ConversationEvent.MemberAdded;
import io.ovation.conversation.ConversationEvent.MemberRemoved;
import io.ovation.conversation.ConversationEvent.MessageSent;
import io.ovation.conversation.Role;
import io.ovation.eventstore.EventJson;
import io.ovation.eventstore.TestStore;
import io.ovation.replay.ReplayQuery.EventPage;
import io.ovation.replay.ReplayQuery.FindEvents;
import io.ovation.replay.ReplayQuery.FindLogRange;
import io.ovation.replay.ReplayQuery.FollowAggregate;
import io.ovation.replay.ReplayQuery.LogRange;
import io.ovation.replay.ReplayRejection.AnalystsOnly;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.serialization.SimpleSerializedType;
import org.axonframework.serialization.upcasting.event.EventUpcaster;
import org.axonframework.serialization.upcasting.event.IntermediateEventRepresentation;
import org.axonframework.serialization.upcasting.event.SingleEventUpcaster;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/** The query side of the replay, on the real store. */
class ReplayQueriesTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Instant AT = Instant.parse("2026-01-02T03:04:05.678Z");
    private static final Caller ANN = new Caller("ann", false, true);
    private static final JsonMapper JSON = new JsonMapper();
    private static final ExecutorService THREADS = Executors.newVirtualThreadPerTaskExecutor();

    private static @Nullable TestStore store;

    @BeforeAll
    static void startTheStore(@TempDir Path data) {
        store = new TestStore(data);
    }

    @AfterAll
    static void stopTheStore() {
        store().close();
        THREADS.shutdown();
    }

    @AfterEach
    void noConnectionIsHeld() {
        await().atMost(PATIENCE)
                .until(() -> store().reads().getHikariPoolMXBean().getActiveConnections() == 0);
    }

    private static TestStore store() {
        return Objects.requireNonNull(store);
    }

    private static ReplayQueries queries(EventUpcaster... upcasters) {
        return queries(() -> store().reads(), upcasters);
    }

    private static ReplayQueries queries(Supplier<DataSource> reads, EventUpcaster... upcasters) {
        EventTypes types = new EventTypes();
        LineEncoder encoder = new LineEncoder(types, EventJson.serializer(new TargetShape()), List.of(upcasters));
        return new ReplayQueries(new EventRows(reads, types, encoder), () -> store().log(), THREADS);
    }

    private static LogRange range(EventFilter filter, @Nullable Long after) {
        return queries().handle(new FindLogRange(filter, after, null, ANN)).join();
    }

    private static List<JsonNode> read(
            EventFilter filter, @Nullable Long after, @Nullable Long limit, EventUpcaster... upcasters) {
        LogRange range = range(filter, after);
        return events(queries(upcasters)
                        .handle(new FindEvents(filter, range.after(), range.end(), limit, range.log(), ANN)))
                .collectList()
                .blockOptional(PATIENCE)
                .orElseThrow();
    }

    private static Flux<JsonNode> events(Flux<EventPage> pages) {
        return pages.concatMapIterable(EventPage::lines, 1).map(line -> {
            JsonNode event = JSON.readTree(line.json());
            assertThat(event.path("position").asLong()).isEqualTo(line.position());
            assertThat(new String(line.json(), StandardCharsets.UTF_8)).doesNotContain("\n");
            return event;
        });
    }

    private static long head() {
        return range(EventFilter.ALL, null).head();
    }

    private static String logId() {
        return range(EventFilter.ALL, null).log();
    }

    private static long position(JsonNode event) {
        return event.path("position").asLong();
    }

    private static MessageSent sent(String conversation, long seq) {
        return new MessageSent(
                conversation, "m" + seq, seq, "ada", "Tea „at“ five\n" + seq, null, List.of(), AT, null, null);
    }

    @Test
    void aLineHasWhatIsStored() {
        long head = head();
        store().append(List.of(TestStore.event("one \"quoted\" line", 0, sent("c", 1), AT)));

        JsonNode event = read(EventFilter.ALL, head, null).getFirst();

        assertThat(event.propertyNames())
                .containsExactly(
                        "position",
                        "eventId",
                        "type",
                        "revision",
                        "aggregateType",
                        "aggregateId",
                        "sequence",
                        "timestamp",
                        "payload",
                        "metadata");
        assertThat(event.path("type").asString()).isEqualTo("MessageSent");
        assertThat(event.path("revision").asString()).isEqualTo("3");
        assertThat(event.path("aggregateType").asString()).isEqualTo("Conversation");
        assertThat(event.path("aggregateId").asString()).isEqualTo("one \"quoted\" line");
        assertThat(event.path("timestamp").asString()).isEqualTo("2026-01-02T03:04:05.678Z");
        assertThat(event.path("payload").path("body").asString()).isEqualTo("Tea „at“ five\n1");
        assertThat(event.path("metadata").path("traceId").asString()).isEqualTo("t");
    }

    @Test
    void whatCannotBeDecodedIsGivenRawAndDoesNotEndTheStream() {
        long head = head();
        byte[] good = "{\n\"a\": 1}".getBytes(StandardCharsets.UTF_8);
        byte[] none = {};
        byte[] malformed = {'"', (byte) 0xC3, '"'};
        String known = MessageSent.class.getName();
        store().row(known, good, good, AT);
        store().row(known, "{\"a\":".getBytes(StandardCharsets.UTF_8), none, AT);
        store().row(known, malformed, good, AT);
        store().row(known, "{} {}".getBytes(StandardCharsets.UTF_8), good, AT);
        store().row(known, "{\"a\":1}".getBytes(StandardCharsets.UTF_16BE), good, AT);
        store().row("com.example.Gone$Parcel", good, good, AT);

        List<JsonNode> events = read(EventFilter.ALL, head, null);

        assertThat(events).hasSize(6);
        assertThat(events.getFirst().path("payload").path("a").asInt()).isEqualTo(1);
        assertThat(events.getFirst().has("undecodable")).isFalse();
        assertThat(events.subList(1, 6)).allSatisfy(event -> {
            assertThat(event.path("undecodable").asBoolean()).isTrue();
            assertThat(event.has("payload")).isFalse();
        });
        assertThat(events.subList(1, 5)).noneMatch(event -> event.has("unknown"));
        assertThat(events.get(5).path("unknown").asBoolean()).isTrue();
        assertThat(events.get(1).path("rawMetadata").asString()).isEmpty();
        assertThat(Base64.getDecoder().decode(events.get(2).path("raw").asString()))
                .isEqualTo(malformed);
        assertThat(events.get(5).path("type").asString()).isEqualTo("Parcel");
        assertThat(events.get(5).path("revision").asString()).isEqualTo("7");
    }

    @Test
    void everyFilterGivesExactlyWhatItSaysInTheOrderOfPositions() {
        Random random = new Random(42);
        long head = head();
        Map<String, Long> sequences = new HashMap<>();
        long clock = AT.toEpochMilli() + 1_000_000;
        for (int i = 0; i < 300; i++) {
            List<EventMessage<?>> group = new ArrayList<>();
            int size = 1 + random.nextInt(8);
            for (int j = 0; j < size; j++) {
                clock += random.nextInt(400);
                String aggregate = "aggregate-" + random.nextInt(5);
                long sequence = sequences.merge(aggregate, 1L, Long::sum) - 1;
                // some are late, a few of them very
                long late = random.nextInt(50) == 0 ? random.nextInt(60_000) : random.nextInt(1_500);
                group.add(TestStore.event(
                        aggregate, sequence, payload(random, sequence), Instant.ofEpochMilli(clock - late)));
            }
            store().append(group);
        }
        List<JsonNode> all = read(EventFilter.ALL, head, null);
        assertThat(all).hasSizeGreaterThan(1_000);

        for (int i = 0; i < 300; i++) {
            EventFilter filter = filter(random, clock);
            Long after = random.nextBoolean() ? head : head + random.nextInt(all.size());
            Long limit = random.nextInt(3) == 0 ? 1L + random.nextInt(100) : null;

            List<Long> expected = all.stream()
                    .filter(event -> position(event) > after && matches(event, filter))
                    .map(ReplayQueriesTest::position)
                    .limit(limit == null ? Long.MAX_VALUE : limit)
                    .toList();
            List<Long> given = read(filter, after, limit).stream()
                    .map(ReplayQueriesTest::position)
                    .toList();

            assertThat(given)
                    .as("%s after %s, at most %s", filter, after, limit)
                    .isEqualTo(expected);
        }
    }

    private static ConversationEvent payload(Random random, long seq) {
        return switch (random.nextInt(20)) {
            case 0 -> new MemberRemoved("c", "eve", "ada", AT);
            case 1, 2, 3 -> new MemberAdded("c", "eve", Role.member, "ada", AT);
            default -> sent("c", seq);
        };
    }

    private static EventFilter filter(Random random, long clock) {
        Instant from = random.nextBoolean()
                ? null
                : Instant.ofEpochMilli(clock - random.nextInt(300_000)).plusNanos(random.nextInt(2));
        Instant to = random.nextBoolean()
                ? null
                : (from == null ? Instant.ofEpochMilli(clock - 200_000) : from).plusMillis(random.nextInt(60_000));
        List<String> types = Stream.of("MessageSent", "MemberAdded", "MemberRemoved", "LogAccessed")
                .filter(type -> random.nextInt(3) == 0)
                .toList();
        return new EventFilter(from, to, types, random.nextInt(3) == 0 ? "aggregate-" + random.nextInt(6) : null);
    }

    private static boolean matches(JsonNode event, EventFilter filter) {
        Instant at = Instant.parse(event.path("timestamp").asString());
        return (filter.from() == null || !at.isBefore(filter.from()))
                && (filter.to() == null || at.isBefore(filter.to()))
                && (!filter.types().isEmpty()
                        || filter.aggregate() != null
                        || !event.path("type").asString().equals("LogAccessed"))
                && (filter.types().isEmpty()
                        || filter.types().contains(event.path("type").asString()))
                && (filter.aggregate() == null
                        || filter.aggregate().equals(event.path("aggregateId").asString()));
    }

    @Test
    void anUpcasterIsSeenInPayloadTypeAndRevision() {
        EventUpcaster upcaster = new SingleEventUpcaster() {
            @Override
            protected boolean canUpcast(IntermediateEventRepresentation event) {
                return event.getType().getName().endsWith("$Letter");
            }

            @Override
            protected IntermediateEventRepresentation doUpcast(IntermediateEventRepresentation event) {
                return event.upcastPayload(
                        new SimpleSerializedType(MessageSent.class.getName(), "2"),
                        byte[].class,
                        letter -> "{\"body\":\"upcasted\"}".getBytes(StandardCharsets.UTF_8));
            }
        };
        long head = head();
        store().row(
                        "com.example.Old$Letter",
                        "{\"text\":1}".getBytes(StandardCharsets.UTF_8),
                        "{}".getBytes(StandardCharsets.UTF_8),
                        AT);
        store().append(List.of(TestStore.event("untouched", 0, sent("c", 1), AT)));

        List<JsonNode> events = read(EventFilter.ALL, head, null, upcaster);

        assertThat(events.getFirst().path("type").asString()).isEqualTo("MessageSent");
        assertThat(events.getFirst().path("revision").asString()).isEqualTo("2");
        assertThat(events.getFirst().path("payload").path("body").asString()).isEqualTo("upcasted");
        assertThat(events.get(1).path("payload").path("body").asString()).isEqualTo("Tea „at“ five\n1");
    }

    @Test
    void noMorePagesAreReadThanAskedForAndNoConnectionIsHeldBetweenThem() {
        long head = head();
        store().append(IntStream.range(0, 300)
                .<EventMessage<?>>mapToObj(i -> TestStore.event("many", i, sent("c", i), AT))
                .toList());

        StepVerifier.create(queries().handle(new FindEvents(EventFilter.ALL, head, head(), null, logId(), ANN)), 0)
                .thenRequest(1)
                .assertNext(page -> assertThat(page.lines()).hasSize(64))
                .then(this::noConnectionIsHeld)
                .thenRequest(1)
                .assertNext(page -> assertThat(page.lines()).hasSize(128))
                .thenCancel()
                .verify(PATIENCE);
    }

    @Test
    void oneAggregateIsFollowedAtAPaceHoweverFastTheLogGrows() {
        AtomicInteger reads = new AtomicInteger();
        ReplayQueries counted = queries(() -> {
            reads.incrementAndGet();
            return store().reads();
        });
        long head = head();
        store().append(List.of(TestStore.event("followed", 0, sent("f", 1), AT)));
        long start = System.nanoTime();

        StepVerifier.create(events(counted.handle(new FollowAggregate("followed", head, logId(), ANN)))
                        .map(event -> event.path("sequence").asInt()))
                .expectNext(0)
                .then(() -> {
                    for (int i = 0; i < 300; i++) {
                        store().append(List.of(TestStore.event("others", i, sent("o", i), AT)));
                    }
                    store().append(List.of(TestStore.event("followed", 1, sent("f", 2), AT)));
                    store().append(List.of(TestStore.event("followed", 2, sent("f", 3), AT)));
                })
                .expectNext(1, 2)
                .thenCancel()
                .verify(PATIENCE);

        long paces = (System.nanoTime() - start) / 200_000_000;
        assertThat(reads).as("in %d times the pace", paces).hasValueLessThanOrEqualTo((int) (2 * (paces + 3)));
    }

    @Test
    void followersSeeEachPositionOnceWhileWritersAppend() throws Exception {
        int writers = 8;
        int each = 200;
        long head = head();
        List<Follower> followers = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> writing = new ArrayList<>();
            for (int w = 0; w < writers; w++) {
                String aggregate = "writer-" + w;
                writing.add(threads.submit(() -> {
                    for (int i = 0; i < each; i++) {
                        store().append(List.of(TestStore.event(aggregate, i, sent(aggregate, i), Instant.now())));
                    }
                }));
            }
            for (int i = 0; i < 5; i++) {
                Follower follower = new Follower();
                queries()
                        .handle(new FindEvents(EventFilter.ALL, head + i * 50L, null, null, logId(), ANN))
                        .subscribe(follower);
                followers.add(follower);
            }
            for (Future<?> writer : writing) {
                writer.get();
            }
        }
        List<Long> all = read(EventFilter.ALL, head, null).stream()
                .map(ReplayQueriesTest::position)
                .toList();
        assertThat(all).hasSize(writers * each);
        for (int i = 0; i < 5; i++) {
            long after = head + i * 50L;
            Follower follower = followers.get(i);
            List<Long> expected =
                    all.stream().filter(position -> position > after).toList();
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(follower.positions).isEqualTo(expected));
            follower.cancel();
        }
        // who has gone is not told any more
        store().append(List.of(TestStore.event("later", 0, sent("c", 1), AT)));
        assertThat(read(EventFilter.ALL, all.getLast(), null)).hasSize(1);
        assertThat(followers)
                .allSatisfy(follower -> assertThat(follower.positions.getLast()).isEqualTo(all.getLast()));
    }

    private static final class Follower extends BaseSubscriber<EventPage> {
        private volatile List<Long> positions = List.of();

        @Override
        protected void hookOnNext(EventPage page) {
            positions = Stream.concat(positions.stream(), page.lines().stream().map(ReplayQuery.EventLine::position))
                    .toList();
        }
    }

    @Test
    void aFollowerWithLittleDemandGetsNoMoreThanItAsksFor() {
        Map<String, Integer> pages = new ConcurrentHashMap<>();
        long head = head();
        StepVerifier.create(
                        queries()
                                .handle(new FindEvents(EventFilter.ALL, head, null, null, logId(), ANN))
                                .doOnNext(page -> pages.merge("", 1, Integer::sum)),
                        0)
                .expectSubscription()
                .then(() -> {
                    for (int i = 0; i < 10; i++) {
                        store().append(List.of(TestStore.event("slow", i, sent("c", i), AT)));
                    }
                })
                .then(() -> assertThat(pages).isEmpty())
                .thenRequest(1)
                .assertNext(page -> assertThat(page.lines()).hasSize(10))
                .thenCancel()
                .verify(PATIENCE);
    }

    @Test
    void anUnknownTypeAndWhoIsNeitherAnalystNorAdminIsTurnedDown() {
        assertThatExceptionOfType(AnalystsOnly.class)
                .isThrownBy(() ->
                        queries().handle(new FindLogRange(EventFilter.ALL, null, null, new Caller("bob", false))));
        assertThatExceptionOfType(AnalystsOnly.class).isThrownBy(() -> queries()
                .handle(new FindEvents(EventFilter.ALL, 0, null, null, "", new Caller("bob", false))));
        assertThat(queries()
                        .handle(new FindLogRange(
                                new EventFilter(null, null, List.of("MessageSent", "Nope"), null), null, null, ANN)))
                .failsWithin(PATIENCE)
                .withThrowableThat()
                .withCauseInstanceOf(ValidationFailed.class);
        assertThat(new EventTypes().names()).contains("ConversationOpened", "MessageRedacted", "LogAccessed");
    }
}
