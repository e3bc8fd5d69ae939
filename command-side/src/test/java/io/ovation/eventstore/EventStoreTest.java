package io.ovation.eventstore;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import com.zaxxer.hikari.HikariDataSource;
import io.ovation.conversation.ConversationEvent.MemberRemoved;
import io.ovation.postgres.EmbeddedPostgres;
import org.axonframework.common.stream.BlockingStream;
import org.axonframework.common.transaction.NoTransactionManager;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.GenericDomainEventMessage;
import org.axonframework.eventhandling.GlobalSequenceTrackingToken;
import org.axonframework.eventhandling.TrackedEventMessage;
import org.axonframework.eventsourcing.eventstore.EventStorageEngine;
import org.axonframework.eventsourcing.eventstore.jdbc.JdbcEventStorageEngine;
import org.axonframework.serialization.Serializer;
import org.axonframework.serialization.upcasting.event.NoOpEventUpcaster;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static java.time.Instant.EPOCH;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** The store on a real PostgreSQL: what is appended, in which order it is told, and what is turned down. */
class EventStoreTest {
    private static final Serializer JSON = EventJson.serializer();
    private static EmbeddedPostgres postgres;
    private static HikariDataSource reads;

    private EventLog log;
    private GroupCommit groupCommit;
    private EventStorageEngine engine;

    @BeforeAll
    static void aServer(@TempDir Path data) {
        postgres = EmbeddedPostgres.start(data);
        database().prepare();
        reads = new HikariDataSource();
        reads.setDataSource(database().dataSource());
    }

    @AfterAll
    static void noServer() {
        reads.close();
        postgres.close();
    }

    @BeforeEach
    void aNode() {
        // a small memory, so that a reader falls out of it and has to come back
        log = new EventLog(table(), 64, Duration.ofMillis(20));
        groupCommit = new GroupCommit(database().dataSource(), log);
        engine = new GroupCommitEventStorageEngine(plain(), groupCommit);
    }

    @AfterEach
    void noNode() {
        groupCommit.close();
        log.close();
    }

    private static StoreDatabase database() {
        return new StoreDatabase(postgres.jdbcUrl(), postgres.user(), postgres.password());
    }

    private static LogTable table() {
        return new LogTable(reads, JSON, NoOpEventUpcaster.INSTANCE);
    }

    private static JdbcEventStorageEngine.Builder plain() {
        return JdbcEventStorageEngine.builder()
                .connectionProvider(reads::getConnection)
                .transactionManager(NoTransactionManager.instance())
                .eventSerializer(JSON)
                .snapshotSerializer(JSON);
    }

    private static DomainEventMessage<?> event(String aggregate, long sequence) {
        return new GenericDomainEventMessage<>(
                "Conversation", aggregate, sequence, new MemberRemoved(aggregate, "u" + sequence, "ada", EPOCH));
    }

    private static String aggregate() {
        return UUID.randomUUID().toString();
    }

    private static List<Long> sequences(EventStorageEngine engine, String aggregate) {
        return engine.readEvents(aggregate, 0)
                .asStream()
                .map(DomainEventMessage::getSequenceNumber)
                .toList();
    }

    private BlockingStream<TrackedEventMessage<?>> fromHere() {
        return log.openStream(new GlobalSequenceTrackingToken(table().head()));
    }

    private static List<String> next(BlockingStream<TrackedEventMessage<?>> stream, int count)
            throws InterruptedException {
        List<String> read = new ArrayList<>();
        long before = -1;
        while (read.size() < count && stream.hasNextAvailable(20, TimeUnit.SECONDS)) {
            TrackedEventMessage<?> event = stream.nextAvailable();
            assertThat(EventLog.position(event)).isGreaterThan(before);
            before = EventLog.position(event);
            read.add(event.getIdentifier());
        }
        return read;
    }

