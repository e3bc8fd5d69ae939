package io.ovation.documents.mongo;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToIntFunction;

import com.mongodb.MongoException;
import com.mongodb.client.model.Projections;
import com.mongodb.reactivestreams.client.MongoCollection;
import com.mongodb.reactivestreams.client.MongoDatabase;
import io.ovation.documents.Batch;
import io.ovation.documents.Batch.Change;
import io.ovation.documents.Batch.Kept;
import io.ovation.documents.Batch.Place;
import io.ovation.documents.DocumentRefused;
import io.ovation.documents.DocumentStore;
import io.ovation.documents.DocumentType;
import io.ovation.documents.StoreUnavailable;
import io.ovation.documents.mongo.MongoUpdates.Update;
import org.bson.BsonSerializationException;
import org.bson.Document;
import reactor.core.Exceptions;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Timed;

import static com.mongodb.client.model.Filters.in;

/**
 * Documents in MongoDB, a collection for each type. No transaction spans a batch: each document is fenced by its
 * position, and the place in the log is written last, so that a batch which was written in part is completed when it is
 * given again. Only {@code _id} is asked for, so that no index is needed. Thread-safe.
 */
final class MongoStore implements DocumentStore {
    /** Documents that one command asks for or changes at most. */
    private static final int MOST_AT_ONCE = 1_000;

    /** Of one command; MongoDB takes 16 MiB, and what is longer would be refused again at each try. */
    private static final int MOST_BYTES = 7 << 20;

    /** What an id costs beside its letters. */
    private static final int ID_BYTES = 64;

    /** A server that writes so many in less time may be given twice as many. */
    private static final Duration QUICK = Duration.ofSeconds(1);

    private final AtomicInteger atOnce = new AtomicInteger(MOST_AT_ONCE);
    private final MongoDatabase database;
    private final MongoUpdates updates;
    private final Collections collections;

    MongoStore(MongoDatabase database, MongoUpdates updates, Collections collections) {
        this.database = database;
        this.updates = updates;
        this.collections = collections;
    }

    /** Which collections the documents are in. */
    interface Collections {
        /** With which the names of those begin that are to be read and written now. */
        Mono<Named> now();

        /** Writes where the projection is; fails where this process does not project any more. */
        Mono<Void> store(Place place);
    }

    /** Collections, by that with which their names begin. */
    interface Named {
        String prefix();

        /** Whether none of them can have been deleted since they were named. */
        boolean isThere();
    }

    @Override
    public Flux<Document> find(DocumentType type, Collection<String> ids, String... fields) {
        return Flux.fromIterable(cut(ids, id -> 3 * id.length() + ID_BYTES))
                .concatMap(some -> findAtOnce(type, some, fields), 1)
                .onErrorMap(MongoException.class, MongoStore::unavailable)
                .onErrorMap(TimeoutException.class, e -> new StoreUnavailable("MongoDB does not answer in time", e));
    }

    private Flux<Document> findAtOnce(DocumentType type, List<String> ids, String... fields) {
        return collections.now().flatMapMany(named -> Flux.from(collection(named, type)
                        .find(in("_id", ids))
                        .projection(Projections.include(fields))
                        .batchSize(ids.size()))
                .collectList()
                .timeout(MongoCommands.LONGEST.multipliedBy(2))
                // a process that was suspended meanwhile may have read what was deleted
                .flatMapMany(found -> named.isThere() ? Flux.fromIterable(found) : findAtOnce(type, ids, fields)));
    }

    @Override
    public Mono<Void> write(Batch batch) {
        return collections
                .now()
                .flatMap(named -> keep(named, batch.kept(), false)
                        .then(Mono.defer(() -> change(named, batch.changes())))
                        .then(Mono.defer(() -> keep(named, batch.kept(), true))))
                .then(Mono.defer(() -> batch.place() == null ? Mono.empty() : collections.store(batch.place())))
                .onErrorMap(Exceptions::isMultiple, MongoStore::theOneToTell)
                .onErrorMap(MongoException.class, MongoStore::unavailable);
    }

    /** Of what went wrong at once: a document that is refused would be again, whatever becomes of the rest. */
    private static Throwable theOneToTell(Throwable multiple) {
        List<Throwable> all = Exceptions.unwrapMultiple(multiple);
        return all.stream().filter(DocumentRefused.class::isInstance).findFirst().orElse(all.getFirst());
    }

