package io.ovation.documents;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import de.bwaldvogel.mongo.backend.AbstractUniqueIndex;
import de.bwaldvogel.mongo.backend.IndexKey;
import de.bwaldvogel.mongo.backend.KeyValue;
import org.jspecify.annotations.Nullable;

/**
 * Where the document of an id is; one that is in the file gets a place again when it is asked for. The library's own
 * keeps a list of values for each document, of which there is one. Who looks or changes holds the collection's monitor.
 */
final class IdIndex extends AbstractUniqueIndex<Integer> {
    private final Map<Object, Integer> positions = new HashMap<>();
    private final PackedDocuments documents;

    IdIndex(String name, List<IndexKey> keys, boolean sparse, PackedDocuments documents) {
        super(name, keys, sparse);
        this.documents = documents;
    }

    /** Where a document is on the heap; null when it is not there. */
    @Nullable
    Integer placeOf(Object id) {
        return positions.get(id);
    }

    /** A document is in the file now. */
    void forget(String id) {
        positions.remove(id);
    }

    /** Where a document is; on the heap afterwards. Null when there is none. */
    @Nullable
    Integer position(Object id) {
        Integer position = positions.get(id);
        if (position == null && id instanceof String text) {
            position = documents.takeBack(text);
            if (position != null) {
                positions.put(id, position);
            }
        }
        return position;
    }

    /** There is a document of an id of which there was none. */
    void put(String id, Integer position) {
        positions.put(id, position);
    }

    /** Has every document on the heap. */
    void takeAllBack() {
        documents.idsInFile().forEach(this::position);
    }

    private static Object id(KeyValue key) {
        return key.get(0);
    }

    @Override
    protected @Nullable Integer getPosition(KeyValue key) {
        return position(id(key));
    }

    @Override
    protected boolean putKeyPosition(KeyValue key, Integer position) {
        return position(id(key)) == null && positions.put(id(key), position) == null;
    }

    @Override
    protected @Nullable Integer removeDocument(KeyValue key) {
        position(id(key));
        return positions.remove(id(key));
    }

    @Override
    protected Iterable<Map.Entry<KeyValue, Integer>> getIterable() {
        takeAllBack();
        return positions.entrySet().stream().map(entry -> Map.entry(new KeyValue(entry.getKey()), entry.getValue()))
                ::iterator;
    }

    @Override
    public long getCount() {
        return documents.count();
    }

    @Override
    public long getDataSize() {
        return getCount();
    }
}
