package io.ovation.mongo;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import de.bwaldvogel.mongo.backend.AbstractUniqueIndex;
import de.bwaldvogel.mongo.backend.IndexKey;
import de.bwaldvogel.mongo.backend.KeyValue;
import org.jspecify.annotations.Nullable;

/** Where the document of an id is. The library's own keeps a list of values for each document, of which there is one. Who looks or changes holds the collection's monitor, or this one's. */
final class IdIndex extends AbstractUniqueIndex<Integer> {
    private final Map<Object, Integer> positions = new HashMap<>();

    IdIndex(String name, List<IndexKey> keys, boolean sparse) {
        super(name, keys, sparse);
    }

    private static Object id(KeyValue key) {
        return key.get(0);
    }

    @Override
    protected @Nullable Integer getPosition(KeyValue key) {
        return positions.get(id(key));
    }

    @Override
    protected boolean putKeyPosition(KeyValue key, Integer position) {
        return positions.putIfAbsent(id(key), position) == null;
    }

    @Override
    protected @Nullable Integer removeDocument(KeyValue key) {
        return positions.remove(id(key));
    }

    @Override
    protected Iterable<Map.Entry<KeyValue, Integer>> getIterable() {
        return positions.entrySet().stream().map(entry -> Map.entry(new KeyValue(entry.getKey()), entry.getValue()))::iterator;
    }

    @Override
    public long getCount() {
        return positions.size();
    }

    @Override
    public long getDataSize() {
        return getCount();
    }
}
