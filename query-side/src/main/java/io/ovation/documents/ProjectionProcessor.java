package io.ovation.documents;

import java.time.Duration;
import java.util.Objects;
import java.util.function.Supplier;

import io.ovation.documents.Batch.Place;
import io.ovation.live.ProcessorThreads;
import org.axonframework.common.transaction.NoTransactionManager;
import org.axonframework.config.Configuration;
import org.axonframework.config.Configurer;
import org.axonframework.config.ConfigurerModule;
import org.axonframework.eventhandling.EventHandlerInvoker;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.eventhandling.PropagatingErrorHandler;
import org.axonframework.eventhandling.TrackedEventMessage;
import org.axonframework.eventhandling.pooled.PooledStreamingEventProcessor;
import org.axonframework.messaging.InterceptorChain;
import org.axonframework.messaging.MessageHandlerInterceptor;
import org.axonframework.messaging.StreamableMessageSource;
import org.axonframework.messaging.unitofwork.BatchingUnitOfWork;
import org.axonframework.messaging.unitofwork.UnitOfWork;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.util.function.SingletonSupplier;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * The processor of one projection: the handlers of its group only note what events change; at the end of a batch this
 * is written, with the place in the log that it brings the documents to. A batch is what came in while the one before
 * was written, so it grows with the load. Where the store does not take it now, that is thrown to Axon, which handles
 * the batch again later; an event that cannot be taken is put aside as a {@link DeadLetter}.
 *
 * <p>Axon gives 1,024 events in a batch at most. Far behind the log, at a rebuild, what batches change is held until it
 * is of many more: most of it is changes to the same documents. And it is written while the next batches are handled.
 */
final class ProjectionProcessor implements ConfigurerModule {
    private static final Logger log = LoggerFactory.getLogger(ProjectionProcessor.class);

    /**
     * How often the claim on the token is renewed, or looked for: several times before a claim in MongoDB ends.
     */
    private static final long CLAIM_MILLIS = 1_000;

    private final String name;
    private final Supplier<StreamableMessageSource<TrackedEventMessage<?>>> eventLog;
    private final Places places;
    private final DocumentStore store;
    private final DeadLetters letters;
    private final DocumentWriter documents;
    private final Projected projected;
    private final BatchWriter batches;
    private final Scheduler writing;
    private final int batchSize;
    private final Runnable onOrder;
    private final Supplier<ProjectionTokens> tokens;
    private volatile @Nullable Configuration axon;

    /**
     * @param name of the projection
     * @param eventLog is asked when the processor is built: the log may itself need what this module configures
     * @param writing where documents are changed while the next batches are handled
     * @param batchSize how many events are written at once at most, give or take one batch of Axon's
     * @param onOrder is run where another process has left word to build the documents anew; may block
     */
    ProjectionProcessor(
            String name,
            Supplier<StreamableMessageSource<TrackedEventMessage<?>>> eventLog,
            Places places,
            DocumentStore store,
            DeadLetters letters,
            DocumentWriter documents,
            Projected projected,
            Scheduler writing,
            int batchSize,
            Runnable onOrder) {
        this.name = name;
        this.eventLog = eventLog;
        this.places = places;
        this.store = store;
        this.letters = letters;
        this.documents = documents;
        this.projected = projected;
        this.batches = new BatchWriter(documents, letters);
        this.writing = writing;
        this.batchSize = batchSize;
        this.onOrder = onOrder;
        this.tokens = SingletonSupplier.of(this::makeTokens);
    }

    private ProjectionTokens makeTokens() {
        return new ProjectionTokens(
                eventLog.get(),
                places,
                documents,
                projected,
                () -> letters.load(store),
                () -> writing.schedule(onOrder));
    }

    /**
     * Does something while no event is handled. Blocks until the processor has stopped; what comes meanwhile waits.
     *
     * @param work is given what has the handlers note what an event changes
     */
    void whileStopped(Work work) throws InterruptedException {
        PooledStreamingEventProcessor processor = processor();
        synchronized (this) {
            tokens.get().keep(true);
            Disposable claiming = Flux.interval(Duration.ofMillis(CLAIM_MILLIS), Schedulers.boundedElastic())
                    .onBackpressureDrop()
                    .doOnNext(second -> keepClaim())
                    .subscribe();
            try {
                processor.shutDown();
                tokens.get().forgetUnfinished();
                work.with(processor.eventHandlerInvoker());
            } finally {
                claiming.dispose();
                tokens.get().keep(false);
                processor.start();
            }
        }
    }

