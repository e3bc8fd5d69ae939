package io.ovation.conversation;

import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.ovation.Caller;
import io.ovation.QuerySide;
import io.ovation.TestLog;
import io.ovation.conversation.ConversationQuery.ConversationPage;
import io.ovation.conversation.ConversationQuery.ConversationView;
import io.ovation.conversation.ConversationQuery.FindConversations;
import io.ovation.conversation.ConversationQuery.FindHistory;
import io.ovation.conversation.ConversationQuery.FindReceipts;
import io.ovation.conversation.ConversationQuery.HistoryPage;
import io.ovation.conversation.ConversationQuery.MessageView;
import io.ovation.conversation.ConversationQuery.ReceiptPage;
import io.ovation.conversation.ConversationQuery.ReceiptView;
import io.ovation.conversation.ConversationRejection.ConversationNotFound;
import io.ovation.conversation.ConversationRejection.NotAMember;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Through Axon's query gateway, with the processor running: each question comes right after the events, and must see
 * them.
 */
class ConversationQueriesTest {
    private static final TestLog LOG = new TestLog();
    private static final QuerySide ROOM = new QuerySide(LOG);

    private final String ann = "ann " + UUID.randomUUID();
    private final String bob = "bob/0." + UUID.randomUUID() + "$";
    private final String cid = "cid " + UUID.randomUUID();
    private final String talk = "talk " + UUID.randomUUID();
    private final Script script = new Script();

    @AfterAll
    static void stop() {
        ROOM.close();
    }

    @Test
    void aMessageIsThereAsSoonAsItIsRecorded() {
        record(script.open(talk, Kind.group, ann, bob));
        for (int i = 1; i <= 50; i++) {
            record(script.send(talk, ann, "text " + i));
            HistoryPage page = history(ann, null, null, 1);
            assertThat(page.lastSeq()).isEqualTo(i);
            assertThat(page.messages()).extracting(MessageView::body).containsExactly("text " + i);
        }
    }

    @Test
    void aMessageShowsWhatItWasSentWith() {
        record(script.open(talk, Kind.group, ann, bob));
        for (int i = 0; i < 35; i++) {
            script.send(talk, bob, "Ünïcödé — “" + i + "” 🐋");
        }
        record(script);

        MessageView message = history(ann, 34L, null, 50).messages().getFirst();
        assertThat(message.messageId()).isEqualTo(Script.messageId(talk, 35));
        assertThat(message.sender()).isEqualTo(bob);
        assertThat(message.body()).isEqualTo("Ünïcödé — “34” 🐋");
        assertThat(message.replyTo()).isEqualTo(Script.messageId(talk, 34));
        assertThat(message.mentions()).containsExactly("a.b", "$c");
        assertThat(message.sentAt().getNano() % 1_000_000)
                .as("nothing is cut off the time")
                .isNotZero();
        assertThat(message.editedAt()).isNull();
        assertThat(message.redacted()).isNull();
    }

    @Test
    void whatWasRedactedIsShownToNobody() {
        record(script.open(talk, Kind.group, ann, bob)
                .send(talk, ann, "secret")
                .edit(talk, 1, "more secret")
                .redact(talk, 1));

        assertThat(history(new Caller("root", true), null, null, 50).messages().getFirst())
                .returns(null, MessageView::body)
                .returns(true, MessageView::redacted);
        assertThat(lastMessage(ann)).returns(null, MessageView::body).returns(true, MessageView::redacted);
    }

    @Test
    void theLastMessageOfTheListIsAsItIsNow() {
        record(script.open(talk, Kind.group, ann, bob).send(talk, ann, "one").send(talk, ann, "two"));
        assertThat(lastMessage(bob).body()).isEqualTo("two");

        record(script.edit(talk, 1, "ONE"));
        assertThat(lastMessage(bob).body()).isEqualTo("two");

        record(script.edit(talk, 2, "TWO"));
        assertThat(lastMessage(bob).body()).isEqualTo("TWO");
        assertThat(lastMessage(bob))
                .isEqualTo(history(bob, null, null, 1).messages().getFirst());
    }

