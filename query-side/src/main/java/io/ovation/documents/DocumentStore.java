package io.ovation.documents;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.mongodb.bulk.BulkWriteResult;
import com.mongodb.client.model.BulkWriteOptions;
import com.mongodb.client.model.Projections;
import com.mongodb.client.model.UpdateOneModel;
import com.mongodb.client.model.UpdateOptions;
import com.mongodb.client.model.WriteModel;
import com.mongodb.reactivestreams.client.MongoDatabase;
import io.ovation.documents.Changes.Change;
import io.ovation.documents.Changes.Reference;
import org.bson.Document;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import static com.mongodb.client.model.Filters.eq;
import static com.mongodb.client.model.Filters.in;

/**
 * Documents that take each event of the log once.
 *
 * <p>A document stores the position of the last event that it took. It takes an event only above that position, and it
 * is written only if nobody else wrote it since it was read: a batch that is handled again, as a whole or in part,
 * changes nothing, and a writer that lost its claim on the processor without noticing does no harm. Any number of
 * readers; one writer at a time, or the slower one fails.
 */
public final class DocumentStore {
    /** The field that every document has: the position in the log of the last event that it took. */
    public static final String POSITION = DocumentType.POSITION;

    /** In units of a small document (about 200 bytes): what is not in here is read before it is written. */
    private static final long REMEMBERED = 100_000;

    /**
     * Documents that one command asks for or changes at most. MongoDB takes 16 MiB in a command, and whoever opens a
     * few large groups would make one that is longer, and that is refused again at each try.
     */
    private static final int MOST_AT_ONCE = 1_000;

    private static final Snapshot ABSENT = Snapshot.NONE;

    private final MongoDatabase database;
    private final boolean shared;
    private final Map<DocumentType, List<DocumentListener>> listeners;
    private final Cache<Reference, Snapshot> remembered = Caffeine.newBuilder()
            .maximumWeight(REMEMBERED)
            .weigher((Reference reference, Snapshot snapshot) -> snapshot.weight())
            .executor(Runnable::run)
            .build();

    /**
     * @param shared whether another process can write to the database too, so that a write must look whether one did.
     *     The embedded server
     *     is this process's own, and would scan the collection: it finds by the id alone, or by an index on exactly the
     *     fields that are
     *     asked for.
     * @param listeners are told of what has been written
     */
    DocumentStore(MongoDatabase database, boolean shared, List<DocumentListener> listeners) {
        this.database = database;
        this.shared = shared;
        this.listeners = listeners.stream().collect(Collectors.groupingBy(DocumentListener::type));
    }

    /**
     * One document.
     *
     * @param fields the top-level fields that are wanted; always named: what is not wanted is neither decoded nor sent
     */
    public Mono<Document> find(DocumentType type, String id, String... fields) {
        return Mono.from(database.getCollection(type.collection())
                .find(eq(id))
                .projection(Projections.include(fields))
                .first());
    }

    /**
     * Those of the documents that are there, in no order; {@code fields} as for
     * {@link #find(DocumentType, String, String...)}.
     */
    public Flux<Document> find(DocumentType type, Collection<String> ids, String... fields) {
        return ids.size() <= MOST_AT_ONCE
                ? findAtOnce(type, ids, fields)
                : Flux.fromIterable(ids).buffer(MOST_AT_ONCE).concatMap(some -> findAtOnce(type, some, fields), 1);
    }

    private Flux<Document> findAtOnce(DocumentType type, Collection<String> ids, String... fields) {
        return ids.isEmpty()
                ? Flux.empty()
                : Flux.from(database.getCollection(type.collection())
                        .find(in("_id", ids))
                        .projection(Projections.include(fields))
                        .batchSize(ids.size()));
    }

