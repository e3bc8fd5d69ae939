package io.ovation.documents;

import java.time.Clock;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import io.ovation.documents.Batch.Place;
import io.ovation.documents.DocumentHome.Beside;
import io.ovation.projection.ProjectionRejection.StillRefused;
import org.axonframework.common.stream.BlockingStream;
import org.axonframework.eventhandling.EventHandlerInvoker;
import org.axonframework.eventhandling.TrackedEventMessage;
import org.axonframework.messaging.StreamableMessageSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Builds the documents of a projection anew, out of the whole log, while the others are read and go on. When it has
 * nearly caught up, the projection stands still for the rest, so that both are at one place, and the new ones take
 * over: whoever is told of documents is told of none twice, and of none never. What is built when the process ends is
 * lost. A thread of its own for each, one at a time; whatever asks for it may be on any.
 */
final class Rebuild {
    private static final Logger log = LoggerFactory.getLogger(Rebuild.class);

    /** So far behind, the projection may stand still for the rest: a few milliseconds. */
    private static final long NEAR = 1_000;

    private static final int LOG_SECONDS = 5;

    private final String name;
    private final Supplier<StreamableMessageSource<TrackedEventMessage<?>>> eventLog;
    private final DocumentHome home;
    private final ProjectionProcessor processor;
    private final Projected live;
    private final DropOrders dropOrders;
    private final int batchSize;
    private volatile @Nullable Projected progress;
    private volatile boolean ends;

    // guarded by this
    private @Nullable Projected elsewhere;

    /** @param live how far the documents are that are read */
    Rebuild(
            String name,
            Supplier<StreamableMessageSource<TrackedEventMessage<?>>> eventLog,
            DocumentHome home,
            ProjectionProcessor processor,
            Projected live,
            DropOrders dropOrders,
            int batchSize) {
        this.name = name;
        this.eventLog = eventLog;
        this.home = home;
        this.processor = processor;
        this.live = live;
        this.dropOrders = dropOrders;
        this.batchSize = batchSize;
    }

    /** How far it is, here or where another node has the projection; null where none is under way. */
    @Nullable
    Projected progress() {
        Projected here = progress;
        return here == null ? elsewhere() : here;
    }

    private synchronized @Nullable Projected elsewhere() {
        Place built = home.places(name).built(name);
        if (built == null) {
            elsewhere = null;
            return null;
        }
        Projected of = elsewhere;
        if (of == null) {
            of = new Projected();
            of.begin(-1, head());
            elsewhere = of;
        }
        of.advance(built.position());
        return of;
    }

    /**
     * Begins, unless it is under way, or has the node begin that has the projection. Blocks for as long as it takes to
     * make room for it.
     *
     * @throws StoreUnavailable where the store does not answer
     */
    synchronized void begin() {
        if (progress != null || ends || home.places(name).order(name)) {
            return;
        }
        Beside beside = home.beside(name);
        Projected begun = new Projected();
        begun.begin(-1, head());
        progress = begun;
        Thread.ofPlatform().name("rebuild-" + name).daemon().start(() -> build(beside, begun));
    }

    /** Has what is under way end soon. */
    void end() {
        ends = true;
    }

    private void build(Beside beside, Projected progress) {
        log.info("The read models of {} are built anew, beside those that are read", name);
        try {
            Builder builder = new Builder(beside, progress);
            EventHandlerInvoker handlers = processor.handlers();
            // Never further than what is read: listeners would not hear of what is between, for it is told by those.
            for (long to = live.position(); to - progress.position() > NEAR; to = live.position()) {
                builder.take(to, handlers);
            }
            processor.whileStopped(stopped -> {
                Place place = home.places(name).place(name);
                long to = place == null ? -1 : place.position();
                if (to < progress.position()) {
                    throw new IllegalStateException("What is read was put back to %,d".formatted(to));
                }
                builder.take(to, stopped);
                builder.leaveOutWhatWasDropped(to, stopped);
                beside.takeOver();
            });
            log.info("The read models of {} are those that were built anew", name);
        } catch (RuntimeException | Error e) {
            log.warn("The read models of {} could not be built anew; they stay as they are", name, e);
            beside.discard();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            beside.discard();
        } finally {
            this.progress = null;
        }
    }

    private long head() {
        return ReadModels.position(eventLog.get().createHeadToken());
    }

    /** Takes events into the documents that nobody reads yet. For one thread. */
    private final class Builder {
        private final DeadLetters letters = new DeadLetters(name, dropOrders, Clock.systemUTC());
        private final DocumentWriter documents;
        private final BatchWriter batches;
        private final Projected progress;

        Builder(Beside beside, Projected progress) {
            this.progress = progress;
            documents = new DocumentWriter(beside.store(), List.of());
            batches = new BatchWriter(documents, letters);
        }

        /** All up to a position, and none after it. */
        void take(long upTo, EventHandlerInvoker handlers) throws InterruptedException {
            try (BlockingStream<TrackedEventMessage<?>> stream =
                    eventLog.get().openStream(ProjectionTokens.token(progress.position()))) {
                Changes changes = new Changes();
                long position = progress.position();
                while (position < upTo) {
                    if (ends || !stream.hasNextAvailable(LOG_SECONDS, TimeUnit.SECONDS)) {
                        throw new IllegalStateException("The log is not read to its end");
                    }
                    TrackedEventMessage<?> event = stream.nextAvailable();
                    position = ReadModels.position(event.trackingToken());
                    if (position > upTo) {
                        throw new IllegalStateException("An event at %,d is none of the log".formatted(upTo));
                    }
                    note(event, position, changes, handlers);
                    if (position == upTo || changes.events() >= batchSize || changes.isLarge()) {
                        Place place = new Place(name, position, event.getIdentifier());
                        batches.write(changes, place).block();
                        progress.advance(position);
                        changes = new Changes();
                    }
                }
            }
        }

        /** An admin may have had an event dropped since this has put it aside. */
        void leaveOutWhatWasDropped(long upTo, EventHandlerInvoker handlers) throws InterruptedException {
            SecondTries tries = new SecondTries(name, eventLog, processor, home.places(name), documents, letters);
            for (DeadLetter letter : letters.all()) {
                if (dropOrders.has(name, letter.eventId())) {
                    try {
                        tries.take(letter, true, upTo, handlers);
                    } catch (StillRefused e) {
                        log.debug("An event behind one that was dropped is refused, too", e);
                    }
                }
            }
        }

        private void note(
                TrackedEventMessage<?> event, long position, Changes changes, EventHandlerInvoker handlers) {
            Changes.Source source = Changes.Source.of(event, position);
            if (letters.holds(source)) {
                return;
            }
            changes.from(source);
            try {
                changes.note(event, handlers);
            } catch (Exception e) {
                letters.refuse(source, e, changes);
            }
        }
    }
}
