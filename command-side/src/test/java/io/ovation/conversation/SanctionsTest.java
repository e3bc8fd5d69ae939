package io.ovation.conversation;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import io.ovation.Caller;
import io.ovation.Rejection;
import io.ovation.ValidationFailed;
import io.ovation.conversation.ConversationCommand.AddMember;
import io.ovation.conversation.ConversationCommand.BanMember;
import io.ovation.conversation.ConversationCommand.CheckStanding;
import io.ovation.conversation.ConversationCommand.EditMessage;
import io.ovation.conversation.ConversationCommand.LiftBan;
import io.ovation.conversation.ConversationCommand.LiftMute;
import io.ovation.conversation.ConversationCommand.MuteMember;
import io.ovation.conversation.ConversationCommand.RedactMessage;
import io.ovation.conversation.ConversationCommand.SendMessage;
import io.ovation.conversation.ConversationCommand.Standing;
import io.ovation.conversation.ConversationEvent.BanLifted;
import io.ovation.conversation.ConversationEvent.ConversationChanged;
import io.ovation.conversation.ConversationEvent.ConversationOpened;
import io.ovation.conversation.ConversationEvent.MemberAdded;
import io.ovation.conversation.ConversationEvent.MemberBanned;
import io.ovation.conversation.ConversationEvent.MemberMuted;
import io.ovation.conversation.ConversationEvent.MemberRemoved;
import io.ovation.conversation.ConversationEvent.MessageRedacted;
import io.ovation.conversation.ConversationEvent.MessageSent;
import io.ovation.conversation.ConversationEvent.MuteLifted;
import io.ovation.conversation.ConversationRejection.Banned;
import io.ovation.conversation.ConversationRejection.Muted;
import io.ovation.conversation.ConversationRejection.NotAMember;
import io.ovation.conversation.ConversationRejection.NotBanned;
import io.ovation.conversation.ConversationRejection.NotInADirect;
import io.ovation.conversation.ConversationRejection.NotMuted;
import io.ovation.conversation.ConversationRejection.RoleTooLow;
import io.ovation.conversation.ConversationRejection.SlowModeHolds;
import io.ovation.eventstore.RecordedEvents;
import io.ovation.people.Blocking;
import org.axonframework.test.aggregate.AggregateTestFixture;
import org.axonframework.test.aggregate.ResultValidator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/** Bans, mutes and slow mode. */
class SanctionsTest {
    private static final String ID = "018f0000-0000-7000-8000-000000000001";
    private static final String MESSAGE = "018f0000-0000-7000-9000-000000000001";
    private static final Instant AT = Instant.parse("2026-01-02T03:04:05.678Z");
    private static final Instant UNTIL = AT.plusSeconds(60);

    private AggregateTestFixture<Conversation> fixture;

    @BeforeEach
    void aFixture() {
        fixture = new AggregateTestFixture<>(Conversation.class);
        RecordedEvents nothing = id -> Optional.empty();
        fixture.registerInjectableResource(nothing);
        Blocking nobody = (users, one) -> false;
        fixture.registerInjectableResource(nobody);
    }

    /** A group of ada, its owner, mod, a moderator, and the members bob and cat; and what else happened. */
    private static List<Object> group(Object... events) {
        return opened(Kind.group, events);
    }

    private static List<Object> opened(Kind kind, Object... events) {
        List<Object> all = new ArrayList<>(List.of(
                new ConversationOpened(ID, kind, "Tea", "ada", List.of("bob", "mod", "cat"), Posting.members, AT),
                new MemberAdded(ID, "mod", Role.moderator, "ada", AT)));
        all.addAll(List.of(events));
        return all;
    }

    private static List<Object> direct() {
        return List.of(new ConversationOpened(ID, Kind.direct, null, "ada", List.of("bob"), Posting.members, AT));
    }

    private static Caller caller(String user) {
        return new Caller(user, user.equals("root"));
    }

    private static BanMember ban(String by, String user, @Nullable Instant until) {
        return new BanMember(ID, user, until, "Rude", caller(by), AT);
    }

    private static MuteMember mute(String by, String user, @Nullable Instant until) {
        return new MuteMember(ID, user, until, caller(by), AT);
    }

    private static MemberBanned banned(String user, @Nullable Instant until) {
        return new MemberBanned(ID, user, until, "Rude", "ada", AT);
    }

    private static MemberMuted muted(String user, @Nullable Instant until) {
        return new MemberMuted(ID, user, until, "ada", AT);
    }

    private static MemberRemoved removed(String user, String by) {
        return new MemberRemoved(ID, user, by, AT);
    }

    private static SendMessage send(String by, Instant at) {
        return new SendMessage(ID, MESSAGE, "Hello", null, List.of(), caller(by), at);
    }

    private static MessageSent sent(String by, Instant at) {
        return new MessageSent(ID, MESSAGE, 1, by, "Hello", null, List.of(), at, null, null);
    }

