package io.ovation.content;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

import io.ovation.AppData;
import io.ovation.Caller;
import io.ovation.QuerySide;
import io.ovation.TestLog;
import io.ovation.content.ContentQuery.ContentPage;
import io.ovation.content.ContentQuery.ContentView;
import io.ovation.content.ContentQuery.Counters;
import io.ovation.content.ContentQuery.FindComments;
import io.ovation.content.ContentQuery.FindContent;
import io.ovation.content.ContentQuery.FindContents;
import io.ovation.content.ContentQuery.FindCounters;
import io.ovation.content.ContentRejection.ContentNotFound;
import io.ovation.live.Frame;
import io.ovation.live.Topic;
import io.ovation.live.TopicQueryUpdateEmitter;
import io.ovation.live.Update;
import io.ovation.live.Watch.FindMissed;
import io.ovation.live.Watch.FindWatchable;
import io.ovation.live.Watch.WatchTopic;
import io.ovation.live.Watch.Watchable;
import org.axonframework.messaging.responsetypes.ResponseTypes;
import org.axonframework.queryhandling.SubscriptionQueryResult;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Contents and the feed as they are asked for and watched, in the room as it runs. */
class WatchedContentsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Caller BOB = new Caller("bob", false);
    private static final TestLog LOG = new TestLog();
    private static QuerySide room;

    private final ContentScript script = new ContentScript();
    private final String name = UUID.randomUUID().toString();
    private final String id = ContentScript.id(name);
    private final Topic topic = Topic.content(id);

    @BeforeAll
    static void aRoom() {
        room = new QuerySide(LOG);
    }

    @AfterAll
    static void noRoom() {
        room.close();
    }

    @Test
    void commentsAreToldLiveInOrderAndCountersAsAState() {
        record(script.publish(name));
        SubscriptionQueryResult<Update, Update> watching = watch(topic);

        StepVerifier.create(watching.updates().filter(update -> !(update.frame() instanceof Frame.State)))
                .then(() -> record(
                        script.edit(name, "new").comment(name, "bob", "hello").redact(name, 1)))
                .expectNextMatches(update -> update.sequence() == 1
                        && update.frame() instanceof Frame.ContentEdited edited
                        && edited.contentId().equals(id)
                        && ("About " + name).equals(edited.title()))
                .expectNextMatches(update -> update.sequence() == 2
                        && update.frame() instanceof Frame.Comment comment
                        && List.of("eve").equals(comment.mentions())
                        && new AppData("{\"b\":1.0}").equals(comment.data())
                        && "hello".equals(comment.body())
                        && comment.seq() == 1
                        && comment.redacted() == null)
                .expectNext(new Update(topic, 3, new Frame.CommentRedacted(id, ContentScript.id(name + "#1"), 1)))
                .then(() -> record(script.retract(name)))
                .expectNext(new Update(topic, 4, new Frame.ContentRetracted(id)))
                .thenCancel()
                .verify(PATIENCE);
        assertThat(room.bean(TopicQueryUpdateEmitter.class).watchedTopics()).isZero();
    }

    @Test
    void whatIsRedactedHasItsReactionsTakenBack() {
        record(script.publish(name).comment(name, "bob", "one").comment(name, "bob", "two"));
        Target first = ContentScript.comment(name, 1);
        record(script.like(first, "like", "ann"));
        SubscriptionQueryResult<Update, Update> watching = watch(topic);
        Frame none = new Frame.Reactions(null, ContentScript.id(name + "#1"), null, Map.of());

        StepVerifier.create(watching.updates().filter(update -> update.frame() instanceof Frame.Reactions))
                .then(() -> record(script.redact(name, 1)))
                .expectNext(new Update(topic, LOG.events().size(), none))
                .then(() -> record(
                        script.redact(name, 2).like(ContentScript.target(name), "like", "cid")))
                .expectNextMatches(
                        update -> update.frame().equals(new Frame.Reactions(null, null, id, Map.of("like", 1L))))
                .thenCancel()
                .verify(PATIENCE);
    }

    @Test
    void whatIsNotThereIsRefusedHoweverManyAskAtOnce() {
        List<CompletableFuture<Watchable>> asked = IntStream.range(0, 500)
                .mapToObj(i -> room.queries()
                        .query(new FindWatchable(Topic.content(UUID.randomUUID().toString()), BOB), Watchable.class))
                .toList();

        assertThat(asked).allSatisfy(answer -> assertThatThrownBy(answer::join)
                .hasCauseInstanceOf(ContentNotFound.class));
    }

    @Test
    void eachWatcherEndsOnThePlainCount() {
        record(script.publish(name));
        SubscriptionQueryResult<Update, Update> watching = watch(topic);
        for (int i = 0; i < 100; i++) {
            record(script.like(ContentScript.target(name), "like", "user " + i)
                    .tally(ContentScript.target(name), TallyKind.views, i + 1));
        }
        record(script.withdraw(ContentScript.target(name), "like", "user 7"));

        Frame.Counters exact = new Frame.Counters(id, 5_050, 99, 0, 0);
        Update last = Objects.requireNonNull(watching.updates()
                .filter(update -> update.frame().equals(exact))
                .blockFirst(PATIENCE));

        assertThat(last.sequence()).isEqualTo(LOG.events().size() - 1L);
        assertThat(watchable(topic).states()).containsExactly(last);
        assertThat(room.queries()
                        .query(new FindCounters(id, BOB), Counters.class)
                        .join())
                .isEqualTo(new Counters(5_050, 99, 0, 0));
        watching.cancel();
    }

    @Test
    void reactionsAreToldAsTheyChangeAndWhoComesBackHasThoseThatChangedSince() {
        record(script.publish(name).comment(name, "bob", "one").comment(name, "bob", "two"));
        SubscriptionQueryResult<Update, Update> watching = watch(topic);
        Target first = ContentScript.comment(name, 1);
        Frame told = new Frame.Reactions(null, ContentScript.id(name + "#1"), null, Map.of("like", 2L, "wow", 1L));

        StepVerifier.create(watching.updates()
                        .filter(update -> update.frame() instanceof Frame.Reactions)
                        .filter(update -> update.frame().equals(told)))
                .then(() -> record(script.like(first, "like", "ann")
                        .like(first, "wow", "bob")
                        .like(first, "like", "bob")))
                .expectNext(new Update(topic, LOG.events().size() + 2L, told))
                .thenCancel()
                .verify(PATIENCE);

        assertThat(watchable(topic).states())
                .as("a stream begins with none")
                .noneMatch(state -> state.frame() instanceof Frame.Reactions);
        assertThat(missed(topic, 2).collectList().block(PATIENCE))
                .extracting(Update::frame)
                .containsExactly(told);
        record(script.comment(name, "bob", "three").like(ContentScript.target(name), "like", "cid"));
        assertThat(missed(topic, 3).collectList().block(PATIENCE))
                .as("since the third comment")
                .extracting(Update::frame)
                .containsExactly(new Frame.Reactions(null, null, id, Map.of("like", 1L)));
        record(script.redact(name, 1));
        assertThat(missed(topic, 2).map(Update::frame).collectList().block(PATIENCE))
                .as("nothing of what was redacted")
                .doesNotContain(told)
                .filteredOn(Frame.Reactions.class::isInstance)
                .hasSize(1);
    }

    @Test
    void whatWasMissedIsWhatWasToldLiveButForWhatWasRedacted() {
        script.publish(name);
        for (int i = 0; i < 200; i++) {
            script.comment(name, "bob", "text " + i);
        }
        record(script.redact(name, 150));

        List<Update> missed =
                Objects.requireNonNull(missed(topic, 100).collectList().block(PATIENCE));

        assertThat(missed).hasSize(101);
        Frame.Comment redacted = (Frame.Comment) missed.get(49).frame();
        assertThat(redacted.seq()).isEqualTo(150);
        assertThat(redacted.body()).isNull();
        assertThat(redacted.mentions()).isNull();
        assertThat(redacted.data()).isNull();
        assertThat(redacted.redacted()).isTrue();
        assertThat(missed(topic, 10_000).collectList().block(PATIENCE)).isEmpty();
    }

    @Test
    void whatWasRetractedIsNotThere() {
        record(script.publish(name).comment(name, "bob", "text").retract(name));

        assertThatThrownBy(() -> room.queries()
                        .query(new FindContent(id, BOB), ContentView.class)
                        .join())
                .hasCauseInstanceOf(ContentNotFound.class);
        assertThatThrownBy(() -> room.queries()
                        .query(new FindCounters(id, BOB), Counters.class)
                        .join())
                .hasCauseInstanceOf(ContentNotFound.class);
        assertThatThrownBy(() -> room.queries()
                        .query(new FindComments(id, BOB, null, null, 1), Object.class)
                        .join())
                .hasCauseInstanceOf(ContentNotFound.class);
        assertThatThrownBy(() -> watchable(topic)).hasCauseInstanceOf(ContentNotFound.class);
        assertThat(feed(null, 1)).noneMatch(content -> content.contentId().equals(id));
        StepVerifier.create(missed(topic, 0)).verifyError(ContentNotFound.class);
    }

    @Test
    void theFeedTellsWhatIsPublishedAndWhatWasMissedButForWhatWasRetracted() {
        String gone = name + " gone";
        record(script.publish(name));
        SubscriptionQueryResult<Update, Update> watching = watch(Topic.feed());
        long before = watchable(Topic.feed()).last();
        assertThat(before).isEqualTo(LOG.events().size() - 1L);

        record(script.other()
                .publish(gone)
                .other()
                .publish(name + " 2")
                .edit(gone, "new")
                .edit(name + " 2", "new")
                .retract(gone));
        // what was published before may be told as late as this: a watcher knows it by its place
        Flux<Update> news = watching.updates().filter(update -> update.sequence() > before);
        List<Update> live = Objects.requireNonNull(news.take(5).collectList().block(PATIENCE));

        assertThat(live)
                .extracting(Update::sequence)
                .containsExactly(before + 2, before + 4, before + 5, before + 6, before + 7);
        assertThat(live.get(3).frame())
                .isInstanceOfSatisfying(
                        Frame.ContentEdited.class,
                        edited -> assertThat(edited.title()).isEqualTo("About " + name + " 2"));
        assertThat(live.getLast().frame()).isEqualTo(new Frame.ContentRetracted(ContentScript.id(gone)));
        assertThat(missed(Topic.feed(), before).collectList().block(PATIENCE))
                .containsExactly(live.get(1), live.get(3), live.get(4));
        assertThat(feed(null, 2)).extracting(ContentView::contentId).containsExactly(ContentScript.id(name + " 2"), id);
        assertThat(feed(ContentScript.id(name + " 2"), 1))
                .extracting(ContentView::contentId)
                .containsExactly(id);
        assertThatThrownBy(() -> feed(ContentScript.id("never"), 1)).hasCauseInstanceOf(ContentNotFound.class);
        watching.cancel();
    }

    private void record(ContentScript written) {
        LOG.append(written.take());
    }

    private static Watchable watchable(Topic topic) {
        return room.queries()
                .query(new FindWatchable(topic, BOB), Watchable.class)
                .join();
    }

    private static Flux<Update> missed(Topic topic, long after) {
        return Flux.from(room.queries().streamingQuery(new FindMissed(topic, after), Update.class));
    }

    private static List<ContentView> feed(@Nullable String before, int limit) {
        return room.queries()
                .query(new FindContents(BOB, before, limit), ContentPage.class)
                .join()
                .contents();
    }

    private static SubscriptionQueryResult<Update, Update> watch(Topic topic) {
        return room.queries()
                .subscriptionQuery(
                        WatchTopic.class.getName(),
                        new WatchTopic(topic),
                        ResponseTypes.instanceOf(Update.class),
                        ResponseTypes.instanceOf(Update.class),
                        1_024);
    }
}
