package io.ovation.content;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

import io.ovation.Unavailable;
import io.ovation.eventstore.RecordedEvents;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.eventhandling.GenericDomainEventMessage;
import org.axonframework.eventsourcing.EventSourcingRepository;
import org.axonframework.eventsourcing.eventstore.EmbeddedEventStore;
import org.axonframework.eventsourcing.eventstore.EventStoreException;
import org.axonframework.eventsourcing.eventstore.inmemory.InMemoryEventStorageEngine;
import org.axonframework.messaging.unitofwork.CurrentUnitOfWork;
import org.axonframework.messaging.unitofwork.UnitOfWork;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Applause and views are counted once and exactly, whatever the store does in between. */
class TalliesTest {
    private static final Duration INTERVAL = Duration.ofMillis(5);
    private static final Target ONE = new Target.OfContent("018f0000-0000-7000-8000-000000000001");
    private static final Target OTHER = new Target.OfContent("018f0000-0000-7000-8000-000000000002");

    private enum Mood {
        WELL,
        /** Says so, and has recorded nothing. */
        UNAVAILABLE,
        /** Fails without a word after it has recorded. */
        SILENT_AFTER,
        /** Fails without a word before it has recorded. */
        SILENT_BEFORE,
        /** Fails as only a defect does, after it has recorded. */
        DEFECT_AFTER,
        /** Fails as only a defect does, before it has recorded. */
        DEFECT_BEFORE
    }

    /** A log that fails as it is told to, and can't be asked for a while after a failure that says nothing. */
    private static final class Log extends InMemoryEventStorageEngine implements RecordedEvents {
        private final Iterator<Mood> moods;
        private final List<TallyRecorded> recorded = new ArrayList<>();
        private int cannotBeAsked;

        Log(List<Mood> moods) {
            this.moods = moods.iterator();
        }

        @Override
        public synchronized void appendEvents(List<? extends EventMessage<?>> events) {
            Mood mood = moods.hasNext() ? moods.next() : Mood.WELL;
            if (mood == Mood.UNAVAILABLE) {
                throw new Unavailable("The event store cannot be reached", 1);
            }
            if (mood != Mood.SILENT_BEFORE && mood != Mood.DEFECT_BEFORE) {
                events.forEach(event -> recorded.add((TallyRecorded) event.getPayload()));
                store(events);
            }
            if (mood == Mood.DEFECT_AFTER || mood == Mood.DEFECT_BEFORE) {
                throw new AssertionError("A defect");
            }
            if (mood != Mood.WELL) {
                cannotBeAsked = 2;
                throw new EventStoreException("The connection broke");
            }
        }

        /** At once, as a real store, where this one would wait for the end of the unit of work. */
        private void store(List<? extends EventMessage<?>> events) {
            UnitOfWork<?> current = CurrentUnitOfWork.get();
            CurrentUnitOfWork.clear(current);
            try {
                super.appendEvents(events);
            } finally {
                CurrentUnitOfWork.set(current);
            }
        }

        @Override
        public synchronized Optional<DomainEventMessage<?>> find(String identifier) {
            if (cannotBeAsked-- > 0) {
                throw new EventStoreException("The log could not be read");
            }
            return recorded.stream()
                    .filter(event -> event.uniqueId().equals(identifier))
                    .findFirst()
                    .map(event -> new GenericDomainEventMessage<>("Tally", identifier, 0, event));
        }

        synchronized long counted(Target target, TallyKind kind) {
            return windows(target, kind).mapToLong(TallyRecorded::delta).sum();
        }

        synchronized Stream<TallyRecorded> windows(Target target, TallyKind kind) {
            return List.copyOf(recorded).stream()
                    .filter(event -> event.target().equals(target) && event.kind() == kind);
        }
    }

    private static Tallies tallies(Log log, int mostTargets) {
        return tallies(log, mostTargets, Clock.systemUTC());
    }

    private static Tallies tallies(Log log, int mostTargets, Clock clock) {
        EmbeddedEventStore store =
                EmbeddedEventStore.builder().storageEngine(log).build();
        EventSourcingRepository<Tally> repository =
                EventSourcingRepository.builder(Tally.class).eventStore(store).build();
        return new Tallies(new TallyRecorder(repository, log), clock, INTERVAL, mostTargets);
    }

    @Test
    void aThousandClicksAreOneEventAWindow() {
        Log log = new Log(List.of());
        EmbeddedEventStore store =
                EmbeddedEventStore.builder().storageEngine(log).build();
        EventSourcingRepository<Tally> repository =
                EventSourcingRepository.builder(Tally.class).eventStore(store).build();
        // so long that the one flush is that of the end
        Tallies tallies = new Tallies(new TallyRecorder(repository, log), Clock.systemUTC(), Duration.ofHours(1), 10);
        for (int i = 0; i < 1_000; i++) {
            var unused = tallies.add(ONE, TallyKind.applause, 3);
            unused = tallies.add(ONE, TallyKind.views, 2);
        }
        tallies.close();
        assertThat(log.windows(ONE, TallyKind.applause))
                .extracting(TallyRecorded::delta)
                .containsExactly(3_000L);
        assertThat(log.windows(ONE, TallyKind.views))
                .extracting(TallyRecorded::delta)
                .containsExactly(2_000L);
    }

