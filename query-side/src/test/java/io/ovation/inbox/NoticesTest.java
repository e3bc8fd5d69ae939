package io.ovation.inbox;

import java.time.Instant;
import java.util.List;

import io.ovation.content.ReactionEvent.Liked;
import io.ovation.content.Target;
import org.junit.jupiter.api.Test;

import static io.ovation.inbox.NotificationKind.comment;
import static io.ovation.inbox.NotificationKind.like;
import static io.ovation.inbox.NotificationKind.mention;
import static io.ovation.inbox.NotificationKind.message;
import static io.ovation.inbox.NotificationKind.reply;
import static org.assertj.core.api.Assertions.assertThat;

/** Whom an event concerns. */
class NoticesTest {
    private static List<Notice> notices(Happenings happened) {
        return InboxModel.ALL.stream().flatMap(sort -> sort.of(happened.last())).toList();
    }

    private static List<String> told(Happenings happened) {
        return notices(happened).stream()
                .map(notice -> notice.user() + " " + notice.kind())
                .toList();
    }

    @Test
    void aMessageConcernsWhomItNames() {
        assertThat(told(new Happenings().mention("talk", "ann", "bob", "cid")))
                .containsExactlyInAnyOrder("bob " + mention, "cid " + mention);
        assertThat(told(new Happenings().mention("talk", "ann"))).isEmpty();
    }

    @Test
    void eachIsToldOnceOfTheMostSpecific() {
        assertThat(told(new Happenings().message("talk", "ann", "bob", "bob", "bob")))
                .containsExactly("bob " + mention);
        assertThat(told(new Happenings().message("talk", "ann", "bob", "bob"))).containsExactly("bob " + reply);
        assertThat(told(new Happenings().message("talk", "ann", null, "bob"))).containsExactly("bob " + message);
        assertThat(told(new Happenings().message("talk", "ann", "cid", null, "bob")))
                .containsExactlyInAnyOrder("bob " + mention, "cid " + reply);
    }

    @Test
    void nobodyIsToldOfTheirOwnActs() {
        assertThat(told(new Happenings().message("talk", "ann", "ann", null, "ann")))
                .isEmpty();
        assertThat(told(new Happenings().message("talk", "ann", "ann", "bob"))).containsExactly("bob " + message);
        assertThat(told(new Happenings().comment("post", "ann", "ann", "ann"))).isEmpty();
        assertThat(told(new Happenings().like(new Target.OfContent("post"), "ann", "ann")))
                .isEmpty();
    }

    @Test
    void aCommentConcernsWhomItNamesAndEachIsToldOnce() {
        assertThat(told(new Happenings().comment("post", "ann", "bob", "cid", "bob", "cid", "dan", "ann")))
                .containsExactlyInAnyOrder("bob " + mention, "cid " + mention, "dan " + mention);
    }

    @Test
    void noReactionButALikeIsToldOf() {
        Liked liked = new Liked(new Target.OfContent("post"), "wow", "ann", "bob", null, Instant.EPOCH);
        assertThat(InboxModel.ALL.stream().flatMap(sort -> sort.of(liked))).isEmpty();
    }

    @Test
    void aCommentConcernsTheContentsAuthorAndWhoIsRepliedTo() {
        assertThat(told(new Happenings().comment("post", "ann", "bob", null))).containsExactly("bob " + comment);
        assertThat(told(new Happenings().comment("post", "ann", "bob", "cid")))
                .containsExactlyInAnyOrder("bob " + comment, "cid " + reply);
        assertThat(told(new Happenings().comment("post", "ann", "bob", "bob"))).containsExactly("bob " + reply);
        assertThat(told(new Happenings().comment("post", "ann", "bob", "ann"))).containsExactly("bob " + comment);
        assertThat(told(new Happenings().comment("post", "bob", "bob", "cid"))).containsExactly("cid " + reply);
    }

    @Test
    void aTargetSaysWhereTheLatestIs() {
        String talk = Happenings.id("talk");
        String post = Happenings.id("post");
        assertThat(notices(new Happenings().mention("talk", "ann", "bob")))
                .extracting(Notice::target)
                .containsExactly(NotificationTarget.message(talk, Happenings.id("talk1"), 1));
        assertThat(notices(new Happenings().comment("post", "ann", "bob", "cid")))
                .extracting(Notice::target)
                .containsExactlyInAnyOrder(
                        NotificationTarget.comment(post, Happenings.id("post1"), 1L),
                        NotificationTarget.comment(post, Happenings.id("post1"), 1L));
        assertThat(target(new Target.OfContent("post"))).isEqualTo(NotificationTarget.content("post"));
        assertThat(target(new Target.OfComment("post", "remark")))
                .isEqualTo(NotificationTarget.comment("post", "remark", null));
        assertThat(target(new Target.OfMessage("talk", "word")))
                .isEqualTo(NotificationTarget.message("talk", "word", 7));
    }

    private static NotificationTarget target(Target liked) {
        List<Notice> notices = notices(new Happenings().like(liked, "ann", "bob"));
        assertThat(notices).extracting(Notice::kind).containsExactly(like);
        return notices.getFirst().target();
    }
}
