package io.ovation.inbox;

import java.util.List;
import java.util.stream.Stream;

import io.ovation.content.Target;
import io.ovation.documents.Home;
import io.ovation.inbox.InboxQuery.NotificationView;
import io.ovation.inbox.InboxRejection.NotificationNotFound;
import org.axonframework.eventhandling.DomainEventMessage;
import org.bson.Document;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

/** What does not happen every day: bursts, inboxes that nobody reads, and a new kind of notification. */
class InboxProjectionTest {

    private static InboxModel model() {
        return new InboxModel(Home.EMBEDDED, InboxModel.ALL);
    }

    @Test
    void tenThousandLikesAreOneNotificationThatCountsUp() {
        Happenings happened = new Happenings();
        for (int i = 0; i < 10_000; i++) {
            happened.like(new Target.OfContent("post"), "fan " + i, "ann");
        }
        InboxModel model = model();
        for (int i = 0; i < 10; i++) {
            model.handle(happened.events(), 1_000 * i, 1_000 * (i + 1));
        }

        assertThat(model.all("ann")).singleElement().satisfies(one -> {
            assertThat(one.count()).isEqualTo(10_000);
            assertThat(one.actors())
                    .hasSize(10)
                    .startsWith("fan 9999", "fan 9998")
                    .endsWith("fan 9990");
            assertThat(one.read()).isFalse();
        });
        assertThat(model.unread("ann")).isEqualTo(1);
    }

    @Test
    void whoIsBlockedTellsOfNothingAlsoAfterwards() {
        Target.OfContent post = new Target.OfContent("post");
        Happenings happened = new Happenings()
                .direct("talk", "mal", "ann")
                .block("ann", "mal")
                .direct("talk", "mal", "ann")
                .mention("tea", "mal", "ann", "bob")
                .reply("tea", "mal", "ann")
                .comment("post", "mal", "ann", "ann", "ann")
                .like(post, "mal", "ann")
                .like(post, "bob", "ann")
                .unblock("ann", "mal");
        InboxModel model = model().handle(happened.events());
        assertThat(model.all("ann"))
                .extracting(NotificationView::kind, NotificationView::count, NotificationView::actors)
                .containsExactly(
                        tuple(NotificationKind.like, 1L, List.of("bob")),
                        tuple(NotificationKind.message, 1L, List.of("mal")));
        assertThat(model.unread("ann")).isEqualTo(2);
        assertThat(model.all("bob")).extracting(NotificationView::kind).containsExactly(NotificationKind.mention);

        happened.unlike(post, "mal", "ann").reply("tea", "mal", "ann");
        model.handle(happened.events(), 9, 11);
        assertThat(model.all("ann"))
                .extracting(NotificationView::kind)
                .containsExactly(NotificationKind.reply, NotificationKind.like, NotificationKind.message);
    }

    @Test
    void afterReadingTheNextIsNew() {
        InboxModel model = model();
        Happenings happened = new Happenings().direct("talk", "bob", "ann").direct("talk", "bob", "ann");
        model.handle(happened.events(), 0, 2);
        happened.read("ann", 1).direct("talk", "bob", "ann");
        model.handle(happened.events(), 2, 4);

        assertThat(model.all("ann")).extracting(NotificationView::count).containsExactly(1L, 2L);
        assertThat(model.all("ann")).extracting(NotificationView::read).containsExactly(false, true);
        assertThat(model.unread("ann")).isEqualTo(1);
    }

    @Test
    void whatCameAfterTheReaderLookedIsNotRead() {
        Happenings happened = new Happenings()
                .direct("talk", "bob", "ann")
                .direct("talk", "bob", "ann")
                .read("ann", 0);

        assertThat(model().handle(happened.events()).unread("ann")).isEqualTo(1);
    }