    @Test
    void onlyMembersReadAGroup() {
        record(script.open(talk, Kind.group, ann, bob).send(talk, ann, "text"));

        assertRejected(() -> history(cid, null, null, 50), NotAMember.class);
        assertThat(history(new Caller(cid, true), null, null, 50).lastSeq()).isEqualTo(1);

        record(script.add(talk, cid, Role.member));
        assertThat(history(cid, null, null, 50).lastSeq()).isEqualTo(1);

        record(script.remove(talk, cid));
        assertRejected(() -> history(cid, null, null, 50), NotAMember.class);
    }

    @Test
    void anyoneReadsAChannel() {
        record(script.open(talk, Kind.channel, ann).send(talk, ann, "text"));

        assertThat(history(cid, null, null, 50).messages()).hasSize(1);
    }

    @Test
    void whatIsNotThereIsNotFound() {
        assertRejected(() -> history(ann, null, null, 50), ConversationNotFound.class);
        assertRejected(() -> history(new Caller(ann, true), null, null, 50), ConversationNotFound.class);
    }

    @Test
    void aConversationWithoutMessagesIsAnEmptyPage() {
        record(script.open(talk, Kind.direct, ann, bob));

        assertThat(history(ann, null, null, 50)).isEqualTo(new HistoryPage(List.of(), 0));
        assertThat(list(ann, null, 50).getFirst())
                .isEqualTo(new ConversationView(Script.id(talk), Kind.direct, null, List.of(ann, bob), 2, null, 0, 0));
    }

    @Test
    void theListHasWhatOneIsAMemberOfLastActiveFirst() {
        List<String> names =
                Stream.of("a", "b", "c", "d").map(name -> name + talk).toList();
        names.forEach(name -> script.open(name, Kind.group, ann, bob));
        script.open("not ann's" + talk, Kind.group, bob);
        record(script.send(names.get(1), bob, "text")
                .send(names.get(0), ann, "text")
                .edit(names.get(1), 1, "later, but no activity"));

        assertThat(ids(list(ann, null, 50))).isEqualTo(ids(names, 0, 1, 3, 2));
        assertThat(ids(list(ann, null, 3))).isEqualTo(ids(names, 0, 1, 3));
        assertThat(ids(list(ann, Script.id(names.get(1)), 1))).isEqualTo(ids(names, 3));
        assertThat(ids(list(ann, Script.id(names.get(2)), 50))).isEmpty();

        record(script.remove(names.get(0), ann));
        assertThat(ids(list(ann, null, 50))).isEqualTo(ids(names, 1, 3, 2));

        record(script.add(names.get(0), ann, Role.member));
        assertThat(ids(list(ann, null, 50))).isEqualTo(ids(names, 0, 1, 3, 2));
    }

    @Test
    void aPageAfterAConversationThatIsNotOnesOwnIsNotFound() {
        record(script.open(talk, Kind.channel, ann));

        assertRejected(() -> list(bob, Script.id(talk), 50), ConversationNotFound.class);
        assertRejected(() -> list(ann, UUID.randomUUID().toString(), 50), ConversationNotFound.class);
        assertThat(list(cid, null, 50)).isEmpty();
    }

    @Test
    void membersAreThoseOfNowInTheOrderInWhichTheyCame() {
        record(script.open(talk, Kind.group, ann, bob)
                .add(talk, cid, Role.moderator)
                .remove(talk, bob)
                .add(talk, cid, Role.member)
                .add(talk, bob, Role.member));

        assertThat(list(ann, null, 50).getFirst().members()).containsExactly(ann, cid, bob);
    }

    @Test
    void aChannelShowsNoMembers() {
        record(script.open(talk, Kind.channel, ann, bob).add(talk, cid, Role.member));

        assertThat(list(cid, null, 50).getFirst().members()).isNull();
    }

