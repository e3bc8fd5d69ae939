package io.ovation.documents.embedded;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import io.ovation.documents.DocumentStore;
import org.bson.Document;
import reactor.core.scheduler.Schedulers;

/** The embedded store for tests, in a directory of its own. */
public final class EmbeddedHome {
    static final Path NATIVE = Path.of("target", "native");

    private final EmbeddedStore store;

    public EmbeddedHome() {
        this(Path.of("target", "documents", UUID.randomUUID().toString()));
    }

    EmbeddedHome(Path directory) {
        NativeLibrary.load(NATIVE);
        store = EmbeddedStore.open(directory, new RocksOptions(64L << 20), Schedulers.boundedElastic());
    }

    public DocumentStore store() {
        return store;
    }

    /** The documents of all collections whose names begin so. */
    public Map<String, List<Document>> dump(String collections) {
        return store.all(collections);
    }
}