    @Test
    void anInboxThatNobodyReadsIsKeptInPagesAndCountedExactly() {
        Happenings happened = new Happenings();
        for (int i = 0; i < 1_000; i++) {
            happened.comment("post " + i, "bob", "ann", null);
        }
        InboxModel model = model().handle(happened.events());
        List<NotificationView> all = model.all("ann");
        assertThat(all)
                .hasSize(1_000)
                .extracting(each -> each.target().contentId())
                .startsWith(Happenings.id("post 999"))
                .endsWith(Happenings.id("post 0"));
        assertThat(model.unread("ann")).isEqualTo(1_000);
        assertThat(model.since("ann", 99)).hasSize(900).isSorted().startsWith(100L);
        assertThat(entries(model)).isLessThan(InboxDocuments.MOST_UNREAD + InboxDocuments.PAGE);

        for (int read : List.of(0, 31, 32, 100, 703, 704, 800, 998)) {
            happened.read("ann", read);
            model.handle(
                    happened.events(),
                    happened.events().size() - 1,
                    happened.events().size());
            assertThat(model.unread("ann")).as("read up to %d", read).isEqualTo(999 - read);
            assertThat(model.all("ann"))
                    .hasSize(1_000)
                    .filteredOn(NotificationView::read)
                    .hasSize(read + 1);
        }
        assertThat(entries(model)).as("what is read goes to the archive").isLessThan(InboxDocuments.PAGE);
        for (long told : List.of(0L, 31L, 32L, 500L, 998L, 999L)) {
            assertThat(model.latest("ann", told)).isEqualTo(told);
        }
        assertThat(model.latest("ann", -1)).isNull();
        assertThat(model.first("ann", all.get(999).notificationId())).isZero();
        assertThat(model.list("ann", all.get(900).notificationId(), 200))
                .extracting(NotificationView::notificationId)
                .containsExactlyElementsOf(all.subList(901, 1_000).stream()
                        .map(NotificationView::notificationId)
                        .toList());
    }

    private static int entries(InboxModel model) {
        Document inbox = model.dump().getOrDefault("inboxes", List.of()).getFirst();
        return inbox.getList("entries", Document.class).size();
    }

    @Test
    void anothersNotificationIsNoneAlsoInTheArchive() {
        Happenings happened = new Happenings();
        for (int i = 0; i < 100; i++) {
            happened.comment("post " + i, "bob", "ann", null);
        }
        happened.read("ann", 99);
        InboxModel model = model().handle(happened.events());
        List<NotificationView> all = model.all("ann");

        for (NotificationView one : List.of(all.getFirst(), all.getLast())) {
            assertThatThrownBy(() -> model.first("bob", one.notificationId()))
                    .isInstanceOf(NotificationNotFound.class);
            assertThatThrownBy(() -> model.list("bob", one.notificationId(), 10))
                    .isInstanceOf(NotificationNotFound.class);
        }
        assertThatThrownBy(() -> model.first("ann", Happenings.id("no such")))
                .isInstanceOf(NotificationNotFound.class);
    }

    @Test
    void aNewKindTellsOfThePastWhenTheLogIsReplayed() {
        Happenings happened = new Happenings()
                .mention("talk", "ann", "bob")
                .reply("talk", "ann", "cid")
                .reply("talk", "bob", "cid")
                .read("bob", 0)
                .reply("talk", "ann", "bob");
        List<DomainEventMessage<?>> log = happened.events();
        Notices asItWas =
                event -> new MessageNotices().of(event).filter(notice -> notice.kind() != NotificationKind.reply);
        InboxModel before = new InboxModel(Home.EMBEDDED, List.of(asItWas)).handle(log);
        assertThat(before.all("cid")).isEmpty();
        assertThat(before.all("bob")).extracting(NotificationView::kind).containsExactly(NotificationKind.mention);

        InboxModel after = new InboxModel(Home.EMBEDDED, List.of(new MessageNotices())).handle(log);

        assertThat(after.all("cid")).singleElement().satisfies(reply -> {
            assertThat(reply.kind()).isEqualTo(NotificationKind.reply);
            assertThat(reply.count()).isEqualTo(2);
            assertThat(reply.actors()).containsExactly("bob", "ann");
        });
        assertThat(after.all("bob"))
                .extracting(NotificationView::kind)
                .containsExactly(NotificationKind.reply, NotificationKind.mention);
        assertThat(after.all("bob"))
                .as("what was there is as it was")
                .endsWith(before.all("bob").getFirst());
        // and what that is by itself, before anybody turns it on: the log asked, and nothing written
        Stream<Notice> wouldHaveSent = log.stream()
                .flatMap(event -> new MessageNotices().of(event.getPayload()))
                .filter(notice -> notice.kind() == NotificationKind.reply);
        assertThat(wouldHaveSent).extracting(Notice::user).containsExactly("cid", "cid", "bob");
    }

