package io.ovation.inbox;

import java.time.Duration;
import java.util.List;
import java.util.UUID;

import io.ovation.Caller;
import io.ovation.QuerySide;
import io.ovation.TestLog;
import io.ovation.content.Target;
import io.ovation.inbox.InboxQuery.FindInbox;
import io.ovation.inbox.InboxQuery.FindNotification;
import io.ovation.inbox.InboxQuery.FindTold;
import io.ovation.inbox.InboxQuery.InboxPage;
import io.ovation.inbox.InboxQuery.Located;
import io.ovation.inbox.InboxQuery.NotificationView;
import io.ovation.inbox.InboxQuery.Told;
import io.ovation.inbox.InboxRejection.NotYours;
import io.ovation.inbox.InboxRejection.NotificationNotFound;
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
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Through Axon's query gateway, with both processors running. */
class InboxQueriesTest {
    private static final TestLog LOG = new TestLog();
    private static final QuerySide ROOM = new QuerySide(LOG);
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final String ann = "ann " + UUID.randomUUID();
    private final Caller asAnn = new Caller(ann, false);
    private final Topic topic = Topic.inbox(ann);

    @AfterAll
    static void stop() {
        ROOM.close();
    }

    @Test
    void whatIsRecordedIsThereAtOnceAndWhatIsReadIsRead() {
        long first = record(new Happenings().direct("talk", "bob", ann));
        NotificationView one = page().notifications().getFirst();
        assertThat(page().unread()).isEqualTo(1);
        assertThat(ROOM.queries()
                        .query(new FindNotification(asAnn, one.notificationId()), Located.class)
                        .join())
                .isEqualTo(new Located(first));
        Caller bob = new Caller("bob", false);
        assertThatThrownBy(() -> ROOM.queries()
                        .query(new FindNotification(bob, one.notificationId()), Located.class)
                        .join())
                .rootCause()
                .isInstanceOf(NotificationNotFound.class);

        record(new Happenings().read(ann, first));

        assertThat(page().unread()).isZero();
        assertThat(page().notifications()).extracting(NotificationView::read).containsExactly(true);
    }

    @Test
    void aCursorNamesWhatWasToldUpToThereAndNotWhatFoldedSince() {
        long old = record(new Happenings().mention("walk", "bob", ann));
        long seen = record(new Happenings().direct("talk", "bob", ann));
        assertThat(page().position()).isEqualTo(seen);
        record(new Happenings().direct("talk", "bob", ann));

        Told told =
                ROOM.queries().query(new FindTold(asAnn, seen), Told.class).join();

        assertThat(told.position()).isEqualTo(old);
        record(new Happenings().read(ann, told.position()));
        assertThat(page().notifications()).extracting(NotificationView::read).containsExactly(false, true);
        assertThat(ROOM.queries().query(new FindTold(asAnn, -1), Told.class).join())
                .isEqualTo(new Told(null, -1));
    }

    @Test
    void eachChangeIsToldLiveInOrderAndTheCountAfterIt() {
        SubscriptionQueryResult<Update, Update> watching = ROOM.queries()
                .subscriptionQuery(
                        new WatchTopic(topic),
                        ResponseTypes.instanceOf(Update.class),
                        ResponseTypes.instanceOf(Update.class));

        StepVerifier.create(watching.updates().map(Update::frame))
                .then(() -> record(new Happenings().direct("talk", "bob", ann)))
                .expectNextMatches(frame -> frame instanceof Frame.Notification told && told.count() == 1)
                .expectNext(new Frame.Unread(1))
                .then(() -> record(new Happenings().direct("talk", "cid", ann)))
                .expectNextMatches(frame -> frame instanceof Frame.Notification told
                        && told.count() == 2
                        && told.actors().equals(List.of("cid", "bob")))
                .expectNext(new Frame.Unread(1))
                .then(() -> record(new Happenings().read(ann, LOG.events().size())))
                .expectNext(new Frame.Unread(0))
                .thenCancel()
                .verify(PATIENCE);
        assertThat(ROOM.bean(TopicQueryUpdateEmitter.class).watchedTopics()).isZero();
    }

    @Test
    void onlyItsOwnerWatchesAnInboxAndIsToldHowItStands() {
        assertThat(watchable(asAnn)).isEqualTo(new Watchable(-1, List.of(new Update(topic, -1, new Frame.Unread(0)))));
        long last = record(new Happenings().direct("talk", "bob", ann).mention("walk", "bob", ann));

        assertThat(watchable(asAnn))
                .isEqualTo(new Watchable(last, List.of(new Update(topic, last, new Frame.Unread(2)))));
        assertThatThrownBy(() -> watchable(new Caller("bob", true))).rootCause().isInstanceOf(NotYours.class);
    }

