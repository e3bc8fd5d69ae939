package io.ovation.documents;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import de.bwaldvogel.mongo.MongoDatabase;
import de.bwaldvogel.mongo.backend.AbstractSynchronizedMongoCollection;
import de.bwaldvogel.mongo.backend.ArrayFilters;
import de.bwaldvogel.mongo.backend.CollectionOptions;
import de.bwaldvogel.mongo.backend.CursorRegistry;
import de.bwaldvogel.mongo.backend.DocumentWithPosition;
import de.bwaldvogel.mongo.backend.QueryResult;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.oplog.Oplog;
import org.jspecify.annotations.Nullable;

/**
 * A collection of the embedded server, of {@link PackedDocuments}.
 *
 * <p>What the read models do, {@code $set} and {@code $unset} of one document by its id, and finding documents by id
 * with some of their fields, is done on the bytes; anything else is done by the server on an unpacked copy.
 */
final class EmbeddedCollection extends AbstractSynchronizedMongoCollection<Integer> {
    private static final String ID = "_id";
    private static final Set<String> PLAIN = Set.of("$set", "$unset");

    private final PackedDocuments documents;

    EmbeddedCollection(
            MongoDatabase database,
            String name,
            CollectionOptions options,
            CursorRegistry cursors,
            PackedDocuments documents) {
        super(database, name, options, cursors);
        this.documents = documents;
    }

    @Override
    public synchronized Document updateDocuments(
            Document selector,
            Document update,
            @Nullable ArrayFilters filters,
            boolean multi,
            boolean upsert,
            Oplog oplog) {
        Document done = selector.size() == 1 && selector.get(ID) instanceof String id && isPlain(update)
                ? update(id, update, upsert)
                : null;
        return done == null ? super.updateDocuments(selector, update, filters, multi, upsert, oplog) : done;
    }

    private boolean isPlain(Document update) {
        return PLAIN.containsAll(update.keySet())
                && hasNoOtherIndex()
                && update.values().stream()
                        .noneMatch(fields -> !(fields instanceof Document changes) || changes.containsKey(ID));
    }

    private boolean hasNoOtherIndex() {
        return getIndexes().size() == 1 && getIndexes().getFirst() instanceof IdIndex;
    }

    /** The only one there is. */
    private IdIndex ids() {
        return (IdIndex) getIndexes().getFirst();
    }

    /** Null, and nothing is changed, where the server has to do it. */
    private @Nullable Document update(String id, Document update, boolean upsert) {
        IdIndex ids = ids();
        documents.makeRoom(ids::forget);
        Integer position = ids.position(id);
        Document result = new Document();
        int modified = 0;
        if (position != null) {
            byte[] before = documents.get(position);
            byte[] after = changed(before, update);
            if (after == null) {
                return null;
            }
            documents.set(position, after);
            modified = Arrays.equals(before, after) ? 0 : 1;
        } else if (upsert) {
            byte[] made = changed(PackedDocument.pack(new Document(ID, id)), update);
            if (made == null) {
                return null;
            }
            ids.put(id, documents.add(made));
            result.put("upserted", id);
        }
        result.put("n", position == null ? 0 : 1);
        result.put("nModified", modified);
        return result;
    }

    private static byte @Nullable [] changed(byte[] document, Document update) {
        return PackedDocument.changed(
                document, fields(update, "$set"), fields(update, "$unset").keySet());
    }

    private static Map<String, Object> fields(Document update, String operator) {
        return update.get(operator) instanceof Document fields ? fields : Map.of();
    }

    @Override
    protected QueryResult queryDocuments(
            Document query, @Nullable Document orderBy, int skip, int limit, int batchSize, @Nullable Document fields) {
        boolean plain = query.size() == 1
                && isId(query.get(ID))
                && hasNoOtherIndex()
                && (orderBy == null || orderBy.isEmpty())
                && skip == 0;
        if (!plain || fields == null || !includes(fields)) {
            return super.queryDocuments(query, orderBy, skip, limit, batchSize, fields);
        }
        Set<String> named = new HashSet<>(fields.keySet());
        named.add(ID);
        List<Document> found = new ArrayList<>();
        for (String id : wanted(query.get(ID))) {
            byte[] packed = find(id);
            if (packed != null) {
                found.add(PackedDocument.unpack(packed, named));
                if (found.size() == limit) {
                    break;
                }
            }
        }
        return createQueryResult(found, batchSize);
    }

    /** One that is in the file stays there: who reads what is old does not go on to write it. */
    private byte @Nullable [] find(String id) {
        Integer place = ids().placeOf(id);
        return place == null ? documents.inFile(id) : documents.get(place);
    }

    /** The ids that are wanted, in the order in which the library looks for them. */
    private static Collection<String> wanted(@Nullable Object wanted) {
        return wanted instanceof Document expression
                ? expression.get("$in") instanceof Collection<?> several
                        ? several.stream().map(String.class::cast).collect(Collectors.toCollection(TreeSet::new))
                        : List.of()
                : List.of((String) wanted);
    }

    private static boolean isId(@Nullable Object wanted) {
        return wanted instanceof String
                || wanted instanceof Document expression
                        && expression.size() == 1
                        && expression.get("$in") instanceof Collection<?> ids
                        && ids.stream().allMatch(String.class::isInstance);
    }

    /** Whether fields are named, all of the top level, and none is left out. */
    private static boolean includes(Document fields) {
        return !fields.isEmpty()
                && fields.entrySet().stream()
                        .allMatch(field -> Integer.valueOf(1).equals(field.getValue())
                                && field.getKey().indexOf('.') < 0);
    }

    @Override
    protected QueryResult matchDocuments(
            Document query, @Nullable Document orderBy, int skip, int limit, int batchSize, @Nullable Document fields) {
        Stream<Document> all = streamAllDocumentsWithPosition().map(DocumentWithPosition::getDocument);
        return matchDocumentsFromStream(
                isNaturalDescending(orderBy) ? all.toList().reversed().stream() : all,
                query,
                orderBy,
                skip,
                limit,
                batchSize,
                fields);
    }

    @Override
    protected Stream<DocumentWithPosition<Integer>> streamAllDocumentsWithPosition() {
        if (hasNoOtherIndex()) {
            ids().takeAllBack();
        }
        return documents.places().mapToObj(position -> new DocumentWithPosition<>(getDocument(position), position));
    }

    @Override
    protected Integer addDocumentInternal(Document document) {
        return documents.add(PackedDocument.pack(document));
    }

    @Override
    protected Document getDocument(Integer position) {
        return PackedDocument.unpack(documents.get(position));
    }

    /** The server has changed its copy. */
    @Override
    protected void handleUpdate(Integer position, Document before, Document after) {
        documents.set(position, PackedDocument.pack(after));
    }

    @Override
    protected void removeDocument(Integer position) {
        documents.remove(position);
    }

    @Override
    public synchronized void drop() {
        super.drop();
        documents.clear();
    }

    @Override
    public synchronized int count() {
        return documents.count();
    }

    @Override
    public synchronized boolean isEmpty() {
        return count() == 0;
    }

    /** Nobody asks for it, and it would encode a document twice with each change. */
    @Override
    protected boolean tracksDataSize() {
        return false;
    }

    @Override
    protected void updateDataSize(int change) {}

    @Override
    protected int getDataSize() {
        return 0;
    }
}