    @Test
    void aLikeThatFoldsBehindAMentionThatWasNotSeenReadsNothingButItself() {
        Happenings happened = new Happenings()
                .like(new Target.OfContent("old"), "bob", "ann")
                .like(new Target.OfContent("post"), "bob", "ann")
                .mention("talk", "bob", "ann")
                .like(new Target.OfContent("post"), "cid", "ann")
                .like(new Target.OfContent("old"), "cid", "ann");
        InboxModel model = model().handle(happened.events());
        NotificationView post = model.all("ann").get(1);
        assertThat(post.count()).isEqualTo(2);
        happened.readFirst("ann", model.first("ann", post.notificationId()));
        model.handle(happened.events(), 5, 6);

        assertThat(model.all("ann"))
                .as("that one, and the one that began before it")
                .extracting(NotificationView::kind, NotificationView::read)
                .containsExactly(
                        tuple(NotificationKind.like, true),
                        tuple(NotificationKind.like, true),
                        tuple(NotificationKind.mention, false));
        assertThat(model.unread("ann")).isEqualTo(1);
    }

    @Test
    void likesCountPeopleAndOneThatWasWithdrawnBeforeItWasReadCountsNoMore() {
        Target post = new Target.OfContent("post");
        Happenings happened = new Happenings();
        for (int i = 0; i < 10; i++) {
            happened.like(post, "bob", "ann").unlike(post, "bob", "ann");
        }
        InboxModel model = model().handle(happened.events());
        assertThat(model.all("ann")).isEmpty();
        assertThat(model.unread("ann")).isZero();

        int from = happened.events().size();
        for (int i = 0; i < 12; i++) {
            happened.like(post, "fan " + i, "ann");
        }
        happened.unlike(post, "fan 11", "ann").unlike(post, "fan 3", "ann").unlike(post, "stranger", "ann");
        model.handle(happened.events(), from, happened.events().size());
        assertThat(model.all("ann")).singleElement().satisfies(one -> {
            assertThat(one.count()).isEqualTo(10);
            assertThat(one.actors())
                    .containsExactly(
                            "fan 10", "fan 9", "fan 8", "fan 7", "fan 6", "fan 5", "fan 4", "fan 2", "fan 1", "fan 0");
        });

        int read = happened.events().size();
        happened.read("ann", read - 1).unlike(post, "fan 0", "ann").like(post, "fan 0", "ann");
        model.handle(happened.events(), read, happened.events().size());
        assertThat(model.all("ann"))
                .as("what was read stays as it was")
                .extracting(NotificationView::count)
                .containsExactly(1L, 10L);
    }

    @Test
    void readingMessagesReadsTheirNotifications() {
        Happenings happened = new Happenings()
                .direct("talk", "bob", "ann")
                .direct("talk", "bob", "ann")
                .direct("talk", "bob", "ann")
                .mention("walk", "bob", "ann")
                .readMessages("talk", "ann", 1);
        InboxModel model = model().handle(happened.events());
        assertThat(model.all("ann"))
                .extracting(NotificationView::kind, NotificationView::count, NotificationView::read)
                .containsExactly(
                        tuple(NotificationKind.mention, 1L, false), tuple(NotificationKind.message, 1L, false));

        happened.readMessages("talk", "ann", 2).direct("talk", "bob", "ann");
        model.handle(happened.events(), 5, 7);
        assertThat(model.all("ann"))
                .extracting(NotificationView::kind, NotificationView::count, NotificationView::read)
                .containsExactly(
                        tuple(NotificationKind.message, 1L, false),
                        tuple(NotificationKind.mention, 1L, false),
                        tuple(NotificationKind.message, 1L, true));
        assertThat(model.unread("ann")).isEqualTo(2);
    }

    @Test
    void whoReadsTheirMessagesAndNeverTheirInboxHasNoneUnreadInTheArchive() {
        Happenings happened = new Happenings();
        for (int i = 0; i < 100; i++) {
            happened.direct("talk " + i, "bob", "ann").readMessages("talk " + i, "ann", 2L * i);
        }
        InboxModel model = model().handle(happened.events());
        assertThat(model.unread("ann")).isZero();
        assertThat(entries(model)).isLessThan(InboxDocuments.PAGE);
        assertThat(model.dump().getOrDefault("inboxes", List.of()).getFirst()).doesNotContainKey("unreadPage");
    }
}