    private MongoCollection<Document> collection(Named named, DocumentType type) {
        return database.getCollection(named.prefix() + type.collection());
    }

    static StoreUnavailable unavailable(MongoException e) {
        return new StoreUnavailable("MongoDB does not serve the documents", e);
    }

    private Mono<Void> keep(Named named, List<Kept> kept, boolean last) {
        Map<DocumentType, List<Update>> byType = new LinkedHashMap<>();
        kept.stream().filter(each -> each.last() == last).forEach(each -> byType.computeIfAbsent(
                        each.type(), type -> new ArrayList<>())
                .add(update(
                        each.type(), each.id(), new Document("_id", each.id()), new Document("$set", each.fields()),
                        true)));
        return write(named, byType, false);
    }

    private Mono<Void> change(Named named, List<Change> changes) {
        Map<DocumentType, List<Update>> byType = new LinkedHashMap<>();
        changes.forEach(each ->
                byType.computeIfAbsent(each.type(), type -> new ArrayList<>()).add(fenced(each)));
        return write(named, byType, true);
    }

    private Mono<Void> write(Named named, Map<DocumentType, List<Update>> byType, boolean fenced) {
        return Flux.fromIterable(byType.entrySet())
                // an error waits for the others: what is given again must not meet what is still under way
                .flatMapDelayError(
                        entry -> Flux.fromIterable(cut(entry.getValue(), Update::bytes, atOnce.get()))
                                .concatMapDelayError(some -> write(named, entry.getKey(), some))
                                .reduce(0, Integer::sum)
                                .doOnNext(written -> requireAllWritten(
                                        fenced, written, entry.getKey(), entry.getValue().size())),
                        Math.max(1, byType.size()),
                        1)
                .then();
    }

    /** What a slow server does not end in time is given again in smaller parts: the same would never end. */
    private Mono<Integer> write(Named named, DocumentType type, List<Update> some) {
        return updates.write(named.prefix(), type, some)
                .timed()
                .doOnNext(written -> {
                    if (written.elapsed().compareTo(QUICK) < 0) {
                        atOnce.updateAndGet(most -> Math.min(MOST_AT_ONCE, Math.max(most, 2 * some.size())));
                    }
                })
                .map(Timed::get)
                .doOnError(
                        MongoCommands::isLate,
                        e -> atOnce.updateAndGet(most -> Math.clamp(some.size() / 2, 1, most)));
    }

    /** In lists, each of which one command takes. */
    static <T> List<List<T>> cut(Collection<T> all, ToIntFunction<T> bytes) {
        return cut(all, bytes, MOST_AT_ONCE);
    }

    private static <T> List<List<T>> cut(Collection<T> all, ToIntFunction<T> bytes, int most) {
        List<List<T>> lists = new ArrayList<>();
        List<T> list = new ArrayList<>();
        long size = 0;
        for (T each : all) {
            int more = bytes.applyAsInt(each);
            if (!list.isEmpty() && (list.size() == most || size + more > MOST_BYTES)) {
                lists.add(list);
                list = new ArrayList<>();
                size = 0;
            }
            list.add(each);
            size += more;
        }
        if (!list.isEmpty()) {
            lists.add(list);
        }
        return lists;
    }

    /**
     * Finds the document as it was read, or makes it. Where another writer was faster, the id is there already and this
     * fails as a duplicate.
     */
    private static Update fenced(Change change) {
        Document update = new Document("$set", change.set());
        if (!change.unset().isEmpty()) {
            Document unset = new Document();
            change.unset().forEach(path -> unset.put(path, ""));
            update.put("$unset", unset);
        }
        Document asItWas = new Document("_id", change.id()).append(POSITION, change.before());
        return update(change.type(), change.id(), asItWas, update, change.isNew());
    }

    private static Update update(DocumentType type, String id, Document query, Document update, boolean upsert) {
        try {
            return new Update(id, MongoCommands.update(query, update, upsert));
        } catch (BsonSerializationException e) {
            throw new DocumentRefused(type.collection(), id, e);
        }
    }

    private static void requireAllWritten(boolean fenced, int written, DocumentType type, int wanted) {
        if (fenced && written != wanted) {
            throw new IllegalStateException(
                    "%d of %d documents of %s were changed by another writer; is a second node handling events?"
                            .formatted(wanted - written, wanted, type.collection()));
        }
    }
}
