package io.ovation.documents;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;

import com.mongodb.reactivestreams.client.MongoDatabase;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import org.bson.Document;
import reactor.core.publisher.Flux;

import static org.assertj.core.api.Assertions.assertThat;

/** Changes that are folded in memory are those that the server would make one by one. */
class DraftProperties {
    private static final TestMongo MONGO = new TestMongo();
    private static final DocumentType THINGS = DocumentType.stateless("things");

    @AfterContainer
    static void stop() {
        MONGO.close();
    }

    @Property(tries = 150)
    void foldingIsTheSameAsWritingOneByOne(
            @ForAll("changes") List<Consumer<Draft>> changes, @ForAll("cuts") List<Integer> cuts) {
        assertThat(written(changes, cuts)).isEqualTo(written(changes, List.of(1)));
    }

    @Provide
    Arbitrary<List<Consumer<Draft>>> changes() {
        Arbitrary<String> path = Arbitraries.of("a", "a.0", "a.1", "a.0.x", "b", "b.y");
        Arbitrary<Consumer<Draft>> setting = Combinators.combine(
                        path, Arbitraries.integers().between(0, 9))
                .as((where, what) -> draft -> draft.set(where, depth(where) == 3 ? what : new Document("x", what)));
        Arbitrary<Consumer<Draft>> removing = path.map(where -> draft -> draft.unset(where));
        // the first makes the document, as no event but the first can
        return Arbitraries.oneOf(setting, setting, removing)
                .list()
                .ofMaxSize(12)
                .map(later -> {
                    List<Consumer<Draft>> all = new ArrayList<>();
                    all.add(draft -> draft.set("made", true));
                    all.addAll(later);
                    return all;
                });
    }

    @Provide
    Arbitrary<List<Integer>> cuts() {
        return Arbitraries.integers().between(1, 5).list().ofMinSize(1).ofMaxSize(5);
    }

    private static int depth(String path) {
        return path.split("\\.").length;
    }

    private static List<Document> written(List<Consumer<Draft>> steps, List<Integer> cuts) {
        MongoDatabase database = MONGO.database(UUID.randomUUID().toString());
        DocumentStore store = new DocumentStore(database, true, List.of());
        int next = 0;
        for (int i = 0; next < steps.size(); i++) {
            Changes batch = new Changes();
            int end = Math.min(steps.size(), next + cuts.get(i % cuts.size()));
            for (; next < end; next++) {
                batch.add(THINGS, "thing", next, steps.get(next));
            }
            store.write(batch).block();
        }
        List<Document> documents =
                Flux.from(database.getCollection("things").find()).collectList().block();
        return documents == null
                ? List.of()
                : documents.stream().map(DraftProperties::withoutEmptyParts).toList();
    }

    /** An empty part is as good as none. */
    private static Document withoutEmptyParts(Document document) {
        Document full = new Document();
        document.forEach((name, value) -> {
            Object kept = value instanceof Document part ? withoutEmptyParts(part) : value;
            if (!(kept instanceof Document part && part.isEmpty())) {
                full.put(name, kept);
            }
        });
        return full;
    }
}
