package io.ovation.documents;

import java.time.Clock;
import java.util.List;
import java.util.concurrent.ThreadFactory;

import io.ovation.cluster.LogHead;
import org.axonframework.eventhandling.TrackedEventMessage;
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
    @Bean
    DocumentWriter documentWriter(DocumentStore documents, List<DocumentListener> listeners) {
        return new DocumentWriter(documents, listeners);
    }

    @Bean
    Projected projected() {
        return new Projected();
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
            Projected projected,
            HistorySettings settings,
            @Qualifier("readingScheduler") Scheduler scheduler) {
        return new ReadModels(eventLog, projected, settings.timeout(), scheduler);
    }

    @Bean
    HistoryProcessor historyProcessor(
            @Qualifier("eventLog") ObjectProvider<StreamableMessageSource<TrackedEventMessage<?>>> eventLog,
            Places places,
            DocumentStore store,
            DeadLetters letters,
            DocumentWriter documents,
            Projected projected,
            HistorySettings settings) {
        return new HistoryProcessor(
                SingletonSupplier.of(() -> new PacedLog(eventLog.getObject(), projected, settings.pace())),
                places,
                store,
                letters,
                documents,
                projected,
                Schedulers.boundedElastic(),
                settings.batchSize());
    }

    @Bean
    DeadLetters deadLetters() {
        return new DeadLetters(HistoryProcessor.NAME, Clock.systemUTC());
    }

    @Bean
    SecondTries secondTries(
            @Qualifier("eventLog") ObjectProvider<StreamableMessageSource<TrackedEventMessage<?>>> eventLog,
            HistoryProcessor processor,
            Places places,
            DocumentWriter documents,
            DeadLetters letters) {
        return new SecondTries(SingletonSupplier.of(eventLog::getObject), processor, places, documents, letters);
    }

    @Bean
    ProjectionQueries projectionQueries(
            @Qualifier("eventLog") StreamableMessageSource<TrackedEventMessage<?>> eventLog,
            Projected projected,
            DeadLetters letters,
            SecondTries tries) {
        return new ProjectionQueries(eventLog, projected, letters, tries, Schedulers.boundedElastic());
    }

    /** The name makes it {@code deadLetters} among the health indicators. */
    @Bean
    DeadLettersHealth deadLettersHealthIndicator(DeadLetters letters) {
        return new DeadLettersHealth(letters);
    }

    @Bean
    EveryEvent everyEvent() {
        return new EveryEvent();
    }

    /**
     * The name makes it {@code history} among the health indicators: {@code
     * management.endpoint.health.group.readiness.include=readinessState,history}.
     */
    @Bean
    CatchUp historyHealthIndicator(
            @Qualifier("eventLog") StreamableMessageSource<TrackedEventMessage<?>> eventLog, Projected projected) {
        return new CatchUp(eventLog, projected, Schedulers.boundedElastic());
    }
}
