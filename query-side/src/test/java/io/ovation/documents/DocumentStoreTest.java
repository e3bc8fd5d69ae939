package io.ovation.documents;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Consumer;

import org.bson.Document;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Mono;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What both homes do. */
@ParameterizedClass
@EnumSource(Home.class)
class DocumentStoreTest {
    private static final DocumentType COUNTERS = DocumentType.of("test", "counters", "count");

    private final String name = UUID.randomUUID().toString();
    private final Home home;
    private final TestStore store;

    DocumentStoreTest(Home home) {
        this.home = home;
        this.store = home.documents(name);
    }

    @Test
    void aDocumentIsMadeAndChanged() {
        write(store, changes -> {
            changes.add(COUNTERS, "a", 1, draft -> draft.set("list.0", "x").set("name", "A"));
            changes.add(COUNTERS, "a", 2, draft -> draft.set("list.1", "y"));
        });
        write(
                store,
                changes -> changes.add(
                        COUNTERS, "a", 3, draft -> draft.set("list.0", "z").unset("name")));

        assertThat(read("a"))
                .isEqualTo(new Document("_id", "a")
                        .append("position", 3L)
                        .append("list", new Document("0", "z").append("1", "y")));
    }

    @Test
    void anEventIsTakenOnceHoweverOftenItComes() {
        Consumer<Changes> batch = changes -> {
            count(changes, "a", 1);
            count(changes, "b", 2);
            count(changes, "a", 3);
        };
        write(store, batch);
        write(store, batch);
        write(home.documents(name), batch);
        write(home.documents(name), changes -> {
            count(changes, "a", 3);
            count(changes, "a", 4);
        });

        assertThat(read("a")).containsEntry("count", 3L).containsEntry("position", 4L);
        assertThat(read("b")).containsEntry("count", 1L).containsEntry("position", 2L);
    }

    @Test
    void aBatchThatWasHalfWrittenIsCompleted() {
        write(store, changes -> count(changes, "a", 1));

        write(home.documents(name), changes -> {
            count(changes, "a", 1);
            count(changes, "b", 1);
        });

        assertThat(read("a")).containsEntry("count", 1L);
        assertThat(read("b")).containsEntry("count", 1L);
    }

    @Test
    void aSlowerWriterFailsAndThenFindsThatAllIsDone() {
        TestStore other = home.documents(name);
        write(store, changes -> count(changes, "a", 1));
        write(other, changes -> count(changes, "a", 2));

        Changes late = new Changes();
        count(late, "a", 2);
        count(late, "a", 3);
        assertThatThrownBy(() -> store.write(late)).hasMessageContaining("changed by another writer");
        assertThat(read("a")).containsEntry("count", 2L);

        store.write(late);
        assertThat(read("a")).containsEntry("count", 3L).containsEntry("position", 3L);
    }

    @Test
    void twoWritersCanNotBothMakeADocument() {
        TestStore other = home.documents(name);
        Changes first = new Changes();
        count(first, "a", 1);
        Changes second = new Changes();
        count(second, "a", 1);

        // both look before either writes
        Mono<Void> both = Mono.whenDelayError(store.writing(first), other.writing(second));
        attempt(both);
        store.write(first);
        other.write(second);

        assertThat(read("a")).containsEntry("count", 1L);
    }

    @Test
    void aStepThatChangesNothingMakesNoDocument() {
        write(store, changes -> changes.add(COUNTERS, "a", 1, draft -> {}));

        assertThat(find("a")).isNull();
    }

    @Test
    void theStateOfADocumentIsReadWhereItIsNotRemembered() {
        write(store, changes -> count(changes, "a", 1));
        write(home.documents(name), changes -> count(changes, "a", 2));

        assertThat(read("a")).containsEntry("count", 2L);
    }

    @Test
    void manyAreFoundByTheirIds() {
        write(store, changes -> List.of("a", "b", "c").forEach(id -> count(changes, id, 1)));

        List<String> found = store.find(COUNTERS, List.of("c", "a", "nobody"), "count")
                .map(document -> document.getString("_id"))
                .collectList()
                .block();

        assertThat(found).containsExactlyInAnyOrder("a", "c");
        assertThat(store.find(COUNTERS, List.of(), "count").collectList().block())
                .isEmpty();
    }

    @Test
    void aBatchMayBeOfMoreDocumentsThanOneCommandTakes() {
        String long200 = "x".repeat(200);

        write(store, changes -> {
            for (int i = 0; i < 90_000; i++) {
                changes.add(COUNTERS, long200 + i, 1, draft -> {});
            }
            count(changes, "a", 2);
        });

        assertThat(read("a")).containsEntry("count", 1L);
    }

    @Test
    void aBatchIsWrittenInSeveralCommands() {
        write(store, changes -> {
            for (int i = 0; i < 2_500; i++) {
                count(changes, "d" + i, 1);
            }
        });

        assertThat(home.dump(name).get("counters")).hasSize(2_500);
    }

    @Test
    void listenersAreToldOfWhatCanBeReadAlsoWhenABatchComesAgain() {
        List<String> told = new ArrayList<>();
        TestStore listened = home.documents(name, new DocumentListener() {
            @Override
            public DocumentType type() {
                return COUNTERS;
            }

            @Override
            public void written(String id, long position, Map<String, Object> state) {
                told.add(id + " " + state.get("count") + " at " + position + ", in the store " + read(id).get("count"));
            }
        });
        Consumer<Changes> batch = changes -> {
            count(changes, "a", 1);
            count(changes, "a", 2);
            changes.add(COUNTERS, "never made", 3, draft -> {});
        };
        write(listened, batch);
        write(listened, batch);

        assertThat(told).containsExactly("a 2 at 2, in the store 2", "a 2 at 2, in the store 2");
    }

    @Test
    void stateThatIsNotDeclaredIsNotThere() {
        assertThatThrownBy(() -> write(
                        store, changes -> changes.add(COUNTERS, "a", 1, draft -> draft.state("name", String.class))))
                .hasMessageContaining("name is not declared");
    }

    private static void count(Changes changes, String id, long position) {
        changes.add(COUNTERS, id, position, draft -> {
            Long count = draft.state("count", Long.class);
            draft.set("count", count == null ? 1L : count + 1);
        });
    }

    private static void write(TestStore store, Consumer<Changes> batch) {
        Changes changes = new Changes();
        batch.accept(changes);
        store.write(changes);
    }

    private static void attempt(Mono<Void> writing) {
        writing.onErrorComplete().block();
    }

    private Document read(String id) {
        return Objects.requireNonNull(find(id));
    }

    private @Nullable Document find(String id) {
        return home.dump(name).getOrDefault("counters", List.of()).stream()
                .filter(document -> id.equals(document.getString("_id")))
                .findAny()
                .orElse(null);
    }
}