    @Test
    void manyWritersAppendAndEachAggregateIsWhole() throws Exception {
        BlockingStream<TrackedEventMessage<?>> stream = fromHere();
        List<String> aggregates =
                IntStream.range(0, 32).mapToObj(i -> aggregate()).toList();
        try (ExecutorService writers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<?> writer : writers.invokeAll(aggregates.stream()
                    .map(id -> (Callable<Void>) () -> {
                        for (int sequence = 0; sequence < 50; sequence++) {
                            engine.appendEvents(event(id, sequence));
                        }
                        return null;
                    })
                    .toList())) {
                writer.get();
            }
        }
        List<Long> whole = IntStream.range(0, 50).mapToObj(Long::valueOf).toList();
        assertThat(aggregates)
                .allSatisfy(id -> assertThat(sequences(engine, id)).isEqualTo(whole));
        assertThat(next(stream, 32 * 50)).hasSize(32 * 50).doesNotHaveDuplicates();
        assertThat(stream.hasNextAvailable()).isFalse();
    }

    @Test
    void aTakenPlaceFailsItsOwnCommandAlone() throws Exception {
        String contended = aggregate();
        try (ExecutorService writers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Boolean>> tries = writers.invokeAll(IntStream.range(0, 50)
                    .mapToObj(i -> (Callable<Boolean>) () -> {
                        engine.appendEvents(event(aggregate(), 0));
                        try {
                            engine.appendEvents(event(contended, 0));
                            return true;
                        } catch (DuplicateEvent e) {
                            return false;
                        }
                    })
                    .toList());
            int won = 0;
            for (Future<Boolean> one : tries) {
                won += one.get() ? 1 : 0;
            }
            assertThat(won).isEqualTo(1);
        }
        assertThat(sequences(engine, contended)).containsExactly(0L);
    }

    @Test
    void ofManyThatAppendTheVerySameEventOneIsTold() throws Exception {
        DomainEventMessage<?> event = event(aggregate(), 0);
        try (ExecutorService writers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Boolean>> tries = writers.invokeAll(IntStream.range(0, 50)
                    .mapToObj(i -> (Callable<Boolean>) () -> {
                        engine.appendEvents(event(aggregate(), 0));
                        try {
                            engine.appendEvents(event);
                            return true;
                        } catch (DuplicateEvent e) {
                            return false;
                        }
                    })
                    .toList());
            int won = 0;
            for (Future<Boolean> one : tries) {
                won += one.get() ? 1 : 0;
            }
            assertThat(won).isEqualTo(1);
        }
    }

    @Test
    void anIdentifierIsTakenOnceInTheWholeLog() {
        DomainEventMessage<?> first = event(aggregate(), 0);
        engine.appendEvents(first);
        DomainEventMessage<?> again = new GenericDomainEventMessage<>(
                "Conversation", aggregate(), 0, first.getPayload(), first.getMetaData(), first.getIdentifier(), EPOCH);
        assertThatThrownBy(() -> engine.appendEvents(again)).isInstanceOf(DuplicateEvent.class);
        assertThat(table().find(first.getIdentifier()).orElseThrow().getAggregateIdentifier())
                .isEqualTo(first.getAggregateIdentifier());
    }

    @Test
    void severalEventsOfACommandAreAllOrNothing() {
        String id = aggregate();
        engine.appendEvents(event(id, 1));
        assertThatThrownBy(() -> engine.appendEvents(List.of(event(id, 0), event(id, 1))))
                .isInstanceOf(DuplicateEvent.class);
        assertThat(sequences(engine, id)).containsExactly(1L);
        engine.appendEvents(List.of(event(id, 2), event(id, 3)));
        assertThat(sequences(engine, id)).containsExactly(1L, 2L, 3L);
    }

    /** Groups of appends of one and of several events, in which some want what others have. */
    @Test
    void eachAppendOfAGroupIsAllOrNothingWhateverItStandsBeside() throws Exception {
        BlockingStream<TrackedEventMessage<?>> stream = fromHere();
        List<String> aggregates =
                IntStream.range(0, 64).mapToObj(i -> aggregate()).toList();
        List<Callable<Boolean>> appends = new ArrayList<>();
        for (String id : aggregates) {
            // of the two that begin with the same place, one is stored
            appends.add(() -> isAppended(List.of(event(id, 0), event(id, 1), event(id, 2))));
            appends.add(() -> isAppended(List.of(event(id, 0))));
        }
        List<Boolean> appended = new ArrayList<>();
        try (ExecutorService writers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Boolean> each : writers.invokeAll(appends)) {
                appended.add(each.get());
            }
        }
        int events = 0;
        for (int i = 0; i < aggregates.size(); i++) {
            boolean several = appended.get(2 * i);
            assertThat(appended.get(2 * i + 1)).isEqualTo(!several);
            List<Long> stored = several ? List.of(0L, 1L, 2L) : List.of(0L);
            assertThat(sequences(engine, aggregates.get(i))).isEqualTo(stored);
            events += stored.size();
        }
        assertThat(next(stream, events)).hasSize(events).doesNotHaveDuplicates();
    }

    private boolean isAppended(List<DomainEventMessage<?>> events) {
        try {
            engine.appendEvents(events);
            return true;
        } catch (DuplicateEvent e) {
            return false;
        }
    }

    @Test
    void anEventThatCannotBeStoredFailsAlone() throws Exception {
        String good = aggregate();
        DomainEventMessage<?> bad = event("nul\0", 0);
        try (ExecutorService writers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<Void>> both = List.of(
                    () -> {
                        engine.appendEvents(event(good, 0));
                        return null;
                    },
                    () -> {
                        assertThatThrownBy(() -> engine.appendEvents(bad)).isNotInstanceOf(DuplicateEvent.class);
                        return null;
                    });
            for (Future<Void> one : writers.invokeAll(both)) {
                one.get();
            }
        }
        assertThat(sequences(engine, good)).containsExactly(0L);
    }

    @Test
    void aPlainEngineReadsAndGoesOnWithTheSameTables() throws Exception {
        BlockingStream<TrackedEventMessage<?>> stream = fromHere();
        EventStorageEngine plain = plain().build();
        String id = aggregate();
        List<String> appended = new ArrayList<>();
        for (int sequence = 0; sequence < 300; sequence++) {
            DomainEventMessage<?> event = event(id, sequence);
            (sequence % 3 == 0 ? plain : engine).appendEvents(event);
            appended.add(event.getIdentifier());
        }
        assertThat(sequences(plain, id)).hasSize(300).isEqualTo(sequences(engine, id));
        assertThat(next(stream, 300)).isEqualTo(appended);
    }

    @Test
    void streamsFromAnywhereTellTheSameWhileOthersAppend() throws Exception {
        EventStorageEngine other = plain().build();
        long start = table().head();
        List<BlockingStream<TrackedEventMessage<?>>> streams = new ArrayList<>();
        int total = 8 * 100;
        List<List<String>> told = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> writers = new ArrayList<>();
            for (int writer = 0; writer < 8; writer++) {
                EventStorageEngine mine = writer % 2 == 0 ? engine : other;
                String id = aggregate();
                writers.add(threads.submit(
                        () -> IntStream.range(0, 100).forEach(sequence -> mine.appendEvents(event(id, sequence)))));
            }
            List<Future<List<String>>> readers = new ArrayList<>();
            for (int reader = 0; reader < 5; reader++) {
                BlockingStream<TrackedEventMessage<?>> stream = log.openStream(new GlobalSequenceTrackingToken(start));
                streams.add(stream);
                readers.add(threads.submit(() -> next(stream, total)));
            }
            for (Future<?> writer : writers) {
                writer.get();
            }
            for (Future<List<String>> reader : readers) {
                told.add(reader.get());
            }
        }
        assertThat(told.getFirst()).hasSize(total).doesNotHaveDuplicates();
        assertThat(told).allSatisfy(one -> assertThat(one).isEqualTo(told.getFirst()));
        streams.forEach(BlockingStream::close);
    }

    @Test
    void whatOneStreamHasReadIsKeptForTheOthers() throws Exception {
        BlockingStream<TrackedEventMessage<?>> fast = fromHere();
        BlockingStream<TrackedEventMessage<?>> slow = fromHere();
        assertThat(slow.peek()).as("nothing yet, but it reads").isEmpty();
        BlockingStream<TrackedEventMessage<?>> onlyWoken = fromHere();
        String id = aggregate();
        List<Object> appended = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            DomainEventMessage<?> event = event(id, i);
            appended.add(event.getPayload());
            engine.appendEvents(event);
            assertThat(fast.nextAvailable().getPayload()).isSameAs(event.getPayload());
        }
        for (Object payload : appended) {
            assertThat(slow.nextAvailable().getPayload())
                    .as("from memory, not decoded again")
                    .isSameAs(payload);
        }
        try (BlockingStream<TrackedEventMessage<?>> late =
                log.openStream(new GlobalSequenceTrackingToken(table().head() - 30))) {
            assertThat(late.nextAvailable().getPayload())
                    .as("all had read it: from the table")
                    .isNotSameAs(appended.getFirst())
                    .isEqualTo(appended.getFirst());
        }
        fast.close();
        slow.close();
        onlyWoken.close();
    }

    @Test
    void anAppendWakesAStreamThatWaits() throws Exception {
        BlockingStream<TrackedEventMessage<?>> stream = fromHere();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<List<String>> reader = threads.submit(() -> next(stream, 1));
            DomainEventMessage<?> event = event(aggregate(), 0);
            engine.appendEvents(event);
            assertThat(reader.get()).containsExactly(event.getIdentifier());
        }
    }

    /** Once on the committer's thread, for what this node appends, and once on the poller's, for what others do. */
    @Test
    void aListenerThatThrowsHoldsUpNeitherAppendsNorOtherStreams() throws Exception {
        for (Runnable failing : List.<Runnable>of(
                () -> {
                    throw new IllegalStateException("A listener's fault");
                },
                () -> {
                    throw new AssertionError("A listener's defect");
                })) {
            BlockingStream<TrackedEventMessage<?>> throwing = fromHere();
            throwing.setOnAvailableCallback(failing);
            BlockingStream<TrackedEventMessage<?>> other = fromHere();
            Semaphore woken = new Semaphore(0);
            other.setOnAvailableCallback(woken::release);
            String aggregate = aggregate();

            for (int i = 0; i < 2; i++) {
                DomainEventMessage<?> own = event(aggregate, 2 * i);
                engine.appendEvents(own);
                assertThat(woken.tryAcquire(20, TimeUnit.SECONDS)).isTrue();
                DomainEventMessage<?> others = event(aggregate, 2 * i + 1);
                woken.drainPermits();
                plain().build().appendEvents(others);
                assertThat(woken.tryAcquire(20, TimeUnit.SECONDS)).isTrue();
                assertThat(next(other, 2)).containsExactly(own.getIdentifier(), others.getIdentifier());
            }
            assertThat(groupCommit.isOpen()).isTrue();
            throwing.close();
            other.close();
        }
    }
}