    @Test
    void unreadIsWhatTheOthersSentAboveOnesReadMark() {
        record(script.open(talk, Kind.group, ann, bob));
        for (int i = 1; i <= 100; i++) {
            script.send(talk, i % 4 == 0 ? bob : ann, "text " + i);
        }
        record(script.read(talk, bob, 90));
        assertThat(unread(bob)).as("91 to 100 without 92, 96 and 100").isEqualTo(7);
        assertThat(unread(ann)).isEqualTo(25);

        record(script.read(talk, ann, 10).delivered(talk, bob, 99));
        assertThat(unread(ann)).as("far below the latest ones: 12, 16 … 100").isEqualTo(23);
        assertThat(unread(ann)).as("the same, now remembered").isEqualTo(23);
        record(script.send(talk, ann, "more").send(talk, bob, "more"));
        assertThat(unread(ann)).isEqualTo(24);
        assertThat(unread(bob)).as("nothing is read by having arrived").isEqualTo(8);

        record(script.read(talk, bob, 102).read(talk, ann, 102));
        assertThat(unread(ann)).isZero();
        assertThat(unread(bob)).isZero();
    }

    @Test
    void everyMemberOfAGroupHasAReceipt() {
        record(script.open(talk, Kind.group, ann, bob).send(talk, ann, "one").send(talk, ann, "two"));
        assertThat(receipts(ann)).containsExactly(new ReceiptView(ann, 0, 0), new ReceiptView(bob, 0, 0));

        record(script.delivered(talk, bob, 2).read(talk, bob, 1));
        assertThat(receipts(bob)).containsExactly(new ReceiptView(ann, 0, 0), new ReceiptView(bob, 2, 1));

        record(script.remove(talk, bob));
        assertThat(receipts(ann)).containsExactly(new ReceiptView(ann, 0, 0));
        assertRejected(() -> receipts(bob), NotAMember.class);
    }

    @Test
    void inAChannelThoseHaveAReceiptThatHaveAcknowledgedAndAreMembers() {
        record(script.open(talk, Kind.channel, ann, bob).send(talk, ann, "one"));
        assertThat(receipts(cid)).isEmpty();

        record(script.read(talk, bob, 1).delivered(talk, ann, 1));
        assertThat(receipts(cid)).containsExactly(new ReceiptView(ann, 1, 0), new ReceiptView(bob, 1, 1));

        record(script.remove(talk, bob));
        assertThat(receipts(cid)).containsExactly(new ReceiptView(ann, 1, 0));
    }

    @Test
    void receiptsComeInPagesInTheOrderOfUsers() {
        record(script.open(talk, Kind.group, cid, bob, ann).send(talk, ann, "one").read(talk, bob, 1));

        ReceiptPage first = receipts(ann, null, 2);
        assertThat(first.receipts()).containsExactly(new ReceiptView(ann, 0, 0), new ReceiptView(bob, 1, 1));
        assertThat(first.next()).isEqualTo(bob);
        ReceiptPage second = receipts(ann, first.next(), 2);
        assertThat(second.receipts()).containsExactly(new ReceiptView(cid, 0, 0));
        assertThat(second.next()).isNull();
    }

    @Test
    void pagesGoOnWhenWhatTheyShowedMovesOrIsLeft() {
        List<String> talks =
                IntStream.rangeClosed(1, 6).mapToObj(i -> "talk " + i + ann).toList();
        talks.forEach(each -> record(script.open(each, Kind.group, bob, ann)));

        ConversationPage first = page(ann, null, 2);
        assertThat(shown(first)).containsExactly(Script.id(talks.get(5)), Script.id(talks.get(4)));
        record(script.send(talks.get(4), bob, "it moves to the front"));
        ConversationPage second = page(ann, first.next(), 2);
        assertThat(shown(second)).containsExactly(Script.id(talks.get(3)), Script.id(talks.get(2)));
        record(script.remove(talks.get(2), ann).remove(talks.get(1), ann));
        ConversationPage third = page(ann, second.next(), 2);

        assertThat(shown(third)).containsExactly(Script.id(talks.get(0)));
        assertThat(third.next()).isNull();
        assertThat(list(ann, Script.id(talks.get(2)), 2))
                .as("before the one that was left")
                .extracting(ConversationView::conversationId)
                .containsExactly(Script.id(talks.get(0)));
    }

