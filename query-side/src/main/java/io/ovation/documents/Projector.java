package io.ovation.documents;

import java.time.Clock;
import java.util.List;
import java.util.function.Supplier;

import org.axonframework.eventhandling.TrackedEventMessage;
import org.axonframework.messaging.StreamableMessageSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.util.function.SingletonSupplier;
import reactor.core.scheduler.Schedulers;

/** All that one projection consists of, for as long as the server runs. Thread-safe. */
final class Projector {
    private static final Logger log = LoggerFactory.getLogger(Projector.class);

    private final Projection projection;
    private final Projected projected;
    private final DeadLetters letters;
    private final ProjectionProcessor processor;
    private final SecondTries tries;
    private final Rebuild rebuild;

    /**
     * @param eventLog is asked when it is first read
     * @param listeners are told of its documents, and of no others
     * @param others told of which documents were written, for the other nodes
     */
    Projector(
            Projection projection,
            Supplier<StreamableMessageSource<TrackedEventMessage<?>>> eventLog,
            DocumentHome home,
            Projected projected,
            List<DocumentListener> listeners,
            WrittenDocuments others,
            DropOrders dropOrders,
            HistorySettings settings) {
        String name = projection.name();
        DocumentStore store = home.store(name);
        Places places = home.places(name);
        DocumentWriter documents = new DocumentWriter(store, listeners, others);
        this.projection = projection;
        this.projected = projected;
        this.letters = new DeadLetters(name, dropOrders, Clock.systemUTC());
        this.processor = new ProjectionProcessor(
                name,
                SingletonSupplier.of(() -> new PacedLog(eventLog.get(), projected, settings.pace())),
                places,
                store,
                letters,
                documents,
                projected,
                Schedulers.boundedElastic(),
                settings.batchSize(),
                this::build);
        this.rebuild = new Rebuild(name, eventLog, home, processor, projected, dropOrders, settings.batchSize());
        this.tries = new SecondTries(name, eventLog, processor, places, documents, letters);
    }

    private void build() {
        try {
            rebuild.begin();
        } catch (RuntimeException e) {
            log.warn("The read models of {}, which another node asked for, are not built anew", projection.name(), e);
        }
    }

    String name() {
        return projection.name();
    }

    Projected projected() {
        return projected;
    }

    DeadLetters letters() {
        return letters;
    }

    ProjectionProcessor processor() {
        return processor;
    }

    int version() {
        return projection.version();
    }

    Rebuild rebuild() {
        return rebuild;
    }

    SecondTries tries() {
        return tries;
    }
}
