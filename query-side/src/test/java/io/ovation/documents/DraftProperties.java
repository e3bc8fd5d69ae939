package io.ovation.documents;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.bson.Document;

import static org.assertj.core.api.Assertions.assertThat;

/** Changes that are folded in memory are those that either home would make one by one. */
class DraftProperties {
    private static final DocumentType THINGS = DocumentType.stateless("test", "things");

    @Property(tries = 150)
    void foldingIsTheSameAsWritingOneByOne(
            @ForAll Home home, @ForAll("changes") List<Consumer<Draft>> changes, @ForAll("cuts") List<Integer> cuts) {
        assertThat(written(home, changes, cuts)).isEqualTo(written(Home.MONGO, changes, List.of(1)));
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

    private static List<Document> written(Home home, List<Consumer<Draft>> steps, List<Integer> cuts) {
        String name = UUID.randomUUID().toString();
        TestStore store = home.documents(name);
        int next = 0;
        for (int i = 0; next < steps.size(); i++) {
            Changes batch = new Changes();
            int end = Math.min(steps.size(), next + cuts.get(i % cuts.size()));
            for (; next < end; next++) {
                batch.add(THINGS, "thing", next, steps.get(next));
            }
            store.write(batch);
        }
        return home.dump(name).getOrDefault("things", List.of()).stream()
                .map(DraftProperties::withoutEmptyParts)
                .toList();
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
