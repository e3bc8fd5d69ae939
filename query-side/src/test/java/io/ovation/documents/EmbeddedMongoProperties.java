package io.ovation.documents;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import com.mongodb.MongoException;
import com.mongodb.client.model.UpdateOptions;
import com.mongodb.client.result.UpdateResult;
import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
import com.mongodb.reactivestreams.client.MongoCollection;
import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.AfterContainer;
import org.bson.Document;
import org.bson.types.Binary;
import org.bson.types.Decimal128;
import org.bson.types.ObjectId;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Collections of packed documents answer, and end, as the library's own collections in memory do, on the heap and where
 * most of them are in a file.
 */
class EmbeddedMongoProperties {
    private static final EmbeddedMongo PACKED =
            new EmbeddedMongo(new DocumentFile(Path.of("target", "read-models-on-heap"), Long.MAX_VALUE));
    private static final EmbeddedMongo FILED =
            new EmbeddedMongo(new DocumentFile(Path.of("target", "read-models-in-file"), 0));
    private static final MongoServer PLAIN = new MongoServer(new MemoryBackend());
    private static final MongoClient PACKED_CLIENT = MongoClients.create(PACKED.uri());
    private static final MongoClient FILED_CLIENT = MongoClients.create(FILED.uri());
    private static final MongoClient PLAIN_CLIENT =
            MongoClients.create(PLAIN.bindAndGetConnectionString() + "/?uuidRepresentation=standard");
    private static final List<String> IDS = List.of("one", "two", "three");

    @AfterContainer
    static void stop() {
        PACKED_CLIENT.close();
        FILED_CLIENT.close();
        PLAIN_CLIENT.close();
        PACKED.close();
        FILED.close();
        PLAIN.shutdownNow();
    }

    /** What is done with a collection, and what comes of it. */
    private record Step(String name, Function<MongoCollection<Document>, Publisher<?>> action) {
        Object on(MongoCollection<Document> collection) {
            try {
                return Flux.from(action.apply(collection))
                        .map(Step::comparable)
                        .collectList()
                        .blockOptional()
                        .orElseThrow();
            } catch (MongoException e) {
                return e.getCode();
            }
        }

        /** Of an update, no more than what the read models look at: how many were found and made. */
        private static Object comparable(Object result) {
            return result instanceof UpdateResult update
                    ? Arrays.asList(update.getMatchedCount(), update.getUpsertedId())
                    : result;
        }

        @Override
        public String toString() {
            return name;
        }
    }

    @Property(tries = 400)
    void theEmbeddedServerAnswersAsTheLibrarysOwn(@ForAll("steps") List<Step> steps) {
        compare(PACKED_CLIENT, steps, answer -> answer);
    }

    /** In no order where none is asked for: what comes back from the file has another place. */
    @Property(tries = 400)
    void soItDoesWithItsDocumentsInAFile(@ForAll("steps") List<Step> steps) {
        compare(FILED_CLIENT, steps, EmbeddedMongoProperties::inNoOrder);
    }

    private static Object inNoOrder(Object answer) {
        return answer instanceof List<?> documents
                ? documents.stream()
                        .sorted(Comparator.comparing(
                                each -> each instanceof Document document ? document.getString("_id") : ""))
                        .toList()
                : answer;
    }

    private static void compare(MongoClient client, List<Step> steps, UnaryOperator<Object> comparable) {
        String name = UUID.randomUUID().toString();
        MongoCollection<Document> packed = client.getDatabase(name).getCollection("things");
        MongoCollection<Document> plain = PLAIN_CLIENT.getDatabase(name).getCollection("things");
        for (Step step : steps) {
            assertThat(comparable.apply(step.on(packed))).as(step.name()).isEqualTo(comparable.apply(step.on(plain)));
        }
        Step all = new Step("all", MongoCollection::find);
        assertThat(comparable.apply(all.on(packed))).isEqualTo(comparable.apply(all.on(plain)));
        Mono.from(client.getDatabase(name).drop()).block();
        Mono.from(PLAIN_CLIENT.getDatabase(name).drop()).block();
    }

    @Provide
    Arbitrary<List<Step>> steps() {
        return Arbitraries.frequencyOf(
                        Tuple.of(8, updates()),
                        Tuple.of(2, finds()),
                        Tuple.of(1, removals()),
                        Tuple.of(1, replacements()))
                .list()
                .ofMinSize(1)
                .ofMaxSize(25);
    }

