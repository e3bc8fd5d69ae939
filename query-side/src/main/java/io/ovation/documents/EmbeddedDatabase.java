package io.ovation.documents;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import de.bwaldvogel.mongo.backend.AbstractSynchronizedMongoDatabase;
import de.bwaldvogel.mongo.backend.CollectionOptions;
import de.bwaldvogel.mongo.backend.CursorRegistry;
import de.bwaldvogel.mongo.backend.Index;
import de.bwaldvogel.mongo.backend.IndexKey;
import de.bwaldvogel.mongo.backend.memory.index.MemoryUniqueIndex;

/** A database of the embedded server, of {@link EmbeddedCollection collections}. */
final class EmbeddedDatabase extends AbstractSynchronizedMongoDatabase<Integer> {
    private final DocumentFile file;
    private final Map<String, PackedDocuments> documents = new ConcurrentHashMap<>();

    EmbeddedDatabase(String name, CursorRegistry cursors, DocumentFile file) {
        super(name, cursors);
        this.file = file;
        initializeNamespacesAndIndexes();
    }

    @Override
    protected EmbeddedCollection openOrCreateCollection(String collection, CollectionOptions options) {
        return new EmbeddedCollection(this, collection, options, cursorRegistry, documents(collection));
    }

    @Override
    protected Index<Integer> openOrCreateUniqueIndex(
            String collection, String name, List<IndexKey> keys, boolean sparse) {
        boolean ofIds = keys.size() == 1 && keys.getFirst().getKey().equals("_id");
        return ofIds
                ? new IdIndex(name, keys, sparse, documents(collection))
                : new MemoryUniqueIndex(name, keys, sparse);
    }

    private PackedDocuments documents(String collection) {
        return documents.computeIfAbsent(collection, name -> new PackedDocuments(file));
    }

    @Override
    public void unregisterCollection(String collection) {
        super.unregisterCollection(collection);
        documents.remove(collection);
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
