package io.ovation.documents;

import java.util.List;
import java.util.Objects;

import io.ovation.documents.Batch.Place;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

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
                .onErrorResume(
                        EventRefused.class,
                        refused -> without(
                                refused.event(), Objects.requireNonNull(refused.getCause()), changes, place))
                .onErrorResume(DocumentRefused.class, refused -> {
                    Changes.Source last = changes.lastOf(refused.collection(), refused.id());
                    return last == null ? Mono.error(refused) : without(last, refused, changes, place);
                });
    }

    private Mono<Void> without(Changes.Source event, Throwable failure, Changes changes, Place place) {
        return Mono.<Void>fromRunnable(() -> letters.refuse(event, failure, changes))
                // the log is asked, and who tells of the refusal may be a thread of the store's driver
                .subscribeOn(Schedulers.boundedElastic())
                .then(Mono.defer(() -> write(changes, place)));
    }
}
