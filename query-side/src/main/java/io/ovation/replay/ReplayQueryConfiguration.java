package io.ovation.replay;

import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.sql.DataSource;

import io.ovation.sequence.EventPositions;
import org.axonframework.eventhandling.TrackedEventMessage;
import org.axonframework.messaging.StreamableMessageSource;
import org.axonframework.serialization.Serializer;
import org.axonframework.serialization.upcasting.event.EventUpcaster;
import org.axonframework.springboot.autoconfig.AxonAutoConfiguration;
import org.axonframework.springboot.autoconfig.InfraConfiguration;
import org.slf4j.MDC;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/**
 * Wires the log as analysts read it. The connections are the bean {@code eventStoreReads}, and what tells that the log
 * has grown is the bean {@code eventLog}.
 */
@AutoConfiguration(before = {AxonAutoConfiguration.class, InfraConfiguration.class})
class ReplayQueryConfiguration {
    /** Virtual threads: what runs on them blocks for the store, and there may be as many as there are readings. */
    @Bean(destroyMethod = "shutdown")
    ExecutorService replayThreads() {
        return Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("replay-", 0).factory());
    }

    @Bean
    @ConditionalOnMissingBean
    EventPositions eventPositions(@Qualifier("eventStoreReads") ObjectProvider<DataSource> reads) {
        return new LogPositions(reads::getObject);
    }

    @Bean
    ReplayQueries replayQueries(
            @Qualifier("eventStoreReads") ObjectProvider<DataSource> reads,
            @Qualifier("eventLog") ObjectProvider<StreamableMessageSource<TrackedEventMessage<?>>> eventLog,
            @Qualifier("eventSerializer") Serializer serializer,
            ObjectProvider<EventUpcaster> upcasters,
            @Qualifier("replayThreads") ExecutorService threads) {
        EventTypes types = new EventTypes();
        LineEncoder encoder =
                new LineEncoder(types, serializer, upcasters.orderedStream().toList());
        return new ReplayQueries(
                new EventRows(reads::getObject, types, encoder),
                eventLog::getObject,
                work -> threads.execute(carryingOn(work)));
    }

    /** What is logged on the other thread stands under the same correlation id. */
    private static Runnable carryingOn(Runnable work) {
        Map<String, String> beside = MDC.getCopyOfContextMap();
        if (beside == null || beside.isEmpty()) {
            return work;
        }
        return () -> {
            MDC.setContextMap(beside);
            try {
                work.run();
            } finally {
                MDC.clear();
            }
        };
    }
}
