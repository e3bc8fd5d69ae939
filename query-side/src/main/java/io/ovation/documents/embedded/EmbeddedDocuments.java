package io.ovation.documents.embedded;

import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.ovation.documents.DocumentHome;
import io.ovation.documents.DocumentStore;
import io.ovation.documents.Places;
import reactor.core.scheduler.Scheduler;

/** The stores of this process, each in a directory of its own; what they have in common is memory. For any thread. */
final class EmbeddedDocuments implements DocumentHome, AutoCloseable {
    private final Path directory;
    private final RocksOptions options;
    private final Scheduler reading;
    private final Map<String, EmbeddedStore> stores = new ConcurrentHashMap<>();

    /** @param reading whose threads may block */
    EmbeddedDocuments(Path directory, RocksOptions options, Scheduler reading) {
        this.directory = directory;
        this.options = options;
        this.reading = reading;
    }

    @Override
    public DocumentStore store(String projection) {
        return opened(projection);
    }

    @Override
    public Places places(String projection) {
        return opened(projection);
    }

    private EmbeddedStore opened(String projection) {
        return stores.computeIfAbsent(
                projection, name -> EmbeddedStore.open(directory.resolve(name), options, reading));
    }

    @Override
    public void close() {
        stores.values().forEach(EmbeddedStore::close);
    }
}