    /**
     * Folds the changes into their documents and writes these. After an error any part of it may have been written; it
     * is then to be given again.
     */
    Mono<Void> write(Changes changes) {
        return Mono.defer(() -> snapshots(changes)
                        .flatMap(before -> {
                            Map<Reference, Draft> drafts = fold(changes, before);
                            return keep(drafts).then(write(drafts)).then(Mono.<Void>fromRunnable(() -> tell(drafts)));
                        })
                        // what was written is not known, so neither is what was remembered of it
                        .doOnError(e -> remembered.invalidateAll(changes.all().keySet())))
                .doOnCancel(() -> remembered.invalidateAll(changes.all().keySet()));
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
                        entry -> find(entry.getKey(), entry.getValue(), fieldsOf(entry.getKey()))
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

    private static Snapshot snapshot(Document document) {
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
                draft.take(change);
            }
            drafts.put(reference, draft);
        });
        return drafts;
    }

    /**
     * Of all that the batch is about, also what had been written before: a batch that is given again may not have got
     * as far as here.
     */
    private void tell(Map<Reference, Draft> drafts) {
        if (listeners.isEmpty()) {
            return;
        }
        drafts.forEach((reference, draft) -> {
            Snapshot after = draft.after();
            if (!after.isNew()) {
                listeners
                        .getOrDefault(reference.type(), List.of())
                        .forEach(listener -> listener.written(reference.id(), after.position(), after.state()));
            }
        });
    }

    /** Writes what documents have no room for any more, before it is gone from them. */
    private Mono<Void> keep(Map<Reference, Draft> drafts) {
        Map<DocumentType, List<WriteModel<Document>>> writes = new HashMap<>();
        for (Draft draft : drafts.values()) {
            draft.kept().forEach((reference, document) -> writes.computeIfAbsent(
                            reference.type(), type -> new ArrayList<>())
                    .add(new UpdateOneModel<>(
                            eq(reference.id()), new Document("$set", document), new UpdateOptions().upsert(true))));
        }
        return Flux.fromIterable(writes.entrySet())
                .flatMapDelayError(
                        entry -> bulkWrites(entry.getKey(), entry.getValue()),
                        Math.max(1, writes.size()),
                        1)
                .then();
    }

    private Mono<Void> write(Map<Reference, Draft> drafts) {
        Map<DocumentType, List<WriteModel<Document>>> writes = new HashMap<>();
        drafts.forEach((reference, draft) -> {
            if (!draft.isUnchanged()) {
                writes.computeIfAbsent(reference.type(), type -> new ArrayList<>())
                        .add(fencedWrite(reference.id(), draft));
            }
        });
        if (writes.isEmpty()) {
            return Mono.empty();
        }
        return Flux.fromIterable(writes.entrySet())
                // an error waits for the others: what is given again must not meet what is still under way
                .flatMapDelayError(
                        entry -> bulkWrites(entry.getKey(), entry.getValue())
                                .map(DocumentStore::written)
                                .reduce(0, Integer::sum)
                                .doOnNext(written -> requireAllWritten(
                                        written, entry.getKey(), entry.getValue().size())),
                        writes.size(),
                        1)
                .then(Mono.fromRunnable(() -> drafts.forEach((reference, draft) -> {
                    if (!draft.isUnchanged()) {
                        remembered.put(reference, draft.after());
                    }
                })));
    }

    /** One command after the other; an error waits for the others. */
    private Flux<BulkWriteResult> bulkWrites(DocumentType type, List<WriteModel<Document>> writes) {
        return Flux.fromIterable(writes)
                .buffer(MOST_AT_ONCE)
                .concatMapDelayError(some -> database.getCollection(type.collection())
                        .bulkWrite(some, new BulkWriteOptions().ordered(false)));
    }

    private static int written(BulkWriteResult result) {
        return result.getMatchedCount() + result.getUpserts().size();
    }

    /**
     * Finds the document as it was read, or makes it. Where another writer was faster, the id is there already and this
     * fails as a duplicate.
     */
    private UpdateOneModel<Document> fencedWrite(String id, Draft draft) {
        Document asItWas = new Document("_id", id);
        if (shared) {
            asItWas.append(DocumentType.POSITION, draft.before().position());
        }
        return new UpdateOneModel<>(
                asItWas,
                draft.update(),
                new UpdateOptions().upsert(draft.before().isNew()));
    }

    private static void requireAllWritten(int written, DocumentType type, int wanted) {
        if (written != wanted) {
            throw new IllegalStateException(
                    "%d of %d documents of %s were changed by another writer; is a second node handling events?"
                            .formatted(wanted - written, wanted, type.collection()));
        }
    }
}