    @Test
    void whoWasAwayIsToldOfEachThatHasChangedOnceAsItIsNow() {
        long seen = record(new Happenings().direct("talk", "bob", ann).mention("walk", "bob", ann));
        record(new Happenings()
                .direct("talk", "bob", ann)
                .comment("post", "cid", ann, null)
                .direct("talk", "bob", ann));

        List<Update> missed = Flux.from(ROOM.queries().streamingQuery(new FindMissed(topic, seen), Update.class))
                .collectList()
                .block(PATIENCE);

        assertThat(missed)
                .extracting(Update::frame)
                .extracting(frame -> ((Frame.Notification) frame).kind())
                .containsExactly(NotificationKind.comment, NotificationKind.message);
        assertThat(missed).extracting(Update::sequence).containsExactly(seen + 2, seen + 3);
        assertThat(missed)
                .last()
                .extracting(update -> ((Frame.Notification) update.frame()).count())
                .isEqualTo(3L);
    }

    @Test
    void ofWhatOneMayNotReadNothingIsListedNorCountedAndItIsBackWhenOneIsLetInAgain() {
        String talk = "talk " + ann;
        record(new Happenings().open(talk, "bob", ann).mention(talk, "bob", ann).direct("walk " + ann, "bob", ann));
        assertThat(page().unread()).isEqualTo(2);
        SubscriptionQueryResult<Update, Update> watching = ROOM.queries()
                .subscriptionQuery(
                        new WatchTopic(topic),
                        ResponseTypes.instanceOf(Update.class),
                        ResponseTypes.instanceOf(Update.class));

        StepVerifier.create(watching.updates().map(Update::frame))
                .then(() -> record(new Happenings().leave(talk, ann)))
                .expectNext(new Frame.Unread(1))
                .then(() -> {
                    assertThat(page().notifications())
                            .extracting(NotificationView::kind)
                            .containsExactly(NotificationKind.message);
                    assertThat(page().unread()).isEqualTo(1);
                    record(new Happenings().join(talk, ann));
                })
                .expectNext(new Frame.Unread(2))
                .thenCancel()
                .verify(PATIENCE);
        assertThat(page().notifications()).hasSize(2);
    }

    @Test
    void whoWasToldOfALikeThatIsWithdrawnGoesOnFromThere() {
        Target post = new Target.OfContent(Happenings.id("post " + ann));
        long told = record(new Happenings().like(post, "bob", ann));
        record(new Happenings().unlike(post, "bob", ann));

        assertThat(page().notifications()).isEmpty();
        assertThat(watchable(asAnn).last()).isEqualTo(told);
        assertThat(page().position()).isEqualTo(told);
    }

    @Test
    void aRetractedContentTakesItsNotificationsWithIt() {
        String post = "post " + ann;
        record(new Happenings()
                .comment(post, "bob", ann, null)
                .like(new Target.OfContent(Happenings.id(post)), "bob", ann)
                .like(new Target.OfComment(Happenings.id(post), Happenings.id("remark")), "bob", ann));
        assertThat(page().unread()).isEqualTo(3);

        record(new Happenings().retract(post, ann));

        assertThat(page().notifications()).isEmpty();
        assertThat(page().unread()).isZero();
    }

    @Test
    void ofABatchOfAnySizeEachIsToldLive() {
        record(new Happenings().direct("talk", "bob", ann));
        SubscriptionQueryResult<Update, Update> watching = ROOM.queries()
                .subscriptionQuery(
                        WatchTopic.class.getName(),
                        new WatchTopic(topic),
                        ResponseTypes.instanceOf(Update.class),
                        ResponseTypes.instanceOf(Update.class),
                        2_048);
        Happenings happened = new Happenings();
        for (int i = 0; i < 800; i++) {
            happened.comment("post " + i + ann, "bob", ann, null);
        }

        StepVerifier.create(watching.updates()
                        .filter(update -> update.frame() instanceof Frame.Notification told
                                && told.kind() == NotificationKind.comment)
                        .map(Update::sequence)
                        .distinct()
                        .take(800)
                        .collectList())
                .then(() -> record(happened))
                .assertNext(told -> assertThat(told).isSorted())
                .expectComplete()
                .verify(PATIENCE);
        assertThat(page().unread()).isEqualTo(801);
    }

    private InboxPage page() {
        return ROOM.queries()
                .query(new FindInbox(asAnn, null, 50), InboxPage.class)
                .join();
    }

    private Watchable watchable(Caller by) {
        return ROOM.queries()
                .query(new FindWatchable(topic, by), Watchable.class)
                .join();
    }

    /** Answers the position of the last one. */
    private static long record(Happenings happened) {
        LOG.append(happened.events());
        return LOG.events().size() - 1;
    }
}
