package io.ovation.content;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import io.ovation.Caller;
import io.ovation.content.ContentQuery.CommentView;
import io.ovation.content.ContentQuery.ContentView;
import io.ovation.content.ContentQuery.Counters;
import io.ovation.content.ContentQuery.FindComments;
import io.ovation.content.ContentQuery.FindContent;
import io.ovation.content.ContentQuery.FindContents;
import io.ovation.documents.DocumentListener;
import io.ovation.documents.DocumentType;
import io.ovation.documents.Home;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.UniqueElements;
import org.axonframework.eventhandling.DomainEventMessage;
import org.jspecify.annotations.Nullable;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Counters are a plain count over the log: however it was cut into batches, on restarts, and whatever was handled
 * twice; and so is what was told last.
 */
class ContentProjectionProperties {

    /** A batch: after a restart or not, beginning with events that were handled before, and how many that were not. */
    record Cut(boolean restart, int again, int size) {}

    /** The last that was told of each content, by a watcher that passes over what is no newer. */
    private static final class Told implements DocumentListener {
        private final Map<String, Long> versions = new HashMap<>();
        private final Map<String, Counters> last = new HashMap<>();

        @Override
        public DocumentType type() {
            return ContentDocuments.COUNTERS;
        }

        @Override
        public void written(String id, long position, Map<String, Object> state) {
            if (versions.merge(id, position, Math::max) == position) {
                last.put(id, CounterDocuments.counters(state));
            }
        }
    }

    @Property(tries = 60)
    void countersAreAPlainCountWhateverTheBatchesAndRestarts(
            @ForAll Home home,
            @ForAll("histories") List<DomainEventMessage<Object>> events, @ForAll("cuts") List<Cut> cuts) {
        Told told = new Told();
        ContentModel model = new ContentModel(home, told);
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
        for (String content : ContentHistories.CONTENTS) {
            Target target = ContentScript.target(content);
            PlainCount plain = new PlainCount(target, events);
            assertThat(told.last.get(target.key())).isEqualTo(plain.counters());
            for (String user : ContentHistories.USERS) {
                ContentView view = model.queries()
                        .handle(new FindContent(ContentScript.id(content), new Caller(user, false)))
                        .join();
                assertThat(view.counters()).isEqualTo(plain.counters());
                assertThat(view.likedByMe()).isEqualTo(plain.likedBy(user));
                Map<String, Long> others = new HashMap<>(plain.reactions());
                others.remove("like");
                assertThat(Objects.requireNonNullElse(view.reactions(), Map.of()))
                        .isEqualTo(others);
            }
            List<CommentView> comments = model.queries()
                    .handle(new FindComments(ContentScript.id(content), new Caller("ann", false), null, null, 200))
                    .join()
                    .comments();
            assertThat(comments.stream().filter(comment -> comment.redacted() == null))
                    .hasSize((int) plain.counters().comments());
            assertThat(comments).allSatisfy(comment -> assertThat(
                            Objects.requireNonNullElse(comment.reactions(), Map.of()))
                    .isEqualTo(new PlainCount(ContentScript.comment(content, comment.seq()), events).reactions()));
        }
        ContentModel rebuilt = new ContentModel(Home.EMBEDDED);
        rebuilt.handle(events, 0, events.size());
        assertThat(rebuilt.dump()).isEqualTo(model.dump());
    }

    @Property(tries = 60)
    void theFeedIsReadFromAnyPlaceInEitherDirectionHoweverFarApartItsContentsAre(
            @ForAll Home home,
            @ForAll @Size(min = 1, max = 40) @UniqueElements List<@LongRange(min = 0, max = 3_000_000) Long> positions,
            @ForAll @IntRange(min = 1, max = 10) int limit,
            @ForAll @LongRange(min = -1, max = 3_000_001) long from) {
        ContentModel model = new ContentModel(home);
        ContentScript script = new ContentScript();
        List<Long> ordered = positions.stream().sorted().toList();
        for (long position : ordered) {
            model.handle(script.publish("at " + position).take(), position);
        }
        assertThat(model.feed().last().block()).isEqualTo(ordered.getLast());
        assertThat(model.feed()
                        .oldestAbove(from, ordered.getLast())
                        .map(FeedIndex.Entry::position)
                        .collectList()
                        .block())
                .isEqualTo(ordered.stream().filter(position -> position > from).toList());
        List<String> read = new ArrayList<>();
        for (List<ContentView> page = page(model, null, limit);
                !page.isEmpty();
                page = page(model, read.getLast(), limit)) {
            assertThat(page).hasSizeLessThanOrEqualTo(limit);
            page.forEach(content -> read.add(content.contentId()));
        }
        assertThat(read)
                .isEqualTo(ordered.reversed().stream()
                        .map(position -> ContentScript.id("at " + position))
                        .toList());
    }

    private static List<ContentView> page(ContentModel model, @Nullable String before, int limit) {
        return model.queries()
                .handle(new FindContents(new Caller("ann", false), before, limit))
                .join()
                .contents();
    }

    @Provide
    Arbitrary<List<DomainEventMessage<Object>>> histories() {
        return ContentHistories.any(120);
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
}
