package io.ovation.documents;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.ovation.documents.Batch.Place;
import io.ovation.documents.Changes.Change;
import io.ovation.documents.Changes.Reference;
import org.bson.Document;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Folds events into documents, each of which takes an event of the log once. For one writer at a time.
 *
 * <p>A document stores the position of the last event that it took. It takes an event only above that position, and it
 * is written only if nobody else wrote it since it was read: a batch that is handled again, as a whole or in part,
 * changes nothing, and a writer that lost its claim on the processor without noticing does no harm.
 */
final class DocumentWriter {
    /** Longer than a driver itself tries; only so that nobody who writes waits for ever. */
    private static final Duration WRITE_TIMEOUT = Duration.ofSeconds(60);

    /** In units of a small document (about 200 bytes): what is not in here is read before it is written. */
    private static final long REMEMBERED = 100_000;

    private static final Snapshot ABSENT = Snapshot.NONE;

    private final DocumentStore store;
    private final Map<DocumentType, List<DocumentListener>> listeners;
    private final WrittenDocuments others;
    private final Cache<Reference, Snapshot> remembered = Caffeine.newBuilder()
            .maximumWeight(REMEMBERED)
            .weigher((Reference reference, Snapshot snapshot) -> snapshot.weight())
            .executor(Runnable::run)
            .build();

    /** @param listeners are told of what has been written */
    DocumentWriter(DocumentStore store, List<DocumentListener> listeners) {
        this(store, listeners, (documents, place) -> {});
    }

    /** @param others told of which documents were written, after the listeners; must not block */
    DocumentWriter(DocumentStore store, List<DocumentListener> listeners, WrittenDocuments others) {
        this.store = store;
        this.others = others;
        this.listeners = listeners.stream().collect(Collectors.groupingBy(DocumentListener::type));
    }

    /** Folds the changes into their documents and writes these. */
    Mono<Void> write(Changes changes) {
        return write(changes, null, List.of());
    }

    /**
     * Folds the changes into their documents and writes these. After an error any part of it may have been written; it
     * is then to be given again. Fails with {@link StoreUnavailable} where the store does not end it in time.
     *
     * @param place where the projection is after them
     * @param beside what is written with them
     */
    Mono<Void> write(Changes changes, @Nullable Place place, List<Batch.Kept> beside) {
        return Mono.defer(() -> snapshots(changes)
                        .flatMap(before -> {
                            Map<Reference, Draft> drafts = fold(changes, before);
                            return store.write(batch(drafts, place, beside)).then(Mono.<Void>fromRunnable(() -> {
                                remember(drafts);
                                tell(drafts, place);
                            }));
                        })
                        .timeout(WRITE_TIMEOUT)
                        .onErrorMap(
                                TimeoutException.class,
                                late -> new StoreUnavailable("The documents are not written in time", late))
                        // what was written is not known, so neither is what was remembered of it
                        .doOnError(e -> remembered.invalidateAll(changes.all().keySet())))
                .doOnCancel(() -> remembered.invalidateAll(changes.all().keySet()));
    }

    /** Forgets all it knew: somebody else may have written since. */
    void forget() {
        remembered.invalidateAll();
    }

    private Mono<Map<Reference, Snapshot>> snapshots(Changes changes) {
        Map<Reference, Snapshot> known =
                new HashMap<>(remembered.getAllPresent(changes.all().keySet()));
        Map<DocumentType, List<String>> unknown = new HashMap<>();
        for (Reference reference : changes.all().keySet()) {
            if (!known.containsKey(reference)) {
                unknown.computeIfAbsent(reference.type(), type -> new ArrayList<>())
                        .add(reference.id());
            }
        }
        if (unknown.isEmpty()) {
            return Mono.just(known);
        }
        return Flux.fromIterable(unknown.entrySet())
                .flatMapDelayError(
                        entry -> store.find(entry.getKey(), entry.getValue(), fieldsOf(entry.getKey()))
                                .map(document -> Map.entry(
                                        new Reference(entry.getKey(), document.getString("_id")), snapshot(document))),
                        unknown.size(),
                        Integer.MAX_VALUE)
                .collectList()
                .map(found -> {
                    found.forEach(entry -> known.put(entry.getKey(), entry.getValue()));
                    return known;
                });
    }

    private static String[] fieldsOf(DocumentType type) {
        String[] fields = type.state().toArray(String[]::new);
        fields = Arrays.copyOf(fields, fields.length + 1);
        fields[fields.length - 1] = DocumentType.POSITION;
        return fields;
    }

    /** What a document is, of which the fields of its state were read, and its position. */
    static Snapshot snapshot(Document document) {
        Map<String, Object> state = new HashMap<>(document);
        state.remove("_id");
        Object position = Objects.requireNonNull(state.remove(DocumentType.POSITION), "a document without a position");
        return new Snapshot(((Number) position).longValue(), state.isEmpty() ? Map.of() : state);
    }

    private static Map<Reference, Draft> fold(Changes changes, Map<Reference, Snapshot> before) {
        Map<Reference, Draft> drafts = HashMap.newHashMap(changes.all().size());
        changes.all().forEach((reference, steps) -> {
            Draft draft = new Draft(reference.type(), before.getOrDefault(reference, ABSENT));
            for (Change change : steps) {
                take(changes, draft, change);
            }
            drafts.put(reference, draft);
        });
        return drafts;
    }

    private static void take(Changes changes, Draft draft, Change change) {
        try {
            draft.take(change);
        } catch (RuntimeException e) {
            throw new EventRefused(changes.source(change.position()), e);
        }
    }

    private static Batch batch(
            Map<Reference, Draft> drafts, @Nullable Place place, List<Batch.Kept> beside) {
        List<Batch.Kept> kept = new ArrayList<>(beside);
        List<Batch.Change> changed = new ArrayList<>();
        drafts.forEach((reference, draft) -> {
            draft.kept()
                    .forEach((other, document) -> kept.add(new Batch.Kept(other.type(), other.id(), document, false)));
            if (!draft.isUnchanged()) {
                changed.add(draft.change(reference.id()));
            }
        });
        return new Batch(kept, changed, place);
    }

    private void remember(Map<Reference, Draft> drafts) {
        drafts.forEach((reference, draft) -> {
            if (!draft.isUnchanged()) {
                remembered.put(reference, draft.after());
            }
        });
    }

    /**
     * Of all that the batch is about, also what had been written before: a batch that is given again may not have got
     * as far as here.
     */
    private void tell(Map<Reference, Draft> drafts, @Nullable Place place) {
        drafts.forEach((reference, draft) -> {
            Snapshot after = draft.after();
            if (!after.isNew()) {
                listeners
                        .getOrDefault(reference.type(), List.of())
                        .forEach(listener -> listener.written(reference.id(), after.position(), after.state()));
            }
        });
        others.written(drafts.keySet(), place);
    }
}
