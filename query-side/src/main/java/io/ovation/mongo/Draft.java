package io.ovation.mongo;

import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.bson.Document;
import org.jspecify.annotations.Nullable;

/**
 * One document while a batch of events is folded into it; it becomes a single {@code $set} and {@code $unset}.
 *
 * <p>Paths are MongoDB's dotted ones. They must never be made of client text. For use by one thread.
 */
public final class Draft {
    private final DocumentType type;
    private final Snapshot before;
    private final NavigableMap<String, Object> set = new TreeMap<>();
    private final NavigableMap<String, String> unset = new TreeMap<>();
    private final Map<String, Object> state;
    private long position;

    Draft(DocumentType type, Snapshot before) {
        this.type = type;
        this.before = before;
        this.state = new HashMap<>(before.state());
        this.position = before.position();
    }

    /** Whether neither the store nor an event of this batch made the document. */
    public boolean isNew() {
        return before.isNew() && set.isEmpty();
    }

    /** One of the fields that the type declares as state, as it is after the events so far; null when it is not there. */
    public <T> @Nullable T state(String field, Class<T> as) {
        if (!type.state().contains(field)) {
            throw new IllegalArgumentException(field + " is not declared as state of " + type.collection());
        }
        return as.cast(state.get(field));
    }

    /** Sets a field; values given for parts of it before are gone. */
    public Draft set(String path, Object value) {
        @Nullable Document parent = parentInSet(path);
        if (parent != null) {
            parent.put(lastName(path), value);
        } else {
            forget(path);
            set.put(path, value);
        }
        if (type.state().contains(path)) {
            state.put(path, value);
        }
        return this;
    }

    /** Removes a field. */
    public Draft unset(String path) {
        @Nullable Document parent = parentInSet(path);
        if (parent != null) {
            parent.remove(lastName(path));
        } else {
            forget(path);
            unset.put(path, "");
        }
        state.remove(path);
        return this;
    }

    /** Lets the event change the document, unless the document has it already. */
    void take(Changes.Change change) {
        if (change.position() > before.position()) {
            change.step().accept(this);
            position = change.position();
        }
    }

    /** Whether there is anything to write: no event was new to it, or those that were changed nothing in a document that is not there. */
    boolean isUnchanged() {
        return set.isEmpty() && unset.isEmpty();
    }

    Document update() {
        Document fields = new Document(set);
        fields.put(DocumentType.POSITION, position);
        Document update = new Document("$set", fields);
        if (!unset.isEmpty()) {
            update.put("$unset", new Document(new TreeMap<String, Object>(unset)));
        }
        return update;
    }

    Snapshot before() {
        return before;
    }

    Snapshot after() {
        return new Snapshot(position, state.isEmpty() ? Map.of() : state);
    }

    private void forget(String path) {
        // '/' follows '.', so this is everything that starts with the path and a dot
        set.subMap(path + ".", path + "/").clear();
        unset.subMap(path + ".", path + "/").clear();
        set.remove(path);
        unset.remove(path);
    }

    /** The document that this batch itself sets, and that the path leads into: MongoDB refuses to set both a field and a part of it. */
    private @Nullable Document parentInSet(String path) {
        for (int dot = path.lastIndexOf('.'); dot > 0; dot = path.lastIndexOf('.', dot - 1)) {
            if (set.get(path.substring(0, dot)) instanceof Document found) {
                @Nullable Object document = found;
                String[] rest = path.substring(dot + 1).split("\\.");
                for (int i = 0; i < rest.length - 1 && document instanceof Document inner; i++) {
                    document = inner.computeIfAbsent(rest[i], name -> new Document());
                }
                return (Document) document;
            }
        }
        return null;
    }

    private static String lastName(String path) {
        return path.substring(path.lastIndexOf('.') + 1);
    }
}
