package io.ovation.conversation;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

import io.ovation.AppData;
import io.ovation.Caller;
import io.ovation.QuerySide;
import io.ovation.TestLog;
import io.ovation.conversation.ConversationQuery.BanPage;
import io.ovation.conversation.ConversationQuery.BanView;
import io.ovation.conversation.ConversationQuery.ConversationDetails;
import io.ovation.conversation.ConversationQuery.FindBans;
import io.ovation.conversation.ConversationQuery.FindConversation;
import io.ovation.conversation.ConversationQuery.FindHistory;
import io.ovation.conversation.ConversationQuery.FindMembers;
import io.ovation.conversation.ConversationQuery.HistoryPage;
import io.ovation.conversation.ConversationQuery.MemberPage;
import io.ovation.conversation.ConversationQuery.MemberView;
import io.ovation.conversation.ConversationQuery.MessageView;
import io.ovation.conversation.ConversationRejection.ConversationNotFound;
import io.ovation.conversation.ConversationRejection.NotAMember;
import io.ovation.conversation.ConversationRejection.RoleTooLow;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class DetailQueriesTest {
    private static final TestLog LOG = new TestLog();
    private static final QuerySide ROOM = new QuerySide(LOG);
    private static final AppData DATA = new AppData("{\"z\":1.50,\"a\":[\"\\u2028\"]}");
    private static final Instant SOON = Instant.parse("2026-01-02T03:04:05.123456Z");
    private static final Instant LATER = SOON.plusSeconds(3_600);
    private static final Caller ROOT = new Caller("root", true);

    private final String talk = "talk " + UUID.randomUUID();
    private final Script script = new Script();

    @AfterAll
    static void stop() {
        ROOM.close();
    }

    @Test
    void aConversationIsShownAsItIsNow() {
        record(script.open(talk, Kind.channel, "ann", "bob").send(talk, "bob", "one"));
        assertThat(details("bob"))
                .isEqualTo(new ConversationDetails(
                        Script.id(talk),
                        Kind.channel,
                        "About " + talk,
                        Posting.members,
                        Joining.invited,
                        null,
                        2,
                        Role.member,
                        1,
                        0L,
                        null));

        record(script.change(talk, "Other", DATA, 30));
        assertThat(details("ann"))
                .isEqualTo(new ConversationDetails(
                        Script.id(talk), Kind.channel, "Other", Posting.members, Joining.open, DATA, 2, Role.owner, 1,
                        1L, 30));
        assertThat(details("eve")).returns(null, ConversationDetails::role).returns(null, ConversationDetails::unread);

        record(script.change(talk, "Other", DATA, 0));
        assertThat(details("ann").slowMode()).isNull();
    }

    @Test
    void aGroupIsShownToItsMembersAlone() {
        record(script.open(talk, Kind.group, "ann", "bob"));
        rejected(() -> details("eve"), NotAMember.class);
        rejected(() -> members("eve", null, 50), NotAMember.class);
        rejected(() -> bans(new Caller("eve", false), null, 50, SOON), NotAMember.class);
        assertThat(members("bob", null, 50).members())
                .containsExactly(new MemberView("ann", Role.owner), new MemberView("bob", Role.member));
    }

    @Test
    void whatIsNotThereIsNotFound() {
        rejected(() -> details("ann"), ConversationNotFound.class);
        rejected(() -> members("ann", null, 50), ConversationNotFound.class);
        rejected(() -> bans(ROOT, null, 50, SOON), ConversationNotFound.class);
    }

    @Test
    void membersComeInTheOrderOfTheirIdsPageByPage() {
        record(script.open(talk, Kind.group, "m", "z", "B", "é", "a", "b"));
        MemberPage first = members("m", null, 2);
        assertThat(users(first)).containsExactly("B", "a");
        assertThat(first.next()).isEqualTo("a");
        record(script.remove(talk, "a").add(talk, "aa", Role.moderator));
        MemberPage second = members("m", first.next(), 4);
        assertThat(users(second)).containsExactly("aa", "b", "m", "z");
        MemberPage last = members("m", second.next(), 1);
        assertThat(users(last)).containsExactly("é");
        assertThat(last.next()).isNull();
    }

    @Test
    void ofAChannelMostSeeWhoModeratesItAndThemselves() {
        record(script.open(talk, Kind.channel, "ann", "bob", "cat").add(talk, "mod", Role.moderator));
        assertThat(users(members("bob", null, 50))).containsExactly("ann", "bob", "mod");
        assertThat(users(members("eve", null, 50))).containsExactly("ann", "mod");
        assertThat(users(members("mod", null, 50))).containsExactly("ann", "bob", "cat", "mod");
    }

    @Test
    void bansAreShownToWhoModeratesUntilTheyEnd() {
        record(script.open(talk, Kind.group, "ann", "bob")
                .ban(talk, "z", true)
                .ban(talk, "a", true)
                .ban(talk, "soon over", false)
                .ban(talk, "lifted", true)
                .unban(talk, "lifted")
                .mute(talk, "bob"));
        rejected(() -> bans(new Caller("bob", false), null, 50, SOON), RoleTooLow.class);
        assertThat(bans(ROOT, null, 50, SOON).bans())
                .extracting(BanView::user)
                .containsExactly("a", "soon over", "z");
        assertThat(bans(ROOT, null, 50, LATER).bans()).extracting(BanView::user).containsExactly("a", "z");
        BanPage first = bans(ROOT, null, 1, LATER);
        assertThat(first.next()).isEqualTo("a");
        assertThat(bans(ROOT, "a", 1, LATER).bans())
                .singleElement()
                .returns("z", BanView::user)
                .returns("Because", BanView::reason)
                .returns("someone", BanView::by);
    }

    @Test
    void dataIsToldInHistoryReplacedByAnEditAndTakenWithTheTextAndTheMentions() {
        record(script.open(talk, Kind.group, "ann", "bob"));
        for (int i = 0; i < 21; i++) {
            record(script.send(talk, "ann", "text"));
        }
        assertThat(message(21))
                .returns(new AppData("{\"n\":21}"), MessageView::data)
                .returns(List.of("a.b", "$c"), MessageView::mentions);
        record(script.edit(talk, 21, "odd"));
        assertThat(message(21).data()).isEqualTo(new AppData("{\"n\":21}"));
        record(script.edit(talk, 21, "even"));
        assertThat(message(21).data()).isEqualTo(new AppData("{\"edited\":1.50}"));
        record(script.redact(talk, 21));
        assertThat(message(21))
                .returns(null, MessageView::body)
                .returns(null, MessageView::data)
                .returns(null, MessageView::mentions);
    }

    private MessageView message(long seq) {
        return ROOM.queries()
                .query(new FindHistory(Script.id(talk), ROOT, seq - 1, null, 1), HistoryPage.class)
                .join()
                .messages()
                .getFirst();
    }

    private static List<String> users(MemberPage page) {
        return page.members().stream().map(MemberView::user).toList();
    }

    private void record(Script written) {
        LOG.append(written.take());
    }

    private ConversationDetails details(String user) {
        return ROOM.queries()
                .query(new FindConversation(Script.id(talk), new Caller(user, false)), ConversationDetails.class)
                .join();
    }

    private MemberPage members(String user, @Nullable String after, int limit) {
        return ROOM.queries()
                .query(new FindMembers(Script.id(talk), new Caller(user, false), after, limit), MemberPage.class)
                .join();
    }

    private BanPage bans(Caller by, @Nullable String after, int limit, Instant at) {
        return ROOM.queries()
                .query(new FindBans(Script.id(talk), by, after, limit, at), BanPage.class)
                .join();
    }

    private static void rejected(ThrowingCallable question, Class<? extends Throwable> rejection) {
        assertThatThrownBy(question).rootCause().isInstanceOf(rejection);
    }
}
