package io.ovation.documents;

import java.util.List;
import java.util.concurrent.ThreadFactory;

import io.ovation.cluster.LogHead;
import io.ovation.cluster.Nodes;
import io.ovation.live.TopicQueryUpdateEmitter;
import org.axonframework.eventhandling.TrackedEventMessage;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.axonframework.messaging.StreamableMessageSource;
import org.axonframework.springboot.autoconfig.AxonAutoConfiguration;
import org.axonframework.springboot.autoconfig.InfraConfiguration;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.util.function.SingletonSupplier;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** Wires the read models. The log that feeds them is the bean {@code eventLog}. */
@AutoConfiguration(before = {AxonAutoConfiguration.class, InfraConfiguration.class})
@EnableConfigurationProperties(HistorySettings.class)
class DocumentsConfiguration {
    /** All documents, to be read; each projection writes to a store of its own. */
    @Bean
    DocumentStore documents(DocumentHome home) {
        return new RoutedStore(home);
    }

    @Bean
    Positions positions(List<Projection> projections) {
        return new Positions(projections.stream().map(Projection::name).toList());
    }

    @Bean
    Owed owed(List<ShownAtOnce> contexts, Positions positions) {
        return new Owed(contexts, positions);
    }

    /**
     * Virtual threads: what runs on it may block, and there may be as many of it as there are questions. A plain
     * executor, whose tasks are never interrupted: an interrupt in the middle of a read would break the connection that
     * the read has borrowed, only because a client has left.
     */
    @Bean(destroyMethod = "dispose")
    Scheduler readingScheduler() {
        ThreadFactory threads = Thread.ofVirtual().name("reading-", 0).factory();
        return Schedulers.fromExecutor(task -> threads.newThread(task).start());
    }

    @Bean
    ReadModels readModels(
            LogHead eventLog,
            Positions positions,
            Owed owed,
            HistorySettings settings,
            @Qualifier("readingScheduler") Scheduler scheduler) {
        return new ReadModels(eventLog, positions, owed, settings, scheduler);
    }

    /** Where all nodes share the documents, the others are told of what this one writes. */
    @Bean
    WrittenDocuments writtenDocuments(
            DocumentHome home,
            DocumentStore documents,
            List<Projection> projections,
            Positions positions,
            List<DocumentListener> listeners,
            ObjectProvider<Nodes> nodes,
            TopicQueryUpdateEmitter emitter) {
        Nodes others = nodes.getIfAvailable(() -> Nodes.ALONE);
        if (!others.several() || !home.isShared()) {
            return (written, place) -> {};
        }
        return new WrittenElsewhere(
                others,
                home,
                documents,
                projections,
                positions,
                listeners,
                emitter,
                Schedulers.parallel());
    }

    @Bean
    Projectors projectors(
            @Qualifier("eventLog") ObjectProvider<StreamableMessageSource<TrackedEventMessage<?>>> eventLog,
            List<Projection> projections,
            DocumentHome home,
            Positions positions,
            List<DocumentListener> listeners,
            WrittenDocuments others,
            ObjectProvider<EventStore> eventStore,
            HistorySettings settings) {
        DropOrders dropOrders = new DropOrders(SingletonSupplier.of(eventStore::getObject));
        return new Projectors(projections.stream()
                .map(projection -> new Projector(
                        projection,
                        SingletonSupplier.of(eventLog::getObject),
                        home,
                        positions.of(projection.name()),
                        listeners.stream()
                                .filter(each -> each.type().projection().equals(projection.name()))
                                .toList(),
                        others,
                        dropOrders,
                        settings))
                .toList());
    }

    @Bean
    ProjectionQueries projectionQueries(
            @Qualifier("eventLog") StreamableMessageSource<TrackedEventMessage<?>> eventLog,
            Projectors projections) {
        return new ProjectionQueries(eventLog, projections, Schedulers.boundedElastic());
    }

    /** The name makes it {@code deadLetters} among the health indicators. */
    @Bean
    DeadLettersHealth deadLettersHealthIndicator(Projectors projections) {
        return new DeadLettersHealth(projections);
    }

    /**
     * The name makes it {@code history} among the health indicators: {@code
     * management.endpoint.health.group.readiness.include=readinessState,history}.
     */
    @Bean
    CatchUp historyHealthIndicator(
            @Qualifier("eventLog") StreamableMessageSource<TrackedEventMessage<?>> eventLog,
            Positions positions,
            DocumentHome home) {
        return new CatchUp(eventLog, positions, home, Schedulers.boundedElastic());
    }
}
