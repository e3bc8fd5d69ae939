package io.ovation.conversation;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.ovation.Caller;
import io.ovation.Rejection;
import io.ovation.ValidationFailed;
import io.ovation.commands.SecondTry;
import io.ovation.conversation.ConversationCommand.AddMember;
import io.ovation.conversation.ConversationCommand.CheckStanding;
import io.ovation.conversation.ConversationCommand.EditMessage;
import io.ovation.conversation.ConversationCommand.RedactMessage;
import io.ovation.conversation.ConversationCommand.RemoveMember;
import io.ovation.conversation.ConversationCommand.SendMessage;
import io.ovation.conversation.ConversationCommand.Sent;
import io.ovation.conversation.ConversationCommand.Standing;
import io.ovation.conversation.ConversationEvent.ConversationOpened;
import io.ovation.conversation.ConversationEvent.MemberAdded;
import io.ovation.conversation.ConversationEvent.MemberRemoved;
import io.ovation.conversation.ConversationEvent.MessageEdited;
import io.ovation.conversation.ConversationEvent.MessageRedacted;
import io.ovation.conversation.ConversationEvent.MessageSent;
import io.ovation.conversation.ConversationRejection.IdTaken;
import io.ovation.conversation.ConversationRejection.LastOwner;
import io.ovation.conversation.ConversationRejection.MemberNotFound;
import io.ovation.conversation.ConversationRejection.MembersNeverChange;
import io.ovation.conversation.ConversationRejection.MessageNotFound;
import io.ovation.conversation.ConversationRejection.MessageWasRedacted;
import io.ovation.conversation.ConversationRejection.NotAMember;
import io.ovation.conversation.ConversationRejection.NotTheAuthor;
import io.ovation.conversation.ConversationRejection.RoleTooLow;
import io.ovation.conversation.ConversationRejection.TooManyMembers;
import io.ovation.eventstore.RecordedEvents;
import io.ovation.people.Blocking;
import io.ovation.sequence.RecentEntries;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.GenericDomainEventMessage;
import org.axonframework.messaging.MetaData;
import org.axonframework.test.aggregate.AggregateTestFixture;
import org.axonframework.test.aggregate.ResultValidator;
import org.axonframework.test.aggregate.TestExecutor;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ConversationTest {
    private static final String ID = "018f0000-0000-7000-8000-000000000001";
    private static final String ELSEWHERE = "018f0000-0000-7000-8000-000000000002";
    private static final Instant AT = Instant.parse("2026-01-02T03:04:05.678Z");
    private static final Instant LATER = AT.plusSeconds(60);
    private static final Caller ADA = new Caller("ada", false);
    private static final Caller BOB = new Caller("bob", false);
    private static final Caller MOD = new Caller("mod", false);
    private static final Caller EVE = new Caller("eve", false);
    private static final Caller ROOT = new Caller("root", true);

    private final Map<String, DomainEventMessage<?>> log = new HashMap<>();
    private AggregateTestFixture<Conversation> fixture;

    @BeforeEach
    void aFixture() {
        fixture = new AggregateTestFixture<>(Conversation.class);
        RecordedEvents recorded = id -> Optional.ofNullable(log.get(id));
        fixture.registerInjectableResource(recorded);
        Blocking nobody = (users, one) -> false;
        fixture.registerInjectableResource(nobody);
    }

    private static ConversationOpened opened(Kind kind, Posting posting, String... others) {
        return new ConversationOpened(ID, kind, "Tea", "ada", List.of(others), posting, AT);
    }

    private static ConversationOpened group() {
        return opened(Kind.group, Posting.members, "bob");
    }

    private static MemberAdded moderator() {
        return new MemberAdded(ID, "mod", Role.moderator, "ada", AT);
    }

    private static MessageSent sent(long seq, String sender) {
        return new MessageSent(ID, message(seq), seq, sender, "text " + seq, null, List.of(), AT, null, null);
    }

    private static String message(long seq) {
        return "018f0000-0000-7000-9000-%012d".formatted(seq);
    }

    private static SendMessage send(long seq, Caller by) {
        return new SendMessage(ID, message(seq), "text " + seq, null, List.of(), by, AT);
    }

    private void recorded(String id, String conversationId, Object payload) {
        log.put(id, new GenericDomainEventMessage<>("Conversation", conversationId, 1, payload));
    }

    private TestExecutor<Conversation> given(Object... events) {
        return fixture.given(events);
    }

    private static void rejected(ResultValidator<Conversation> result, Class<? extends Rejection> why) {
        result.expectException(why).expectNoEvents();
    }

    @Test
    void theFirstMessageHasSeqOneAndTheNextTheNext() {
        given(group())
                .when(send(1, BOB))
                .expectEvents(sent(1, "bob"))
                .expectResultMessagePayload(new Sent(message(1), 1, AT));
        aFixture();
        given(group(), sent(1, "bob")).when(send(2, ADA)).expectEvents(sent(2, "ada"));
    }

    @Test
    void aRepeatGivesTheFirstAnswerAlsoAfterAnEditAndARedaction() {
        given(
                        group(),
                        sent(1, "bob"),
                        new MessageEdited(ID, message(1), 1, "other", "bob", LATER),
                        new MessageRedacted(ID, message(1), 1, "bob", LATER))
                .when(new SendMessage(ID, message(1), "text 1", null, List.of(), BOB, LATER))
                .expectNoEvents()
                .expectResultMessagePayload(new Sent(message(1), 1, AT));
    }

    @Test
    void aRepeatOfWhatIsLongForgottenIsFoundInTheLog() {
        List<Object> events = new ArrayList<>(List.of(group()));
        for (int seq = 1; seq <= RecentEntries.CAPACITY + 1; seq++) {
            events.add(sent(seq, "bob"));
        }
        recorded(message(1), ID, sent(1, "bob"));
        fixture.given(events)
                .when(send(1, BOB), MetaData.with(SecondTry.KEY, true))
                .expectNoEvents()
                .expectResultMessagePayload(new Sent(message(1), 1, AT));
    }

    @Test
    void anIdIsTakenByAnotherBodyAnotherUserAndAnotherPlace() {
        rejected(
                given(group(), sent(1, "bob")).when(new SendMessage(ID, message(1), "else", null, List.of(), BOB, AT)),
                IdTaken.class);
        aFixture();
        rejected(given(group(), sent(1, "bob")).when(send(1, ADA)), IdTaken.class);
        aFixture();
        recorded(
                message(9),
                ELSEWHERE,
                new MessageSent(ELSEWHERE, message(9), 1, "bob", "text 9", null, List.of(), AT, null, null));
        rejected(given(group()).when(send(9, BOB), MetaData.with(SecondTry.KEY, true)), IdTaken.class);
        aFixture();
        rejected(given(group()).when(new SendMessage(ID, ID, "text", null, List.of(), BOB, AT)), IdTaken.class);
    }

    @Test
    void onlyMembersSend() {
        rejected(given(group()).when(send(1, EVE)), NotAMember.class);
        aFixture();
        rejected(given(opened(Kind.channel, Posting.members)).when(send(1, EVE)), NotAMember.class);
    }

    @Test
    void inABroadcastChannelOnlyOwnersModeratorsAndAdminsSend() {
        ConversationOpened broadcast = opened(Kind.channel, Posting.moderators, "bob");
        rejected(given(broadcast).when(send(1, BOB)), RoleTooLow.class);
        aFixture();
        given(broadcast, moderator()).when(send(1, MOD)).expectEvents(sent(1, "mod"));
        aFixture();
        given(broadcast).when(send(1, ROOT)).expectEvents(sent(1, "root"));
    }

    @Test
    void aReplyNamesAMessageOfTheSameConversation() {
        SendMessage reply = new SendMessage(ID, message(2), "yes", message(1), List.of(), ADA, AT);
        given(group(), sent(1, "bob"))
                .when(reply)
                .expectEvents(new MessageSent(ID, message(2), 2, "ada", "yes", message(1), List.of(), AT, "bob", null));
        aFixture();
        rejected(given(group()).when(reply), ValidationFailed.class);
        aFixture();
        recorded(
                message(1),
                ELSEWHERE,
                new MessageSent(ELSEWHERE, message(1), 1, "bob", "text", null, List.of(), AT, null, null));
        rejected(given(group()).when(reply), ValidationFailed.class);
    }

    @Test
    void aReplyNamesTheAuthorAlsoOfAnOldMessageButNotOneWhoMayNotReadAnyMore() {
        SendMessage reply = new SendMessage(ID, message(2), "yes", message(9), List.of(), ADA, AT);
        MessageSent old = new MessageSent(ID, message(9), 1, "bob", "text 9", null, List.of(), AT, null, null);
        recorded(message(9), ID, old);
        given(group())
                .when(reply)
                .expectEvents(new MessageSent(ID, message(2), 1, "ada", "yes", message(9), List.of(), AT, "bob", null));
        aFixture();
        given(group(), new MemberRemoved(ID, "bob", "ada", AT))
                .when(reply)
                .expectEvents(new MessageSent(ID, message(2), 1, "ada", "yes", message(9), List.of(), AT, null, null));
        aFixture();
        given(opened(Kind.channel, Posting.members, "bob"), new MemberRemoved(ID, "bob", "bob", AT))
                .when(reply)
                .expectEvents(new MessageSent(ID, message(2), 1, "ada", "yes", message(9), List.of(), AT, "bob", null));
    }

    @Test
    void aDirectMessageNamesItsRecipientUnlessNeitherOfTheTwoSent() {
        ConversationOpened direct = opened(Kind.direct, Posting.members, "bob");
        given(direct)
                .when(send(1, BOB))
                .expectEvents(new MessageSent(ID, message(1), 1, "bob", "text 1", null, List.of(), AT, null, "ada"));
        aFixture();
        given(direct)
                .when(send(1, ADA))
                .expectEvents(new MessageSent(ID, message(1), 1, "ada", "text 1", null, List.of(), AT, null, "bob"));
        aFixture();
        given(direct).when(send(1, ROOT)).expectEvents(sent(1, "root"));
    }

    @Test
    void whoeverAsksIsToldHowTheyStandAndNothingIsRecorded() {
        ConversationOpened broadcast = opened(Kind.channel, Posting.moderators, "bob");
        standing(ADA, new Standing(1, true, true, false), broadcast, sent(1, "ada"));
        standing(BOB, new Standing(1, true, false, false), broadcast, sent(1, "ada"));
        standing(EVE, new Standing(0, false, false, false), broadcast);
        standing(ROOT, new Standing(0, false, true, false), broadcast);
        standing(BOB, new Standing(0, true, true, false), group());
        standing(EVE, new Standing(0, false, false, false), group());
    }

    private void standing(Caller who, Standing expected, Object... events) {
        aFixture();
        given(events).when(new CheckStanding(ID, who, AT, true)).expectNoEvents().expectResultMessagePayload(expected);
    }

    @Test
    void mentionsNameMembersButInAChannelAnyone() {
        SendMessage mention = new SendMessage(ID, message(1), "you", null, List.of("eve"), BOB, AT);
        rejected(given(group()).when(mention), ValidationFailed.class);
        aFixture();
        given(opened(Kind.channel, Posting.members, "bob"))
                .when(mention)
                .expectEvents(new MessageSent(ID, message(1), 1, "bob", "you", null, List.of("eve"), AT, null, null));
    }

    @Test
    void theAuthorEditsAndNobodyElse() {
        given(group(), sent(1, "bob"))
                .when(new EditMessage(ID, message(1), "new", BOB, LATER))
                .expectEvents(new MessageEdited(ID, message(1), 1, "new", "bob", LATER));
        aFixture();
        rejected(
                given(group(), sent(1, "bob")).when(new EditMessage(ID, message(1), "new", ADA, LATER)),
                NotTheAuthor.class);
        aFixture();
        rejected(
                given(group(), sent(1, "bob")).when(new EditMessage(ID, message(1), "new", EVE, LATER)),
                NotAMember.class);
        aFixture();
        rejected(given(group()).when(new EditMessage(ID, message(1), "new", BOB, LATER)), MessageNotFound.class);
        aFixture();
        rejected(
                given(group(), sent(1, "bob"), new MessageRedacted(ID, message(1), 1, "bob", AT))
                        .when(new EditMessage(ID, message(1), "new", BOB, LATER)),
                MessageWasRedacted.class);
    }

    @Test
    void whatIsLongForgottenIsEditedAndStaysRedacted() {
        recorded(message(1), ID, sent(1, "bob"));
        given(group())
                .when(new EditMessage(ID, message(1), "new", BOB, LATER))
                .expectEvents(new MessageEdited(ID, message(1), 1, "new", "bob", LATER));
        aFixture();
        recorded(MessageRedacted.redactionId(message(1)), ID, new MessageRedacted(ID, message(1), 1, "bob", AT));
        rejected(given(group()).when(new EditMessage(ID, message(1), "new", BOB, LATER)), MessageWasRedacted.class);
    }

    @Test
    void theAuthorModeratorsOwnersAndAdminsRedactOnce() {
        for (Caller by : List.of(BOB, MOD, ADA, ROOT)) {
            aFixture();
            given(group(), moderator(), sent(1, "bob"))
                    .when(new RedactMessage(ID, message(1), by, LATER))
                    .expectEvents(new MessageRedacted(ID, message(1), 1, by.user(), LATER));
        }
        aFixture();
        given(group(), sent(1, "bob"), new MessageRedacted(ID, message(1), 1, "bob", AT))
                .when(new RedactMessage(ID, message(1), ADA, LATER))
                .expectNoEvents()
                .expectSuccessfulHandlerExecution();
        aFixture();
        rejected(given(group(), sent(1, "ada")).when(new RedactMessage(ID, message(1), BOB, LATER)), RoleTooLow.class);
        aFixture();
        rejected(given(group(), sent(1, "ada")).when(new RedactMessage(ID, message(1), EVE, LATER)), NotAMember.class);
        aFixture();
        rejected(given(group()).when(new RedactMessage(ID, message(1), ADA, LATER)), MessageNotFound.class);
    }

    @Test
    void ownersAndModeratorsAddMembers() {
        given(group(), moderator())
                .when(new AddMember(ID, "eve", Role.member, MOD, LATER))
                .expectEvents(new MemberAdded(ID, "eve", Role.member, "mod", LATER));
        aFixture();
        given(group())
                .when(new AddMember(ID, "bob", Role.member, ADA, LATER))
                .expectNoEvents()
                .expectSuccessfulHandlerExecution();
        aFixture();
        rejected(given(group()).when(new AddMember(ID, "eve", Role.member, BOB, LATER)), RoleTooLow.class);
        aFixture();
        rejected(given(group()).when(new AddMember(ID, "eve", Role.member, EVE, LATER)), NotAMember.class);
    }

    @Test
    void onlyAnOwnerMakesOrUnmakesOwnersAndModerators() {
        given(group())
                .when(new AddMember(ID, "bob", Role.owner, ADA, LATER))
                .expectEvents(new MemberAdded(ID, "bob", Role.owner, "ada", LATER));
        aFixture();
        rejected(
                given(group(), moderator()).when(new AddMember(ID, "eve", Role.moderator, MOD, LATER)),
                RoleTooLow.class);
        aFixture();
        rejected(given(group(), moderator()).when(new AddMember(ID, "ada", Role.member, MOD, LATER)), RoleTooLow.class);
        aFixture();
        rejected(given(group(), moderator()).when(new RemoveMember(ID, "ada", MOD, LATER)), RoleTooLow.class);
    }

    @Test
    void aFullConversationTakesNobodyMore() {
        String[] others = new String[Conversation.MEMBER_LIMIT - 1];
        for (int i = 0; i < others.length; i++) {
            others[i] = "user" + i;
        }
        rejected(
                given(opened(Kind.group, Posting.members, others))
                        .when(new AddMember(ID, "eve", Role.member, ADA, LATER)),
                TooManyMembers.class);
    }

    @Test
    void membersAreRemovedOrLeave() {
        given(group())
                .when(new RemoveMember(ID, "bob", ADA, LATER))
                .expectEvents(new MemberRemoved(ID, "bob", "ada", LATER));
        aFixture();
        given(group())
                .when(new RemoveMember(ID, "bob", BOB, LATER))
                .expectEvents(new MemberRemoved(ID, "bob", "bob", LATER));
        aFixture();
        rejected(given(group()).when(new RemoveMember(ID, "ada", BOB, LATER)), RoleTooLow.class);
        aFixture();
        rejected(given(group()).when(new RemoveMember(ID, "eve", ADA, LATER)), MemberNotFound.class);
        aFixture();
        rejected(given(group()).when(new RemoveMember(ID, "eve", BOB, LATER)), RoleTooLow.class);
    }

    @Test
    void leavingWhatOneIsNotInIsDone() {
        given(group())
                .when(new RemoveMember(ID, "eve", EVE, LATER))
                .expectNoEvents()
                .expectSuccessfulHandlerExecution();
    }

    @Test
    void addingAMemberAgainKeepsTheirRoleUnlessOneIsNamed() {
        given(group(), moderator())
                .when(new AddMember(ID, "mod", null, ADA, LATER))
                .expectNoEvents()
                .expectSuccessfulHandlerExecution();
        aFixture();
        given(group(), moderator())
                .when(new AddMember(ID, "ada", null, MOD, LATER))
                .expectNoEvents()
                .expectSuccessfulHandlerExecution();
        aFixture();
        given(group(), moderator())
                .when(new AddMember(ID, "mod", Role.member, ADA, LATER))
                .expectEvents(new MemberAdded(ID, "mod", Role.member, "ada", LATER));
        aFixture();
        given(group())
                .when(new AddMember(ID, "eve", null, ADA, LATER))
                .expectEvents(new MemberAdded(ID, "eve", Role.member, "ada", LATER));
    }

    @Test
    void theLastOwnerStaysWhileOthersDo() {
        ConversationOpened alone = opened(Kind.group, Posting.members);
        rejected(given(alone).when(new AddMember(ID, "ada", Role.member, ADA, LATER)), LastOwner.class);
        aFixture();
        rejected(given(group()).when(new RemoveMember(ID, "ada", ADA, LATER)), LastOwner.class);
        aFixture();
        rejected(given(group()).when(new AddMember(ID, "ada", Role.member, ADA, LATER)), LastOwner.class);
        aFixture();
        given(group(), new MemberRemoved(ID, "bob", "bob", AT))
                .when(new RemoveMember(ID, "ada", ADA, LATER))
                .expectEvents(new MemberRemoved(ID, "ada", "ada", LATER));
    }

    @Test
    void theTwoOfADirectConversationNeverChange() {
        ConversationOpened direct = opened(Kind.direct, Posting.members, "bob");
        rejected(given(direct).when(new AddMember(ID, "eve", Role.member, ADA, LATER)), MembersNeverChange.class);
        aFixture();
        rejected(given(direct).when(new RemoveMember(ID, "bob", BOB, LATER)), MembersNeverChange.class);
        aFixture();
        rejected(given(direct).when(new AddMember(ID, "eve", Role.member, EVE, LATER)), NotAMember.class);
        aFixture();
        rejected(given(direct).when(new RemoveMember(ID, "bob", EVE, LATER)), NotAMember.class);
    }
}
