package io.ovation.commands;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import io.ovation.Unavailable;
import org.axonframework.commandhandling.CommandMessage;
import org.axonframework.commandhandling.GenericCommandMessage;
import org.axonframework.common.caching.Cache;
import org.axonframework.eventsourcing.AggregateCacheEntry;
import org.axonframework.eventsourcing.CachingEventSourcingRepository;
import org.axonframework.eventsourcing.EventSourcingHandler;
import org.axonframework.eventsourcing.eventstore.EmbeddedEventStore;
import org.axonframework.eventsourcing.eventstore.inmemory.InMemoryEventStorageEngine;
import org.axonframework.messaging.unitofwork.DefaultUnitOfWork;
import org.axonframework.modelling.command.AggregateIdentifier;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.axonframework.modelling.command.AggregateLifecycle.apply;

/** An aggregate in memory is used where it is as new as the log, or where nobody else can have changed it. */
@SuppressWarnings("NullAway") // a test fails on a null as well
class VerifiedCacheTest {
    private final EmbeddedEventStore log = EmbeddedEventStore.builder()
            .storageEngine(new InMemoryEventStorageEngine())
            .build();
    private final AtomicInteger questions = new AtomicInteger();
    private final AtomicBoolean alone = new AtomicBoolean();
    private final AtomicBoolean unreadable = new AtomicBoolean();
    private final CachingEventSourcingRepository<Counter> own = repository();
    private final CachingEventSourcingRepository<Counter> others = repository();

    @Test
    void whatAnotherNodeDecidedIsSeenByTheNextCommand() throws Exception {
        create();
        assertThat(increment(own)).isEqualTo(2);
        assertThat(increment(others)).isEqualTo(3);
        assertThat(increment(own)).isEqualTo(4);
        assertThat(increment(others)).isEqualTo(5);
        assertThat(increment(others)).isEqualTo(6);
    }

    @Test
    void whoIsCertainToDecideAloneAsksNothing() throws Exception {
        create();
        alone.set(true);
        questions.set(0);
        assertThat(increment(own)).isEqualTo(2);
        assertThat(increment(own)).isEqualTo(3);
        assertThat(questions).hasValue(0);
        alone.set(false);
        assertThat(increment(own)).isEqualTo(4);
        assertThat(questions).hasValue(1);
    }

    @Test
    void nothingIsAnsweredFromMemoryWhileTheLogCannotBeRead() throws Exception {
        create();
        unreadable.set(true);
        assertThatThrownBy(() -> increment(own)).isInstanceOf(Unavailable.class);
        unreadable.set(false);
        assertThat(increment(own)).isEqualTo(2);
    }

    private void create() throws Exception {
        inUnitOfWork(() -> own.newInstance(() -> {
            Counter counter = new Counter();
            return counter;
        }, aggregate -> aggregate.execute(counter -> apply(new Counted("c")))));
    }

    private int increment(CachingEventSourcingRepository<Counter> node) {
        AtomicInteger count = new AtomicInteger();
        try {
            inUnitOfWork(() -> node.load("c").execute(counter -> {
                apply(new Counted("c"));
                count.set(counter.count);
            }));
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new AssertionError(e);
        }
        return count.get();
    }

    private static void inUnitOfWork(Work work) throws Exception {
        CommandMessage<String> command = new GenericCommandMessage<>("count");
        DefaultUnitOfWork<CommandMessage<String>> unit = DefaultUnitOfWork.startAndGet(command);
        try {
            work.run();
            unit.commit();
        } catch (Exception e) {
            unit.rollback(e);
            throw e;
        }
    }

    private CachingEventSourcingRepository<Counter> repository() {
        return (CachingEventSourcingRepository<Counter>) CachingEventSourcingRepository.builder(Counter.class)
                .eventStore(log)
                .cache(new VerifiedCache(new Memory(), id -> alone.get(), this::lastInLog))
                .build();
    }

    private Optional<Long> lastInLog(String id) {
        questions.incrementAndGet();
        if (unreadable.get()) {
            throw new IllegalStateException("away");
        }
        return log.lastSequenceNumberFor(id);
    }

    /** Some work. */
    @FunctionalInterface
    private interface Work {
        void run() throws Exception;
    }

    record Counted(String id) {}

    static class Counter {
        @AggregateIdentifier
        private String id;

        private int count;

        Counter() {}

        @EventSourcingHandler
        void on(Counted event) {
            id = event.id();
            count++;
        }
    }

    /** A cache in a map. */
    private static final class Memory implements Cache {
        private final Map<Object, Object> all = new HashMap<>();

        @Override
        @SuppressWarnings("unchecked")
        public <K, V> V get(K key) {
            return (V) all.get(key);
        }

        @Override
        public void put(Object key, Object value) {
            assertThat(value).isInstanceOf(AggregateCacheEntry.class);
            all.put(key, value);
        }

        @Override
        public boolean putIfAbsent(Object key, Object value) {
            return all.putIfAbsent(key, value) == null;
        }

        @Override
        @SuppressWarnings("unchecked")
        public <T> T computeIfAbsent(Object key, java.util.function.Supplier<T> value) {
            return (T) all.computeIfAbsent(key, absent -> value.get());
        }

        @Override
        public boolean remove(Object key) {
            return all.remove(key) != null;
        }

        @Override
        public void removeAll() {
            all.clear();
        }

        @Override
        public boolean containsKey(Object key) {
            return all.containsKey(key);
        }

        @Override
        public org.axonframework.common.Registration registerCacheEntryListener(EntryListener listener) {
            return () -> true;
        }

        @Override
        @SuppressWarnings("unchecked")
        public <V> void computeIfPresent(Object key, java.util.function.UnaryOperator<V> update) {
            all.computeIfPresent(key, (present, value) -> update.apply((V) value));
        }
    }
}
