package io.ovation.documents.embedded;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

import io.ovation.documents.Batch;
import io.ovation.documents.Batch.Place;
import io.ovation.documents.DocumentRefused;
import io.ovation.documents.DocumentStore;
import io.ovation.documents.DocumentType;
import io.ovation.documents.Places;
import io.ovation.documents.StoreUnavailable;
import org.bson.Document;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;
import org.rocksdb.WriteBatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Documents in RocksDB. A batch and its place in the log are one atomic write, so that whatever is on the disk after a
 * crash is what the place says. The log of writes is not synced: what a power cut takes of it is projected again. For
 * any thread; one writes at a time.
 */
final class EmbeddedStore implements DocumentStore, Places, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(EmbeddedStore.class);

    /** Documents that are read at once: what they take in memory is not bounded by the cache. */
    private static final int MOST_AT_ONCE = 1_000;

    private static final char SEPARATOR = '\0';
    private static final Set<String> PLACE_FIELDS = Set.of("position", "eventId");

    private final DocumentsDirectory directory;
    private final Engine engine;
    private final Scheduler reading;
    private final Lock writing = new ReentrantLock();

    private EmbeddedStore(DocumentsDirectory directory, Engine engine, Scheduler reading) {
        this.directory = directory;
        this.engine = engine;
        this.reading = reading;
    }

    /**
     * Opens the store in a directory, or makes it. One that cannot be read is put aside, and begins anew.
     *
     * @param reading whose threads may block
     * @throws EmbeddedUnavailable where another process has it
     */
    static EmbeddedStore open(Path directory, RocksOptions options, Scheduler reading) {
        return open(new Engine(directory, options), directory, reading);
    }

    static EmbeddedStore open(Engine engine, Path directory, Scheduler reading) {
        EmbeddedStore store = new EmbeddedStore(new DocumentsDirectory(directory), engine, reading);
        store.open();
        return store;
    }

    private void open() {
        try {
            engine.open();
        } catch (RocksDBException e) {
            if (isFull(e)) {
                log.warn("No room for the read models on the disk; they go on when there is: {}", e.getMessage());
                engine.fail();
            } else if (isTaken(e)) {
                throw new EmbeddedUnavailable(
                        "Another process uses the read models in " + directory.path() + ": stop it", e);
            } else {
                anew("cannot be read: " + e.getMessage());
            }
        } catch (IOException e) {
            throw new EmbeddedUnavailable("The read models cannot be made in " + directory.path() + ": " + e, e);
        }
    }

    private static boolean isFull(RocksDBException e) {
        return e.getStatus() != null && e.getStatus().getSubCode() == Status.SubCode.NoSpace;
    }

    private static boolean isTaken(RocksDBException e) {
        return String.valueOf(e.getMessage()).contains("LOCK") || String.valueOf(e.getMessage()).contains("lock ");
    }

    @Override
    public Flux<Document> find(DocumentType type, Collection<String> ids, String... fields) {
        if (ids.isEmpty()) {
            return Flux.empty();
        }
        Set<String> wanted = Set.of(fields);
        return Flux.fromIterable(ids)
                .buffer(MOST_AT_ONCE)
                .concatMap(some -> onAThreadThatMayBlock(() -> read(type, some, wanted)), 1)
                .flatMapIterable(found -> found);
    }

    private List<Document> read(DocumentType type, List<String> ids, Set<String> wanted) {
        List<byte @Nullable []> values =
                engine.get(ids.stream().map(id -> key(type, id)).toList());
        List<Document> found = new ArrayList<>(ids.size());
        for (int i = 0; i < ids.size(); i++) {
            byte[] value = values.get(i);
            if (value != null) {
                Document document = Bson.document(value, wanted);
                document.put("_id", ids.get(i));
                found.add(document);
            }
        }
        return found;
    }

    /** Without a change of threads where this one is none that must not wait: a read takes some 20 microseconds. */
    private <T> Mono<T> onAThreadThatMayBlock(Callable<T> work) {
        return Mono.defer(() -> {
            Mono<T> here = Mono.fromCallable(work);
            // in native code a virtual thread holds the one that carries it, and there are few of those
            return Schedulers.isInNonBlockingThread() || Thread.currentThread().isVirtual()
                    ? here.subscribeOn(reading)
                    : here;
        });
    }

    @Override
    public Mono<Void> write(Batch batch) {
        return onAThreadThatMayBlock(() -> {
                    writing.lock();
                    try {
                        writeNow(batch);
                    } finally {
                        writing.unlock();
                    }
                    return true;
                })
                .then();
    }

    private void writeNow(Batch batch) {
        if (engine.isDamaged()) {
            throw new StoreUnavailable("The documents are damaged", null);
        }
        try (WriteBatch writes = new WriteBatch()) {
            for (Batch.Kept kept : batch.kept()) {
                writes.put(key(kept.type(), kept.id()), Bson.bytes(kept.fields()));
            }
            List<Batch.Change> changes = batch.changes();
            for (int from = 0; from < changes.size(); from += MOST_AT_ONCE) {
                change(changes.subList(from, Math.min(changes.size(), from + MOST_AT_ONCE)), writes);
            }
            Place place = batch.place();
            if (place != null) {
                writes.put(
                        placeKey(place.projection()),
                        Bson.bytes(new Document("position", place.position()).append("eventId", place.eventId())));
            }
            engine.write(writes);
        } catch (RocksDBException e) {
            throw new StoreUnavailable("The documents cannot be written", e);
        }
    }

    private void change(List<Batch.Change> changes, WriteBatch writes) throws RocksDBException {
        List<byte[]> keys = changes.stream()
                .map(change -> key(change.type(), change.id()))
                .toList();
        List<byte @Nullable []> before = engine.get(keys);
        for (int i = 0; i < changes.size(); i++) {
            Batch.Change change = changes.get(i);
            byte[] document = before.get(i);
            long position = document == null ? Long.MIN_VALUE : Bson.number(document, POSITION, Long.MIN_VALUE);
            if (position != change.before()) {
                throw new IllegalStateException("A document of %s was changed by another writer"
                        .formatted(change.type().collection()));
            }
            writes.put(keys.get(i), changed(document, change));
        }
    }

    private static byte[] changed(byte @Nullable [] document, Batch.Change change) {
        try {
            return Bson.changed(document, change.set(), change.unset());
        } catch (RuntimeException e) {
            throw new DocumentRefused(change.type().collection(), change.id(), e);
        }
    }

    /** All documents whose collection's name begins so, by collection and then by id; for a look at all of it. */
    Map<String, List<Document>> all(String collections) {
        Map<String, List<Document>> all = new TreeMap<>();
        engine.scan(collections.getBytes(StandardCharsets.UTF_8), (key, value) -> {
            String[] names = new String(key, StandardCharsets.UTF_8).split(String.valueOf(SEPARATOR), 2);
            all.computeIfAbsent(names[0], name -> new ArrayList<>())
                    .add(Bson.whole(value).append("_id", names[1]));
        });
        return all;
    }

    /** A directory is one process's. */
    @Override
    public boolean claim(String projection) {
        return true;
    }

    @Override
    public void release(String projection) {
        // nobody else waits for it
    }

    @Override
    public @Nullable Place place(String projection) {
        engine.revive();
        if (engine.isDamaged()) {
            putAside(projection, "are damaged");
        }
        byte[] value = engine.get(List.of(placeKey(projection))).getFirst();
        if (value == null) {
            return null;
        }
        Document place = Bson.document(value, PLACE_FIELDS);
        return new Place(projection, place.getLong("position"), place.getString("eventId"));
    }

    @Override
    public void putAside(String projection, String reason) {
        writing.lock();
        try {
            anew(reason);
        } finally {
            writing.unlock();
        }
    }

    private void anew(String reason) {
        try {
            engine.replace(() -> {
                Path aside = directory.putAside();
                log.warn(
                        "The read models of {} {}: they are in {} now, and built anew from the log",
                        directory.name(),
                        reason,
                        aside);
            });
        } catch (RocksDBException | IOException e) {
            engine.fail();
            throw new StoreUnavailable("The documents cannot be begun anew", e);
        }
    }

    @Override
    public void close() {
        engine.close();
    }

    private static byte[] key(DocumentType type, String id) {
        return (type.collection() + SEPARATOR + id).getBytes(StandardCharsets.UTF_8);
    }

    /** A collection has a name, so that this is the key of no document. */
    private static byte[] placeKey(String projection) {
        return (SEPARATOR + projection).getBytes(StandardCharsets.UTF_8);
    }
}
