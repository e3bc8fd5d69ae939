package io.ovation.documents;

import java.util.List;
import java.util.Objects;

import io.ovation.documents.Batch.Place;
import reactor.core.publisher.Mono;

/**
 * Writes the changes of batches, and puts aside what turns out to be refused: all else is written. For one writer at a
 * time.
 */
final class BatchWriter {
    private final DocumentWriter documents;
    private final DeadLetters letters;

    BatchWriter(DocumentWriter documents, DeadLetters letters) {
        this.documents = documents;
        this.letters = letters;
    }

    /** Writes all but what is put aside; what turns out to be such is put aside, and the rest written. */
    Mono<Void> write(Changes changes, Place place) {
        return Mono.defer(() -> {
                    changes.leaveOut(letters::holds);
                    List<Batch.Kept> beside = letters.isEmpty() ? List.of() : List.of(letters.document());
                    return documents.write(changes, place, beside);
                })
                .onErrorResume(EventRefused.class, refused -> {
                    letters.park(refused.event(), Objects.requireNonNull(refused.getCause()));
                    return write(changes, place);
                })
                .onErrorResume(DocumentRefused.class, refused -> {
                    Changes.Source last = changes.lastOf(refused.collection(), refused.id());
                    if (last == null) {
                        return Mono.error(refused);
                    }
                    letters.park(last, refused);
                    return write(changes, place);
                });
    }
}
