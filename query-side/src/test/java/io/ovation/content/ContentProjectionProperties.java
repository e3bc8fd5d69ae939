package io.ovation.content;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import io.ovation.Caller;
import io.ovation.ValidationFailed;
import io.ovation.content.ContentQuery.CommentView;
import io.ovation.content.ContentQuery.ContentView;
import io.ovation.content.ContentQuery.Counters;
import io.ovation.content.ContentQuery.FindComments;
import io.ovation.content.ContentQuery.FindContent;
import io.ovation.content.ContentQuery.FindContents;
import io.ovation.content.ContentQuery.FindReactions;
import io.ovation.content.ContentQuery.ReactionPage;
import io.ovation.documents.DocumentListener;
import io.ovation.documents.DocumentType;
import io.ovation.documents.Home;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
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
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
                assertThat(Objects.requireNonNullElse(view.reactions(), Map.of()))
                        .isEqualTo(plain.reactions());
                assertThat(Objects.requireNonNullElse(view.myReactions(), List.of()))
                        .isEqualTo(plain.reactionsOf(user));
            }
            List<CommentView> comments = model.queries()
                    .handle(new FindComments(ContentScript.id(content), new Caller("ann", false), null, null, 200))
                    .join()
                    .comments();
            assertThat(comments.stream().filter(comment -> comment.redacted() == null))
                    .hasSize((int) plain.counters().comments());
            assertThat(comments).allSatisfy(comment -> assertThat(
                            Objects.requireNonNullElse(comment.reactions(), Map.of()))
                    .as("a comment's reactions go with its redaction")
                    .isEqualTo(
                            comment.redacted() == null
                                    ? new PlainCount(ContentScript.comment(content, comment.seq()), events)
                                            .reactions()
                                    : Map.of()));
            assertThat(reactors(model, target)).containsExactlyInAnyOrderElementsOf(plain.likers());
        }
        ContentModel rebuilt = new ContentModel(Home.EMBEDDED);
        rebuilt.handle(events, 0, events.size());
        assertThat(rebuilt.dump()).isEqualTo(model.dump());
    }

    /** All pages, of two each. */
    private static List<String> reactors(ContentModel model, Target target) {
        List<String> all = new ArrayList<>();
        String after = null;
        do {
            ReactionPage page = model.queries()
                    .handle(new FindReactions(target, "like", new Caller("ann", false), after, 2))
                    .join();
            all.addAll(page.users());
            after = page.next();
        } while (after != null);
        return all;
    }

    @Example
    void whoReactedIsPagedInTheOrderInWhichTheyFirstDidHoweverManyChangeTheirMinds() {
        ContentModel model = new ContentModel(Home.EMBEDDED);
        ContentScript script = new ContentScript().publish("one");
        Target target = ContentScript.target("one");
        for (int i = 0; i < 500; i++) {
            script.like(target, "like", "user " + i);
        }
        List<DomainEventMessage<Object>> events = new ArrayList<>(script.take());
        model.handle(events, 0, events.size());
        FindReactions first = new FindReactions(target, "like", new Caller("ann", false), null, 150);
        ReactionPage before = model.queries().handle(first).join();
        assertThat(before.next()).isEqualTo("user 149");
        int from = events.size();
        for (int i = 0; i < 500; i += 3) {
            script.withdraw(target, "like", "user " + i);
        }
        script.withdraw(target, "like", "user 149").like(target, "like", "user 149").like(target, "like", "user 3");
        events.addAll(script.take());
        model.handle(events, from, events.size());
        List<String> rest = model.queries()
                .handle(new FindReactions(target, "like", new Caller("ann", false), before.next(), 200))
                .join()
                .users();
        assertThat(rest).hasSize(200).startsWith("user 151", "user 152", "user 154");
        assertThat(reactors(model, target)).hasSize(334).startsWith("user 1", "user 2", "user 3", "user 4");
        assertThatThrownBy(() -> model.queries()
                        .handle(new FindReactions(target, "like", new Caller("ann", false), "nobody", 1))
                        .join())
                .hasCauseInstanceOf(ValidationFailed.class);
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