    private static AddMember join(String user, @Nullable Role role, Instant at) {
        return new AddMember(ID, user, role, caller(user), at);
    }

    private ResultValidator<Conversation> when(List<Object> given, Object command) {
        aFixture();
        return fixture.given(given).when(command);
    }

    private void rejected(List<Object> given, Object command, Class<? extends Rejection> why) {
        when(given, command).expectException(why).expectNoEvents();
    }

    @Test
    void whoIsBannedIsRemoved() {
        when(group(), ban("mod", "bob", UNTIL))
                .expectEvents(new MemberBanned(ID, "bob", UNTIL, "Rude", "mod", AT), removed("bob", "mod"));
    }

    @Test
    void aStrangerIsBannedAndNobodyIsRemoved() {
        when(group(), ban("mod", "eve", null)).expectEvents(new MemberBanned(ID, "eve", null, "Rude", "mod", AT));
    }

    @ParameterizedTest
    @CsvSource({"bob, cat", "mod, mod", "mod, ada", "ada, ada"})
    void nobodyBansOrMutesAboveTheirRole(String by, String user) {
        rejected(group(), ban(by, user, null), RoleTooLow.class);
        rejected(group(), mute(by, user, null), RoleTooLow.class);
    }

    @Test
    void aStrangerBansNobody() {
        rejected(group(), ban("eve", "bob", null), NotAMember.class);
        rejected(group(), mute("eve", "bob", null), NotAMember.class);
        rejected(group(banned("bob", null)), new LiftBan(ID, "bob", caller("eve"), AT), NotAMember.class);
        rejected(group(muted("bob", null)), new LiftMute(ID, "bob", caller("eve"), AT), NotAMember.class);
    }

    @Test
    void anOwnerBansAModeratorAndAnAdminAnOwner() {
        when(group(), ban("ada", "mod", null))
                .expectEvents(new MemberBanned(ID, "mod", null, "Rude", "ada", AT), removed("mod", "ada"));
        when(group(new MemberAdded(ID, "cat", Role.owner, "ada", AT)), ban("root", "ada", null))
                .expectEvents(new MemberBanned(ID, "ada", null, "Rude", "root", AT), removed("ada", "root"));
    }

    @Test
    void whenTheLastOwnerIsBannedTheModeratorFollowsOrElseWhoIsThereLongest() {
        when(group(), ban("root", "ada", null))
                .expectEvents(
                        new MemberAdded(ID, "mod", Role.owner, "root", AT),
                        new MemberBanned(ID, "ada", null, "Rude", "root", AT),
                        removed("ada", "root"));
        when(group(removed("mod", "ada")), ban("root", "ada", null))
                .expectEvents(
                        new MemberAdded(ID, "bob", Role.owner, "root", AT),
                        new MemberBanned(ID, "ada", null, "Rude", "root", AT),
                        removed("ada", "root"));
        when(
                        group(removed("mod", "ada"), removed("bob", "ada"), removed("cat", "ada")),
                        ban("root", "ada", null))
                .expectEvents(new MemberBanned(ID, "ada", null, "Rude", "root", AT), removed("ada", "root"));
    }

    @Test
    void thereIsNoneInADirect() {
        rejected(direct(), ban("ada", "bob", null), NotInADirect.class);
        rejected(direct(), mute("ada", "bob", null), NotInADirect.class);
        rejected(direct(), new LiftBan(ID, "bob", caller("ada"), AT), NotInADirect.class);
        rejected(direct(), new LiftMute(ID, "bob", caller("ada"), AT), NotInADirect.class);
        rejected(direct(), ban("eve", "bob", null), NotAMember.class);
        rejected(direct(), mute("eve", "bob", null), NotAMember.class);
    }

    @Test
    void anEndThatIsPastIsNone() {
        rejected(group(), ban("ada", "bob", AT), ValidationFailed.class);
        rejected(group(), mute("ada", "bob", AT.minusSeconds(1)), ValidationFailed.class);
    }

    @Test
    void whoIsBannedCanNeitherJoinNorBeAddedNorPostUntilItEnds() {
        List<Object> channel = opened(Kind.channel, banned("bob", UNTIL), removed("bob", "ada"));
        channel.add(new ConversationChanged(ID, null, null, Joining.open, null, null, "ada", AT));
        Instant last = UNTIL.minusMillis(1);
        rejected(channel, join("bob", null, last), Banned.class);
        rejected(channel, new AddMember(ID, "bob", null, caller("ada"), last), Banned.class);
        rejected(channel, new AddMember(ID, "bob", Role.owner, caller("root"), last), Banned.class);
        rejected(channel, send("bob", last), Banned.class);
        when(channel, join("bob", null, UNTIL))
                .expectEvents(new MemberAdded(ID, "bob", Role.member, "bob", UNTIL));
        rejected(channel, send("bob", UNTIL), NotAMember.class);
    }

