package io.ovation.mongo;

import java.util.Map;
import java.util.Set;

import de.bwaldvogel.mongo.MongoDatabase;
import de.bwaldvogel.mongo.backend.ArrayFilters;
import de.bwaldvogel.mongo.backend.CollectionOptions;
import de.bwaldvogel.mongo.backend.CursorRegistry;
import de.bwaldvogel.mongo.backend.memory.MemoryCollection;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.oplog.Oplog;
import org.jspecify.annotations.Nullable;

/**
 * A collection of the embedded server. The write that the read models are made of, {@code $set} and {@code $unset} of one document by its id, is done without what the
 * server does for any: it copies the whole document twice, parts each path by regular expressions and compares the indexes, which is most of what a write costs.
 *
 * <p>What is within a document is copied before it is changed, as the server does it: a reader may be encoding it.
 */
final class EmbeddedCollection extends MemoryCollection {
    private static final String ID = "_id";
    private static final Set<String> PLAIN = Set.of("$set", "$unset");

    EmbeddedCollection(MongoDatabase database, String name, CollectionOptions options, CursorRegistry cursors) {
        super(database, name, options, cursors);
    }

    /** It would encode a document twice with each change. */
    @Override
    protected boolean tracksDataSize() {
        return false;
    }

    @Override
    public synchronized Document updateDocuments(
            Document selector, Document update, @Nullable ArrayFilters filters, boolean multi, boolean upsert, Oplog oplog) {
        if (!isPlain(selector, update)) {
            return super.updateDocuments(selector, update, filters, multi, upsert, oplog);
        }
        Document stored = null;
        for (Document found : queryDocuments(selector, null, 0, 0, 0, null)) {
            stored = found;
        }
        Document result = new Document();
        if (stored == null) {
            if (upsert) {
                Document made = new Document(ID, selector.get(ID));
                change(made, update);
                addDocument(made);
                result.put("upserted", made.get(ID));
            }
        } else if (!change(stored, update)) {
            return super.updateDocuments(selector, update, filters, multi, upsert, oplog);
        }
        int matched = stored == null ? 0 : 1;
        result.put("n", matched);
        result.put("nModified", matched);
        return result;
    }

    private boolean isPlain(Document selector, Document update) {
        return selector.size() == 1
                && selector.get(ID) instanceof String
                && PLAIN.containsAll(update.keySet())
                && getIndexes().size() == 1
                && update.values().stream().noneMatch(fields -> fields instanceof Document changes && changes.containsKey(ID));
    }

    /** False, and nothing is changed, when a path leads through something that is not a document. */
    private static boolean change(Document stored, Document update) {
        Map<String, Object> set = fields(update, "$set");
        Map<String, Object> unset = fields(update, "$unset");
        if (!set.keySet().stream().allMatch(path -> isOpen(stored, path)) || !unset.keySet().stream().allMatch(path -> isOpen(stored, path))) {
            return false;
        }
        set.forEach((path, value) -> set(stored, path, value));
        unset.keySet().forEach(path -> unset(stored, path));
        return true;
    }

    private static Map<String, Object> fields(Document update, String operator) {
        return update.get(operator) instanceof Document fields ? fields : Map.of();
    }

    private static boolean isOpen(Document document, String path) {
        int dot = path.indexOf('.');
        if (dot < 0) {
            return true;
        }
        Object within = document.get(path.substring(0, dot));
        return within == null || within instanceof Document next && isOpen(next, path.substring(dot + 1));
    }

    private static void set(Document document, String path, Object value) {
        int dot = path.indexOf('.');
        if (dot < 0) {
            document.put(path, value);
        } else {
            String field = path.substring(0, dot);
            Document copy = document.get(field) instanceof Document within ? within.clone() : new Document();
            set(copy, path.substring(dot + 1), value);
            document.put(field, copy);
        }
    }

    private static void unset(Document document, String path) {
        int dot = path.indexOf('.');
        if (dot < 0) {
            document.remove(path);
        } else if (document.get(path.substring(0, dot)) instanceof Document within) {
            Document copy = within.clone();
            unset(copy, path.substring(dot + 1));
            document.put(path.substring(0, dot), copy);
        }
    }
}
