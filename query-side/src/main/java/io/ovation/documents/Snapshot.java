package io.ovation.documents;

import java.util.List;
import java.util.Map;

import org.bson.Document;

/**
 * What is remembered of a document between two batches.
 *
 * @param position the position of the last event that the document took
 * @param state the fields that its type declares as state; not to be changed
 */
record Snapshot(long position, Map<String, Object> state) {
    /** Of a document that is not there: below every position in a log. */
    static final Snapshot NONE = new Snapshot(Long.MIN_VALUE, Map.of());

    boolean isNew() {
        return this == NONE;
    }

    /** The room that it takes in memory, in units of a small document. */
    int weight() {
        int weight = 1;
        for (Object value : state.values()) {
            weight += value instanceof List<?> list ? weight(list) : 0;
        }
        return weight;
    }

    private static int weight(List<?> list) {
        return !list.isEmpty() && list.getFirst() instanceof Document ? list.size() : list.size() / 4;
    }
}