    @Test
    void aBanIsSetAgainAndLifted() {
        List<Object> again = group(banned("bob", UNTIL), removed("bob", "ada"), banned("bob", null));
        rejected(again, new AddMember(ID, "bob", null, caller("ada"), UNTIL.plusSeconds(1)), Banned.class);
        when(again, new LiftBan(ID, "bob", caller("mod"), AT)).expectEvents(new BanLifted(ID, "bob", "mod", AT));
        again.add(new BanLifted(ID, "bob", "mod", AT));
        rejected(again, new LiftBan(ID, "bob", caller("mod"), AT), NotBanned.class);
        when(again, new AddMember(ID, "bob", null, caller("mod"), AT))
                .expectEvents(new MemberAdded(ID, "bob", Role.member, "mod", AT));
        rejected(group(banned("bob", UNTIL)), new LiftBan(ID, "bob", caller("ada"), UNTIL), NotBanned.class);
    }

    @Test
    void whoIsMutedReadsAndRedactsAndNeitherSendsNorEditsUntilItEnds() {
        List<Object> given = group(sent("bob", AT), muted("bob", UNTIL));
        SendMessage second = new SendMessage(
                ID, "018f0000-0000-7000-9000-000000000002", "More", null, List.of(), caller("bob"), AT);
        rejected(given, second, Muted.class);
        rejected(given, new EditMessage(ID, MESSAGE, "Other", caller("bob"), AT), Muted.class);
        when(given, new CheckStanding(ID, caller("bob"), AT, true))
                .expectResultMessagePayload(new Standing(1, true, false, true));
        when(given, new CheckStanding(ID, caller("bob"), UNTIL, true))
                .expectResultMessagePayload(new Standing(1, true, true, false));
        when(given, new RedactMessage(ID, MESSAGE, caller("bob"), AT))
                .expectEvents(new MessageRedacted(ID, MESSAGE, 1, "bob", AT));
        when(given, send("bob", AT)).expectNoEvents().expectSuccessfulHandlerExecution();
        when(group(muted("bob", UNTIL)), send("bob", UNTIL)).expectEvents(sent("bob", UNTIL));
    }

    @Test
    void aMuteOutlastsLeavingAndIsLifted() {
        List<Object> back = group(
                muted("bob", null), removed("bob", "bob"), new MemberAdded(ID, "bob", Role.member, "ada", AT));
        rejected(back, send("bob", AT), Muted.class);
        when(back, new LiftMute(ID, "bob", caller("mod"), AT)).expectEvents(new MuteLifted(ID, "bob", "mod", AT));
        back.add(new MuteLifted(ID, "bob", "mod", AT));
        when(back, send("bob", AT)).expectEvents(sent("bob", AT));
        rejected(back, new LiftMute(ID, "bob", caller("mod"), AT), NotMuted.class);
        rejected(group(muted("bob", UNTIL)), new LiftMute(ID, "bob", caller("ada"), UNTIL), NotMuted.class);
    }

    @Test
    void anAdminIsHeldByNothing() {
        when(group(banned("root", null), muted("root", null)), send("root", AT)).expectEvents(sent("root", AT));
    }

    @Test
    void slowModeHoldsMembersUpAndTellsTheSecondsLeft() {
        List<Object> slow = group(
                new ConversationChanged(ID, null, null, null, null, 30, "ada", AT),
                new MessageSent(ID, ID.replace('8', '9'), 1, "bob", "First", null, List.of(), AT, null, null));
        aFixture();
        SlowModeHolds held = catchThrowableOfType(SlowModeHolds.class, () -> {
            Sanctions sanctions = new Sanctions();
            sanctions.slowMode(30);
            sanctions.sent("bob", AT);
            sanctions.isNotTooSoon("bob", AT.plusMillis(1));
        });
        assertThat(held.retryAfter()).isEqualTo(30);
        rejected(slow, send("bob", AT.plusMillis(29_999)), SlowModeHolds.class);
        when(slow, send("bob", AT.plusSeconds(30))).expectSuccessfulHandlerExecution();
        when(slow, send("cat", AT)).expectSuccessfulHandlerExecution();
        slow.add(new ConversationChanged(ID, null, null, null, null, 0, "ada", AT));
        when(slow, send("bob", AT)).expectSuccessfulHandlerExecution();
    }

    @ParameterizedTest
    @CsvSource({"ada", "mod", "root"})
    void slowModeDoesNotBindWhoModerates(String by) {
        List<Object> slow = group(
                new ConversationChanged(ID, null, null, null, null, 30, "ada", AT),
                new MessageSent(ID, ID.replace('8', '9'), 1, by, "First", null, List.of(), AT, null, null));
        when(slow, send(by, AT)).expectSuccessfulHandlerExecution();
    }
}
