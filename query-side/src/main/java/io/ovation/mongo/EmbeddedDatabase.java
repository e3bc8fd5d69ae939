package io.ovation.mongo;

import java.util.List;

import de.bwaldvogel.mongo.backend.AbstractSynchronizedMongoDatabase;
import de.bwaldvogel.mongo.backend.CollectionOptions;
import de.bwaldvogel.mongo.backend.CursorRegistry;
import de.bwaldvogel.mongo.backend.Index;
import de.bwaldvogel.mongo.backend.IndexKey;
import de.bwaldvogel.mongo.backend.memory.index.MemoryUniqueIndex;

/** A database of the embedded server: {@link EmbeddedCollection collections} in memory. */
final class EmbeddedDatabase extends AbstractSynchronizedMongoDatabase<Integer> {
    EmbeddedDatabase(String name, CursorRegistry cursors) {
        super(name, cursors);
        initializeNamespacesAndIndexes();
    }

    @Override
    protected EmbeddedCollection openOrCreateCollection(String collection, CollectionOptions options) {
        return new EmbeddedCollection(this, collection, options, cursorRegistry);
    }

    @Override
    protected Index<Integer> openOrCreateUniqueIndex(String collection, String name, List<IndexKey> keys, boolean sparse) {
        return keys.size() == 1 ? new IdIndex(name, keys, sparse) : new MemoryUniqueIndex(name, keys, sparse);
    }

    @Override
    protected long getStorageSize() {
        return 0;
    }

    @Override
    protected long getFileSize() {
        return 0;
    }
}
