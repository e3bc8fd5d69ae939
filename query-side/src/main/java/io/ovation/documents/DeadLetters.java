package io.ovation.documents;

import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.ovation.documents.Batch.Kept;
import org.bson.Document;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The events that a projection could not take, at most one of each sequence: the first. They are a document among the
 * others, which is written in one batch with the place in the log, so that no crash can lose one. For any thread.
 */
final class DeadLetters {
    private static final Logger log = LoggerFactory.getLogger(DeadLetters.class);
    private static final String FIELD = "letters";

    private final String projection;
    private final DropOrders dropOrders;
    private final DocumentType letters;
    private final Clock clock;
    private final Map<String, DeadLetter> bySequence = new ConcurrentHashMap<>();

    DeadLetters(String projection, DropOrders dropOrders, Clock clock) {
        this.projection = projection;
        this.dropOrders = dropOrders;
        this.letters = DocumentType.stateless(projection, "dead-letters");
        this.clock = clock;
    }

    /** Takes over what the store has. Blocks. */
    void load(DocumentStore store) {
        List<Document> stored = store.find(letters, projection, FIELD)
                .map(found -> found.getList(FIELD, Document.class))
                .defaultIfEmpty(List.of())
                .blockOptional()
                .orElseThrow();
        bySequence.clear();
        stored.stream().map(DeadLetter::of).forEach(letter -> bySequence.put(letter.sequence(), letter));
    }

    /**
     * An event cannot be taken: it is put aside, with all of its sequence that comes after it. One that an admin has
     * had dropped is left out alone: it comes again where the documents are built anew. Blocks.
     *
     * @param changes are left without those of the event
     * @throws StoreUnavailable where the log cannot say whether it was dropped
     */
    void refuse(Changes.Source event, Throwable failure, Changes changes) {
        if (wasDropped(event)) {
            changes.leaveOut(event::equals);
        } else {
            park(event, failure);
        }
    }

    /**
     * Whether an admin has had an event dropped. Blocks.
     *
     * @throws StoreUnavailable where the log cannot say so
     */
    boolean wasDropped(Changes.Source event) {
        return dropOrders.has(projection, event.eventId());
    }

    /** Puts an event, and all of its sequence that comes after it, aside. */
    void park(Changes.Source event, Throwable failure) {
        DeadLetter letter = DeadLetter.of(event, failure, clock.instant());
        DeadLetter before = bySequence.putIfAbsent(event.sequence(), letter);
        if (before == null) {
            log.error(
                    "The projection {} cannot take event {} at {} ({}): it is put aside with what follows of {}",
                    projection,
                    event.eventId(),
                    event.position(),
                    event.type(),
                    event.sequence(),
                    failure);
        } else if (before.position() > event.position()) {
            bySequence.put(event.sequence(), letter);
        }
    }

    /** Whether an event is one of them, or behind one. */
    boolean holds(Changes.Source event) {
        if (bySequence.isEmpty()) {
            return false;
        }
        DeadLetter letter = bySequence.get(event.sequence());
        return letter != null && letter.position() <= event.position();
    }

    Collection<DeadLetter> all() {
        return List.copyOf(bySequence.values());
    }

    @Nullable
    DeadLetter withEvent(String eventId) {
        return all().stream()
                .filter(letter -> letter.eventId().equals(eventId))
                .findAny()
                .orElse(null);
    }

    /** Exchanges the one of a sequence; null for none. */
    void put(String sequence, @Nullable DeadLetter letter) {
        if (letter == null) {
            bySequence.remove(sequence);
        } else {
            bySequence.put(sequence, letter);
        }
    }

    boolean isEmpty() {
        return bySequence.isEmpty();
    }

    /** As they are to be written. */
    Kept document() {
        return new Kept(
                letters,
                projection,
                new Document(FIELD, all().stream().map(DeadLetter::document).toList()),
                true);
    }
}
