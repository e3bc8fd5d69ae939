package io.ovation.documents;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

import org.bson.Document;
import org.jspecify.annotations.Nullable;

/**
 * One document while a batch of events is folded into it; it becomes a single change.
 *
 * <p>Paths are dotted, as MongoDB's are. They must never be made of client text. For use by one thread.
 */
public final class Draft {
    private final DocumentType type;
    private final Snapshot before;
    private final NavigableMap<String, Object> set = new TreeMap<>();
    private final NavigableMap<String, String> unset = new TreeMap<>();
    private final Map<Changes.Reference, Document> kept = new HashMap<>();
    private final Map<String, Object> state;
    private long position;
    private boolean changed;

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

    /**
     * One of the fields that the type declares as state, as it is after the events so far; null when it is not there.
     */
    public <T> @Nullable T state(String field, Class<T> as) {
        if (!type.state().contains(field)) {
            throw new IllegalArgumentException(field + " is not declared as state of " + type.collection());
        }
        return as.cast(state.get(field));
    }

    /** Sets a field; values given for parts of it before are gone. */
    public Draft set(String path, Object value) {
        changed = true;
        @Nullable String ancestor = ancestor(path);
        if (ancestor == null) {
            forget(path);
            set.put(path, value);
        } else {
            // a change may not be of both a field and a part of it: MongoDB refuses it
            unset.remove(ancestor);
            Document within = (Document) set.computeIfAbsent(ancestor, field -> new Document());
            String[] names = names(path, ancestor);
            for (int i = 0; i < names.length - 1; i++) {
                within = (Document) within.computeIfAbsent(names[i], name -> new Document());
            }
            within.put(names[names.length - 1], value);
        }
        if (type.state().contains(path)) {
            state.put(path, value);
        }
        return this;
    }

    /**
     * Removes a field. Whether what it was a part of is then empty or not there at all depends on the batches: nothing
     * should.
     */
    public Draft unset(String path) {
        changed = true;
        @Nullable String ancestor = ancestor(path);
        if (ancestor == null) {
            forget(path);
            unset.put(path, "");
        } else {
            @Nullable Object within = set.get(ancestor);
            String[] names = names(path, ancestor);
            for (int i = 0; i < names.length - 1; i++) {
                within = within instanceof Document document ? document.get(names[i]) : null;
            }
            if (within instanceof Document document) {
                document.remove(names[names.length - 1]);
            }
        }
        state.remove(path);
        return this;
    }

    /**
     * Has another document be written, for ever as it is: what this one has no room for any more. It is there before it
     * is gone from here, and is written again, the same, where this one was not. No step may change it.
     */
    public void keep(DocumentType keptType, String id, Document document) {
        kept.put(new Changes.Reference(keptType, id), document);
    }

    Map<Changes.Reference, Document> kept() {
        return kept;
    }

    /**
     * Lets the event change the document, unless the document has it already. An event that changes nothing leaves no
     * trace: whether anything else of its batch had the document written must not show.
     */
    void take(Changes.Change change) {
        if (change.again() || change.position() > before.position()) {
            changed = false;
            change.step().accept(this);
            position = changed ? Math.max(position, change.position()) : position;
        }
    }

    /**
     * Whether there is anything to write: no event was new to it, or those that were changed nothing in a document that
     * is not there.
     */
    boolean isUnchanged() {
        return set.isEmpty() && unset.isEmpty();
    }

    /** What the batch does to the document. */
    Batch.Change change(String id) {
        Document fields = new Document(set);
        fields.put(DocumentType.POSITION, position);
        return new Batch.Change(type, id, before.position(), fields, List.copyOf(unset.keySet()));
    }

    /** As it is after the events so far; {@link Snapshot#isNew()} where nothing has ever made it. */
    Snapshot after() {
        return before.isNew() && isUnchanged() ? before : new Snapshot(position, state.isEmpty() ? Map.of() : state);
    }

    private void forget(String path) {
        // '/' follows '.', so this is everything that starts with the path and a dot
        set.subMap(path + ".", path + "/").clear();
        unset.subMap(path + ".", path + "/").clear();
        set.remove(path);
        unset.remove(path);
    }

    /** The field that the path leads into, if this batch itself sets or removes that as a whole. */
    private @Nullable String ancestor(String path) {
        for (int dot = path.lastIndexOf('.'); dot > 0; dot = path.lastIndexOf('.', dot - 1)) {
            String field = path.substring(0, dot);
            if (set.containsKey(field) || unset.containsKey(field)) {
                return field;
            }
        }
        return null;
    }

    private static String[] names(String path, String ancestor) {
        return path.substring(ancestor.length() + 1).split("\\.");
    }
}
