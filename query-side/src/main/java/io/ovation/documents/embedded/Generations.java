package io.ovation.documents.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.TimeUnit;

import io.ovation.documents.Batch;
import io.ovation.documents.Batch.Place;
import io.ovation.documents.DocumentHome.Beside;
import io.ovation.documents.DocumentStore;
import io.ovation.documents.DocumentType;
import io.ovation.documents.Places;
import io.ovation.documents.StoreUnavailable;
import io.ovation.documents.embedded.GenerationDirectory.Generation;
import org.bson.Document;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * The documents of one projection in this process: the generation that is read, and the one that is built beside it. A
 * version of another shape is a generation from the beginning; that of the version before stays until this one has
 * caught up, so that who goes back to it finds it as it was. For any thread: the one that is read is exchanged in one
 * step.
 */
final class Generations implements DocumentStore, Places, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Generations.class);

    /** Longer than any query takes: one that has begun goes on with what it began with. */
    private static final Duration LAST_READERS = Duration.ofSeconds(60);

    private final GenerationDirectory directory;
    private final RocksOptions options;
    private final Scheduler reading;
    private final Disposable.Swap deleting = Disposables.swap();
    private volatile Live live;

    // guarded by this
    private @Nullable EmbeddedStore before;
    private @Nullable EmbeddedStore building;
    private boolean closed;

    /** The documents that are read. */
    private record Live(Generation generation, EmbeddedStore store) {}

    private Generations(GenerationDirectory directory, RocksOptions options, Scheduler reading, Live live) {
        this.directory = directory;
        this.options = options;
        this.reading = reading;
        this.live = live;
    }

    /** @param reading whose threads may block */
    static Generations open(Path path, int version, RocksOptions options, Scheduler reading) {
        GenerationDirectory directory = new GenerationDirectory(path);
        try {
            Generation current = directory.current();
            Generation generation;
            if (current != null && current.version() == version) {
                generation = current;
                // what was built beside it when this process was killed
                directory.keepOnly(current);
            } else {
                // of another version, or none: what is there of this one is not finished, and is gone on with
                Generation begun = directory.latest(version);
                generation = begun == null ? new Generation(version, 1) : begun;
                if (current != null) {
                    log.info(
                            "The read models of {} are of version {}: those of version {} are built beside them",
                            path.getFileName(),
                            current.version(),
                            version);
                }
            }
            EmbeddedStore store = EmbeddedStore.open(directory.of(generation), options, reading);
            return new Generations(directory, options, reading, new Live(generation, store));
        } catch (IOException e) {
            throw new EmbeddedUnavailable("The read models in " + path + " cannot be used: " + e, e);
        }
    }

    /** The documents that are read. */
    EmbeddedStore live() {
        return live.store();
    }

    /** Has this version's be those that are read, also after the next start, and deletes all others. */
    synchronized void caughtUp() {
        if (closed) {
            return;
        }
        try {
            Generation now = live.generation();
            if (!now.equals(directory.current())) {
                directory.exchange(now);
                if (building == null && before == null) {
                    directory.keepOnly(now);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    synchronized Beside beside() {
        if (closed) {
            // nobody would close it: its memory would be used after the options that it shares have gone
            throw new StoreUnavailable("The documents are closed", null);
        }
        deleteBefore();
        Generation next = live.generation().next();
        try {
            DocumentsDirectory.delete(directory.of(next));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        EmbeddedStore store = EmbeddedStore.open(directory.of(next), options, reading);
        building = store;
        return new InBuilding(next, store);
    }

    private final class InBuilding implements Beside {
        private final Generation generation;
        private final EmbeddedStore store;

        InBuilding(Generation generation, EmbeddedStore store) {
            this.generation = generation;
            this.store = store;
        }

        @Override
        public DocumentStore store() {
            return store;
        }

        @Override
        public @Nullable Place place() {
            return store.place(directory.name());
        }

        @Override
        public void takeOver() {
            exchange(generation, store);
        }

        @Override
        public void discard() {
            forget(generation, store);
        }
    }

    private synchronized void exchange(Generation generation, EmbeddedStore store) {
        if (closed) {
            throw new IllegalStateException("closed");
        }
        try {
            directory.exchange(generation);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        before = live.store();
        building = null;
        live = new Live(generation, store);
        deleting.update(reading.schedule(this::deleteBefore, LAST_READERS.toMillis(), TimeUnit.MILLISECONDS));
    }

    private synchronized void deleteBefore() {
        EmbeddedStore last = before;
        if (last != null && !closed) {
            before = null;
            last.close();
            directory.keepOnly(live.generation());
        }
    }

    private synchronized void forget(Generation generation, EmbeddedStore store) {
        if (building != store || closed) {
            return;
        }
        building = null;
        store.close();
        try {
            DocumentsDirectory.delete(directory.of(generation));
        } catch (IOException e) {
            log.warn("What was built in {} cannot be deleted: {}", directory.of(generation), e.toString());
        }
    }

    @Override
    public Flux<Document> find(DocumentType type, Collection<String> ids, String... fields) {
        return live.store().find(type, ids, fields);
    }

    @Override
    public Mono<Void> write(Batch batch) {
        return Mono.defer(() -> live.store().write(batch));
    }

    @Override
    public boolean claim(String projection) {
        return live.store().claim(projection);
    }

    @Override
    public void release(String projection) {
        live.store().release(projection);
    }

    @Override
    public @Nullable Place place(String projection) {
        return live.store().place(projection);
    }

    @Override
    public void putAside(String projection, String reason) {
        live.store().putAside(projection, reason);
    }

    @Override
    public synchronized void close() {
        closed = true;
        deleting.dispose();
        live.store().close();
        if (before != null) {
            before.close();
        }
        if (building != null) {
            building.close();
        }
    }
}