    private void keepClaim() {
        try {
            places.claim(name);
        } catch (RuntimeException e) {
            log.debug("The claim on {} could not be renewed", name, e);
        }
    }

    /** What has the handlers note what an event changes. */
    EventHandlerInvoker handlers() {
        return processor().eventHandlerInvoker();
    }

    private PooledStreamingEventProcessor processor() {
        return Objects.requireNonNull(axon, "not configured")
                .eventProcessingConfiguration()
                .eventProcessor(name, PooledStreamingEventProcessor.class)
                .orElseThrow();
    }

    /** What is done while no event is handled. */
    @FunctionalInterface
    interface Work {
        void with(EventHandlerInvoker handlers) throws InterruptedException;
    }

    @Override
    public void configureModule(Configurer configurer) {
        configurer.onInitialize(configuration -> axon = configuration);
        configurer.eventProcessing(processing -> processing
                .registerPooledStreamingEventProcessor(
                        name, configuration -> eventLog.get(), (configuration, processor) -> ProcessorThreads.configure(
                                        processor, configuration, name)
                                .initialSegmentCount(1)
                                .initialToken(StreamableMessageSource::createTailToken)
                                .tokenClaimInterval(CLAIM_MILLIS)
                                .claimExtensionThreshold(CLAIM_MILLIS)
                                .enableCoordinatorClaimExtension()
                                .batchSize(batchSize))
                .registerTokenStore(name, configuration -> tokens.get())
                // no transaction spans the log and the read models: the token is the link
                .registerTransactionManager(name, configuration -> NoTransactionManager.INSTANCE)
                .registerListenerInvocationErrorHandler(name, configuration -> PropagatingErrorHandler.instance())
                .registerHandlerInterceptor(name, configuration -> new WriteAtTheEnd())
                .registerEventHandler(configuration -> new EveryEvent(name))
                .assignHandlerInstancesMatching(
                        name, handler -> handler instanceof EveryEvent every && every.isOf(name)));
    }

    /**
     * Writes with the last event of a batch. It also writes in the middle of a batch that changes too many documents;
     * when such a batch is handled again, they pass over what they have.
     */
    private final class WriteAtTheEnd implements MessageHandlerInterceptor<EventMessage<?>> {
        @Override
        public @Nullable Object handle(UnitOfWork<? extends EventMessage<?>> batch, InterceptorChain chain)
                throws Exception {
            Changes held = tokens.get().held();
            if (held != null) {
                held.goOnIn(batch);
            }
            Object result = noted(batch, chain);
            Changes changes = Changes.of(batch);
            if (batch instanceof BatchingUnitOfWork<?> messages
                    && (messages.isLastMessage() || changes.isLarge())
                    && batch.getMessage() instanceof TrackedEventMessage<?> event) {
                // what comes next in this batch of Axon's begins anew
                new Changes().goOnIn(batch);
                writeOrHold(changes, place(event));
            }
            return result;
        }

        /**
         * Has the handlers note what the event changes. One that cannot be taken is put aside, with what follows of its
         * sequence; all others go on.
         */
        private @Nullable Object noted(UnitOfWork<? extends EventMessage<?>> batch, InterceptorChain chain) {
            if (!(batch.getMessage() instanceof TrackedEventMessage<?> event)) {
                return null;
            }
            Changes.Source source = Changes.Source.of(event, ReadModels.position(event.trackingToken()));
            if (letters.holds(source)) {
                return null;
            }
            Changes.of(batch).from(source);
            try {
                return chain.proceed();
            } catch (Exception e) {
                letters.refuse(source, e, Changes.of(batch));
                return null;
            }
        }

        private void writeOrHold(Changes changes, Place place) {
            boolean farBehind = isFarBehind(place.position());
            if (farBehind && changes.events() < batchSize && !changes.isLarge()) {
                tokens.get().hold(changes);
                return;
            }
            tokens.get().awaitWritten();
            tokens.get().hold(null);
            Mono<Void> write =
                    batches.write(changes, place).doOnSuccess(written -> projected.advance(place.position()));
            if (farBehind) {
                tokens.get().write(write.subscribeOn(writing));
            } else {
                write.block();
            }
        }

        private Place place(TrackedEventMessage<?> event) {
            return new Place(name, ReadModels.position(event.trackingToken()), event.getIdentifier());
        }

        /** There is at least the event at the head to come, so that nothing is held for ever. */
        private boolean isFarBehind(long position) {
            return ReadModels.position(eventLog.get().createHeadToken()) - position > batchSize;
        }
    }
}
