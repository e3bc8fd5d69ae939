package io.ovation.live;

import java.util.function.Supplier;

import org.axonframework.common.transaction.NoTransactionManager;
import org.axonframework.config.Configurer;
import org.axonframework.config.ConfigurerModule;
import org.axonframework.eventhandling.LoggingErrorHandler;
import org.axonframework.eventhandling.TrackedEventMessage;
import org.axonframework.eventhandling.tokenstore.inmemory.InMemoryTokenStore;
import org.axonframework.messaging.StreamableMessageSource;

/**
 * The processor of the group {@code live}: its handlers turn events into updates and emit them. Each node has its own,
 * which starts at the head of the log: who watches asks for what it missed. One segment, so that everything is told in
 * the order of the log. An event that cannot be told is passed over: those behind it are of others, too.
 */
final class LiveProcessor implements ConfigurerModule {
    private static final int BATCH_SIZE = 1_000;

    private final Supplier<StreamableMessageSource<TrackedEventMessage<?>>> eventLog;

    /** @param eventLog is asked when the processor is built: the log may itself need what this module configures */
    LiveProcessor(Supplier<StreamableMessageSource<TrackedEventMessage<?>>> eventLog) {
        this.eventLog = eventLog;
    }

    @Override
    public void configureModule(Configurer configurer) {
        configurer.eventProcessing(processing -> processing
                .registerPooledStreamingEventProcessor(
                        Live.GROUP,
                        configuration -> eventLog.get(),
                        (configuration, processor) -> ProcessorThreads.configure(processor, configuration, Live.GROUP)
                                .initialSegmentCount(1)
                                .initialToken(StreamableMessageSource::createHeadToken)
                                .batchSize(BATCH_SIZE))
                .registerTokenStore(Live.GROUP, configuration -> new InMemoryTokenStore())
                .registerTransactionManager(Live.GROUP, configuration -> NoTransactionManager.INSTANCE)
                .registerListenerInvocationErrorHandler(
                        Live.GROUP, configuration -> new LoggingErrorHandler()));
    }
}
