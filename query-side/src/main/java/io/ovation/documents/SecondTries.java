package io.ovation.documents;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import io.ovation.documents.Batch.Place;
import io.ovation.projection.ProjectionRejection.DeadLetterNotFound;
import io.ovation.projection.ProjectionRejection.StillRefused;
import org.axonframework.common.stream.BlockingStream;
import org.axonframework.eventhandling.EventHandlerInvoker;
import org.axonframework.eventhandling.GlobalSequenceTrackingToken;
import org.axonframework.eventhandling.TrackedEventMessage;
import org.axonframework.messaging.StreamableMessageSource;

/**
 * Has the projection take what was put aside, event by event, while it takes nothing else. One at a time; blocks.
 *
 * <p>The events are read from the log. After each of them the letter is about what comes behind it, in the same batch,
 * so that a crash in the middle is gone on from.
 */
final class SecondTries {
    private static final int LOG_SECONDS = 5;

    private final String projection;
    private final Supplier<StreamableMessageSource<TrackedEventMessage<?>>> eventLog;
    private final ProjectionProcessor processor;
    private final Places places;
    private final DocumentWriter documents;
    private final DeadLetters letters;

    SecondTries(
            String projection,
            Supplier<StreamableMessageSource<TrackedEventMessage<?>>> eventLog,
            ProjectionProcessor processor,
            Places places,
            DocumentWriter documents,
            DeadLetters letters) {
        this.projection = projection;
        this.eventLog = eventLog;
        this.processor = processor;
        this.places = places;
        this.documents = documents;
        this.letters = letters;
    }

    /**
     * Takes an event that was put aside, and what is behind it.
     *
     * @param eventId of the event
     * @param without whether the event itself is left out for good
     * @throws DeadLetterNotFound where it was not put aside
     * @throws StillRefused where it, or one behind it, cannot be taken
     */
    void take(String eventId, boolean without) throws InterruptedException {
        processor.whileStopped(handlers -> {
            DeadLetter letter = letters.withEvent(eventId);
            if (letter == null) {
                throw new DeadLetterNotFound();
            }
            Place place = places.place(projection);
            documents.forget();
            take(letter, without, place == null ? -1 : place.position(), handlers);
        });
    }

    /** The same up to a position, while the processor has stopped. */
    void take(DeadLetter letter, boolean without, long upTo, EventHandlerInvoker handlers)
            throws InterruptedException {
        GlobalSequenceTrackingToken before =
                letter.position() == 0 ? null : new GlobalSequenceTrackingToken(letter.position() - 1);
        try (BlockingStream<TrackedEventMessage<?>> stream = eventLog.get().openStream(before)) {
            long position = letter.position() - 1;
            while (position < upTo) {
                if (!stream.hasNextAvailable(LOG_SECONDS, TimeUnit.SECONDS)) {
                    // what is behind the letter would be lost with it
                    throw new StoreUnavailable("The log is not read to its end", null);
                }
                TrackedEventMessage<?> event = stream.nextAvailable();
                position = ReadModels.position(event.trackingToken());
                Changes.Source source = Changes.Source.of(event, position);
                if (position <= upTo && source.sequence().equals(letter.sequence())) {
                    boolean leftOut = without && source.eventId().equals(letter.eventId());
                    take(letter, event, source, leftOut, handlers);
                }
            }
        }
        letters.put(letter.sequence(), null);
        write(new Changes());
    }

    private void take(
            DeadLetter letter,
            TrackedEventMessage<?> event,
            Changes.Source source,
            boolean leftOut,
            EventHandlerInvoker handlers) {
        Changes changes = new Changes();
        changes.again();
        changes.from(source);
        DeadLetter before = letters.withEvent(letter.eventId());
        try {
            if (!leftOut) {
                changes.note(event, handlers);
            }
            letters.put(letter.sequence(), letter.after(source.position()));
            write(changes);
        } catch (StoreUnavailable e) {
            letters.put(letter.sequence(), before);
            throw e;
        } catch (Exception e) {
            letters.put(letter.sequence(), before);
            if (!leftOut && !source.eventId().equals(letter.eventId()) && letters.wasDropped(source)) {
                take(letter, event, source, true, handlers);
                return;
            }
            Throwable cause = e instanceof EventRefused ? Objects.requireNonNullElse(e.getCause(), e) : e;
            letters.put(letter.sequence(), null);
            letters.park(source, cause);
            write(new Changes());
            throw new StillRefused();
        }
    }

    private void write(Changes changes) {
        documents.write(changes, null, List.of(letters.document())).block();
    }
}
