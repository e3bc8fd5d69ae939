package io.ovation.conversation;

import java.util.List;
import java.util.Map;

import io.ovation.documents.Home;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.axonframework.eventhandling.DomainEventMessage;
import org.bson.Document;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The documents depend on the log alone: not on how it was cut into batches, on restarts, or on what was handled twice.
 */
class ConversationProjectionProperties {

    @Property(tries = 60)
    void aRebuiltModelIsTheLiveOneDocumentForDocument(
            @ForAll Home home, @ForAll("histories") List<DomainEventMessage<?>> events) {
        ConversationModel rebuilt = new ConversationModel(home);
        rebuilt.handle(events, 0, events.size());

        assertThat(rebuilt.dump()).isEqualTo(live(events));
    }

    @Property(tries = 60)
    void anyBatchesAndRestartsGiveTheSameDocuments(
            @ForAll Home home,
            @ForAll("histories") List<DomainEventMessage<?>> events, @ForAll("cuts") List<Cut> cuts) {
        ConversationModel model = new ConversationModel(home);
        int next = 0;
        for (int i = 0; next < events.size(); i++) {
            Cut cut = cuts.get(i % cuts.size());
            if (cut.restart()) {
                model.restart();
            }
            int from = Math.max(0, next - cut.again());
            next = Math.min(events.size(), next + cut.size());
            model.handle(events, from, next);
        }

        assertThat(model.dump()).isEqualTo(live(events));
    }

    @Property(tries = 40)
    void handlingTheEndOfTheLogAgainChangesNothing(
            @ForAll Home home,
            @ForAll("histories") List<DomainEventMessage<?>> events, @ForAll("positions") int position) {
        ConversationModel model = new ConversationModel(home);
        model.handle(events, 0, events.size());
        Map<String, List<Document>> before = model.dump();

        model.handle(events, Math.min(position, events.size()), events.size());
        model.restart();
        model.handle(events, Math.min(position, events.size()), events.size());

        assertThat(model.dump()).isEqualTo(before);
    }

    /** A batch: after a restart or not, beginning with events that were handled before, and how many that were not. */
    record Cut(boolean restart, int again, int size) {}

    @Provide
    Arbitrary<List<DomainEventMessage<?>>> histories() {
        return Histories.any(120);
    }

    @Provide
    Arbitrary<List<Cut>> cuts() {
        return Combinators.combine(
                        Arbitraries.of(true, false),
                        Arbitraries.integers().between(0, 10),
                        Arbitraries.integers().between(1, 30))
                .as(Cut::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(10);
    }

    @Provide
    Arbitrary<Integer> positions() {
        return Arbitraries.integers().between(0, 120);
    }

    /** As it comes about when each event is handled as it happens. */
    private static Map<String, List<Document>> live(List<DomainEventMessage<?>> events) {
        ConversationModel model = new ConversationModel(Home.EMBEDDED);
        for (int i = 0; i < events.size(); i++) {
            model.handle(events, i, i + 1);
        }
        return model.dump();
    }
}
