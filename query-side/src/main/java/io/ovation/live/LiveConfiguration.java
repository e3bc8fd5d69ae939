package io.ovation.live;

import java.util.List;
import javax.sql.DataSource;

import io.ovation.log.LogPlaces;
import io.ovation.trace.Traces;
import org.axonframework.common.transaction.NoTransactionManager;
import org.axonframework.eventhandling.TrackedEventMessage;
import org.axonframework.messaging.StreamableMessageSource;
import org.axonframework.messaging.correlation.CorrelationDataProvider;
import org.axonframework.messaging.interceptors.CorrelationDataInterceptor;
import org.axonframework.queryhandling.QueryBus;
import org.axonframework.queryhandling.SimpleQueryBus;
import org.axonframework.springboot.autoconfig.AxonAutoConfiguration;
import org.axonframework.springboot.autoconfig.InfraConfiguration;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;
import reactor.core.scheduler.Scheduler;

/** Wires the live push. */
@AutoConfiguration(before = {AxonAutoConfiguration.class, InfraConfiguration.class})
class LiveConfiguration {
    /** Primary, because Axon declares its own emitter beside any other. */
    @Bean
    @Primary
    TopicQueryUpdateEmitter topicQueryUpdateEmitter(ObjectProvider<Traces> traces) {
        return new TopicQueryUpdateEmitter(traces.getIfAvailable(() -> Traces.OFF));
    }

    /** Without the transactions that Axon would give each query: those are of the event store, and block. */
    @Bean
    QueryBus queryBus(TopicQueryUpdateEmitter emitter, List<CorrelationDataProvider> correlation) {
        SimpleQueryBus bus = SimpleQueryBus.builder()
                .transactionManager(NoTransactionManager.INSTANCE)
                .queryUpdateEmitter(emitter)
                .build();
        bus.registerHandlerInterceptor(new CorrelationDataInterceptor<>(correlation));
        return bus;
    }

    @Bean
    LiveProcessor liveProcessor(
            @Qualifier("eventLog") ObjectProvider<StreamableMessageSource<TrackedEventMessage<?>>> eventLog) {
        return new LiveProcessor(eventLog::getObject);
    }

    @Bean
    LogPlaces logPlaces(
            @Qualifier("eventStoreReads") ObjectProvider<DataSource> reads,
            @Qualifier("readingScheduler") Scheduler scheduler) {
        return new LogPlaces(reads::getObject, scheduler);
    }

    @Bean
    WatchQueries watchQueries(List<WatchedContext> contexts, LogPlaces logPlaces) {
        return new WatchQueries(contexts, logPlaces);
    }
}