    private static List<String> shown(ConversationPage page) {
        return page.conversations().stream()
                .map(ConversationView::conversationId)
                .toList();
    }

    @Test
    void aListShowsFiftyMembersAndCountsThemAll() {
        String[] others = IntStream.range(0, 80).mapToObj(i -> "one " + i).toArray(String[]::new);
        record(script.open(talk, Kind.group, ann, others).remove(talk, "one 3"));

        ConversationView view = list(ann, null, 50).getFirst();
        assertThat(view.members()).hasSize(50).startsWith(ann, "one 0", "one 1", "one 2", "one 4");
        assertThat(view.memberCount()).isEqualTo(80);
    }

    @Test
    void unreadIsWhatTheOthersSent() {
        record(script.open(talk, Kind.group, ann, bob, cid)
                .send(talk, ann, "1")
                .send(talk, bob, "2")
                .send(talk, ann, "3")
                .redact(talk, 2));

        assertThat(unread(ann)).isEqualTo(1);
        assertThat(unread(bob)).isEqualTo(2);
        assertThat(unread(cid)).isEqualTo(3);
    }

    @Test
    void oneWhoPostsWithoutBeingAMemberBecomesNone() {
        record(script.open(talk, Kind.group, ann).send(talk, cid, "an admin may"));

        assertThat(list(cid, null, 50)).isEmpty();
        assertThat(list(ann, null, 50).getFirst().members()).containsExactly(ann);
        assertRejected(() -> history(cid, null, null, 50), NotAMember.class);

        record(script.add(talk, cid, Role.member));
        assertThat(unread(cid)).isZero();
    }

    private void record(Script written) {
        LOG.append(written.take());
    }

    private HistoryPage history(String user, @Nullable Long after, @Nullable Long before, int limit) {
        return history(new Caller(user, false), after, before, limit);
    }

    private HistoryPage history(Caller by, @Nullable Long after, @Nullable Long before, int limit) {
        return ROOM.queries()
                .query(new FindHistory(Script.id(talk), by, after, before, limit), HistoryPage.class)
                .join();
    }

    private List<ConversationView> list(String user, @Nullable String before, int limit) {
        return ROOM.queries()
                .query(new FindConversations(new Caller(user, false), before, null, limit), ConversationPage.class)
                .join()
                .conversations();
    }

    private ConversationPage page(String user, @Nullable Long below, int limit) {
        return ROOM.queries()
                .query(new FindConversations(new Caller(user, false), null, below, limit), ConversationPage.class)
                .join();
    }

    private List<ReceiptView> receipts(String user) {
        return receipts(user, null, 200).receipts();
    }

    private ReceiptPage receipts(String user, @Nullable String after, int limit) {
        return ROOM.queries()
                .query(new FindReceipts(Script.id(talk), new Caller(user, false), after, limit), ReceiptPage.class)
                .join();
    }

    private long unread(String user) {
        return list(user, null, 50).getFirst().unread();
    }

    private MessageView lastMessage(String user) {
        return Objects.requireNonNull(list(user, null, 50).getFirst().lastMessage());
    }

    private static List<String> ids(List<ConversationView> views) {
        return views.stream().map(ConversationView::conversationId).toList();
    }

    private static List<String> ids(List<String> names, Integer... which) {
        return Stream.of(which).map(i -> Script.id(names.get(i))).toList();
    }

    private static void assertRejected(ThrowingCallable question, Class<? extends Throwable> rejection) {
        assertThatThrownBy(question).rootCause().isInstanceOf(rejection);
    }
}
