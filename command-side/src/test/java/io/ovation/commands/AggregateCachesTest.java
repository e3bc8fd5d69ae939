package io.ovation.commands;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

import io.ovation.cluster.Nodes;
import org.axonframework.commandhandling.CommandHandler;
import org.axonframework.commandhandling.GenericCommandMessage;
import org.axonframework.commandhandling.RoutingKey;
import org.axonframework.commandhandling.SimpleCommandBus;
import org.axonframework.commandhandling.callbacks.FutureCallback;
import org.axonframework.common.caching.Cache;
import org.axonframework.eventsourcing.EventSourcingHandler;
import org.axonframework.eventsourcing.EventSourcingRepository;
import org.axonframework.eventsourcing.eventstore.EmbeddedEventStore;
import org.axonframework.eventsourcing.eventstore.inmemory.InMemoryEventStorageEngine;
import org.axonframework.modelling.command.AggregateAnnotationCommandHandler;
import org.axonframework.modelling.command.AggregateCreationPolicy;
import org.axonframework.modelling.command.AggregateIdentifier;
import org.axonframework.modelling.command.CreationPolicy;
import org.axonframework.modelling.command.TargetAggregateIdentifier;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.axonframework.modelling.command.AggregateLifecycle.apply;

class AggregateCachesTest {
    private final SimpleCommandBus bus = SimpleCommandBus.builder().build();

    /** Turns a switch, or leaves it. */
    record Turn(@TargetAggregateIdentifier @RoutingKey String id, boolean on) {}

    record Turned(String id) {}

    static final class Switch {
        @AggregateIdentifier
        @SuppressWarnings("NullAway.Init") // as of every aggregate, its first event sets it
        private String id;

        @CommandHandler
        @CreationPolicy(AggregateCreationPolicy.CREATE_IF_MISSING)
        void handle(Turn command) {
            if (command.on()) {
                apply(new Turned(command.id()));
            }
        }

        @EventSourcingHandler
        void on(Turned event) {
            id = event.id();
        }
    }

    private void send(Object command) {
        FutureCallback<Object, Object> answer = new FutureCallback<>();
        bus.dispatch(GenericCommandMessage.asCommandMessage(command), answer);
        assertThat(answer.getResult().isExceptional()).isFalse();
    }

    @Test
    void whatNothingWasRecordedOfIsAnsweredAndNotKept() {
        Cache cache = new AggregateCaches(1 << 20, Nodes.ALONE, id -> Optional.empty()).named("switches");
        AggregateAnnotationCommandHandler.<Switch>builder()
                .aggregateType(Switch.class)
                .repository(EventSourcingRepository.builder(Switch.class)
                        .cache(cache)
                        .eventStore(EmbeddedEventStore.builder()
                                .storageEngine(new InMemoryEventStorageEngine())
                                .build())
                        .build())
                .build()
                .subscribe(bus);

        send(new Turn("one", false));
        assertThat(cache.containsKey("one")).isFalse();
        send(new Turn("one", true));
        assertThat(cache.containsKey("one")).isTrue();
    }

    @Test
    void ofWhatIsDecidedWhereverItIsAskedOnlyTheLogIsBelieved() {
        Nodes nodes = new Nodes() {
            @Override
            public boolean several() {
                return true;
            }
        };
        assertThat(nodes.decidesAlone("one")).isTrue();
        AtomicLong inLog = new AtomicLong(1);
        AggregateCaches caches = new AggregateCaches(1 << 20, nodes, id -> Optional.of(inLog.get()));
        assertThat(remembers(caches.decidedByOne("by one"))).isTrue();
        assertThat(remembers(caches.named("by any"))).isFalse();
        inLog.set(0);
        assertThat(remembers(caches.named("by any, and this one last"))).isTrue();
    }

    /** Of an aggregate with one event. */
    private boolean remembers(Cache cache) {
        AggregateAnnotationCommandHandler.<Switch>builder()
                .aggregateType(Switch.class)
                .repository(EventSourcingRepository.builder(Switch.class)
                        .cache(cache)
                        .eventStore(EmbeddedEventStore.builder()
                                .storageEngine(new InMemoryEventStorageEngine())
                                .build())
                        .build())
                .build()
                .subscribe(bus);
        send(new Turn("one", true));
        return cache.get("one") != null;
    }
}