    private static Arbitrary<Step> updates() {
        Arbitrary<Document> filters = Arbitraries.oneOf(
                ids().map(id -> new Document("_id", id)),
                Combinators.combine(ids(), Arbitraries.integers().between(0, 3))
                        .as((id, n) -> new Document("_id", id).append("n", n)));
        Arbitrary<Map<String, Object>> set =
                Arbitraries.maps(paths(), values()).ofMinSize(1).ofMaxSize(4);
        Arbitrary<List<String>> unset = paths().list().ofMaxSize(2).uniqueElements();
        return Combinators.combine(filters, set, unset, Arbitraries.of(true, true, false))
                .as((filter, fields, removed, upsert) -> {
                    Document update = new Document("$set", new Document(fields));
                    List<String> gone = removed.stream()
                            .filter(path -> fields.keySet().stream()
                                    .noneMatch(other -> leads(path, other) || leads(other, path)))
                            .toList();
                    if (!gone.isEmpty()) {
                        Document paths = new Document();
                        gone.forEach(path -> paths.append(path, ""));
                        update.append("$unset", paths);
                    }
                    return new Step(
                            "update " + filter + " " + update + " " + upsert,
                            collection -> collection.updateOne(filter, update, new UpdateOptions().upsert(upsert)));
                });
    }

    private static boolean leads(String path, String to) {
        return (to + ".").startsWith(path + ".");
    }

    private static Arbitrary<Step> finds() {
        Arbitrary<Document> filters = Arbitraries.oneOf(
                ids().map(id -> new Document("_id", id)),
                ids().list().ofMaxSize(3).uniqueElements().map(some -> new Document("_id", new Document("$in", some))),
                Arbitraries.integers().between(0, 3).map(n -> new Document("n", n)));
        Arbitrary<List<String>> fields = Arbitraries.of("a", "n", "_id", "a.b")
                .list()
                .ofMaxSize(2)
                .uniqueElements()
                .filter(names -> !names.containsAll(List.of("a", "a.b")));
        return Combinators.combine(filters, fields, Arbitraries.of(0, 1))
                .as((filter, names, limit) -> new Step("find " + filter + " " + names, collection -> collection
                        .find(filter)
                        .projection(included(names))
                        .sort(limit == 0 ? null : new Document("_id", -1))
                        .limit(limit)));
    }

    private static Document included(List<String> names) {
        Document fields = new Document();
        names.forEach(name -> fields.append(name, 1));
        return fields;
    }

    private static Arbitrary<Step> removals() {
        return ids().map(id -> new Step("delete " + id, collection -> collection.deleteOne(new Document("_id", id))));
    }

    private static Arbitrary<Step> replacements() {
        return Combinators.combine(ids(), values())
                .as((id, value) -> new Step(
                        "replace " + id + " " + value,
                        collection -> collection.replaceOne(new Document("_id", id), new Document("a", value))));
    }

    private static Arbitrary<String> ids() {
        return Arbitraries.of(IDS);
    }

    private static Arbitrary<String> paths() {
        return Arbitraries.of("a", "a.b", "a.b.c", "a.é", "n", "n.x", "list", "list.0", "z.y.x");
    }

    /**
     * No two numbers are equal and of different types: the library takes 3 for 3L and leaves what is there, where
     * MongoDB, and a packed document, take the new type.
     */
    private static Arbitrary<Object> values() {
        List<Object> all = new ArrayList<>(Stream.of(
                        1,
                        2,
                        3_000_000_000L,
                        1.5,
                        true,
                        "",
                        "täglich 👋",
                        "x".repeat(300),
                        Date.from(Instant.ofEpochMilli(1_700_000_000_123L)),
                        new Binary(new byte[] {0, 1, -1}),
                        new UUID(1, 2),
                        new ObjectId("507f1f77bcf86cd799439011"),
                        Decimal128.parse("1.25"),
                        List.of(),
                        List.of("p", 4, new Document("q", 5)),
                        new Document(),
                        new Document("b", new Document("c", 7)),
                        new Document("é", "è").append("b", 0))
                .toList());
        return Arbitraries.of(all);
    }
}