    @Test
    void applauseIsAnsweredOnlyOnceItIsDurable() {
        Log log = new Log(List.of());
        try (Tallies tallies = tallies(log, 10)) {
            tallies.add(ONE, TallyKind.applause, 7).toCompletableFuture().join();
            assertThat(log.counted(ONE, TallyKind.applause)).isEqualTo(7);
        }
    }

    @Test
    void aFlushThatFailsBeforeItBeginsLosesNothing() {
        Log log = new Log(List.of());
        Clock clock = new Clock() {
            private int failures = 3;

            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }

            @Override
            public synchronized Instant instant() {
                if (failures-- > 0) {
                    throw new IllegalStateException("There is no time");
                }
                return Instant.EPOCH;
            }
        };
        try (Tallies tallies = tallies(log, 10, clock)) {
            tallies.add(ONE, TallyKind.applause, 7)
                    .toCompletableFuture()
                    .orTimeout(20, SECONDS)
                    .join();
        }
        assertThat(log.counted(ONE, TallyKind.applause)).isEqualTo(7);
    }

    @Test
    void aWindowHasRoomForSoManyTargets() {
        Log log = new Log(List.of());
        EmbeddedEventStore store =
                EmbeddedEventStore.builder().storageEngine(log).build();
        EventSourcingRepository<Tally> repository =
                EventSourcingRepository.builder(Tally.class).eventStore(store).build();
        Tallies tallies = new Tallies(new TallyRecorder(repository, log), Clock.systemUTC(), Duration.ofHours(1), 1);
        var unused = tallies.add(ONE, TallyKind.views, 1);
        assertThatThrownBy(() -> tallies.add(OTHER, TallyKind.views, 1)).isInstanceOf(Unavailable.class);
        unused = tallies.add(ONE, TallyKind.views, 1);
        tallies.close();
        assertThat(log.counted(ONE, TallyKind.views)).isEqualTo(2);
        assertThatThrownBy(() -> tallies.add(ONE, TallyKind.views, 1)).isInstanceOf(Unavailable.class);
    }

    @Test
    void whateverIsAddedFromManyThreadsIsCounted() throws Exception {
        Log log = new Log(List.of());
        AtomicLong added = new AtomicLong();
        try (Tallies tallies = tallies(log, 10);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> all = new ArrayList<>();
            for (int thread = 0; thread < 16; thread++) {
                all.add(threads.submit(() -> {
                    for (int i = 0; i < 2_000; i++) {
                        var unused = tallies.add(i % 2 == 0 ? ONE : OTHER, TallyKind.views, 1);
                        added.incrementAndGet();
                    }
                }));
            }
            for (Future<?> each : all) {
                each.get();
            }
        }
        assertThat(log.counted(ONE, TallyKind.views) + log.counted(OTHER, TallyKind.views))
                .isEqualTo(added.get());
    }

    @Property(tries = 60)
    void whateverTheStoreDoesEachViewCountsOnceAndApplauseAsItIsAnswered(
            @ForAll @Size(max = 12) List<Mood> moods,
            @ForAll @Size(min = 1, max = 30) List<@IntRange(min = 1, max = 50) Integer> counts) {
        Log log = new Log(moods);
        long views = 0;
        Map<Integer, CompletionStage<@Nullable Void>> applause = new HashMap<>();
        Tallies tallies = tallies(log, 10);
        for (int i = 0; i < counts.size(); i++) {
            var unused = tallies.add(ONE, TallyKind.views, counts.get(i));
            views += counts.get(i);
            applause.put(i, tallies.add(OTHER, TallyKind.applause, counts.get(i)));
            if (i % 7 == 6) {
                // so that there are several windows
                applause.get(i)
                        .toCompletableFuture()
                        .exceptionally(refused -> null)
                        .join();
            }
        }
        long answered = 0;
        for (Map.Entry<Integer, CompletionStage<@Nullable Void>> each : applause.entrySet()) {
            answered += each.getValue()
                    .handle((done, refused) -> {
                        assertThat(refused == null || refused.getCause() instanceof Unavailable)
                                .isTrue();
                        return refused == null ? counts.get(each.getKey()) : 0;
                    })
                    .toCompletableFuture()
                    .join();
        }
        // whatever goes wrong has gone wrong by then
        while (log.moods.hasNext()) {
            tallies.add(ONE, TallyKind.applause, 1)
                    .toCompletableFuture()
                    .exceptionally(refused -> null)
                    .join();
        }
        tallies.close();
        assertThat(log.counted(ONE, TallyKind.views)).isEqualTo(views);
        assertThat(log.counted(OTHER, TallyKind.applause)).isEqualTo(answered);
        Set<String> ids = new HashSet<>();
        assertThat(log.windows(ONE, TallyKind.views)).allMatch(window -> ids.add(window.uniqueId()));
    }
}
