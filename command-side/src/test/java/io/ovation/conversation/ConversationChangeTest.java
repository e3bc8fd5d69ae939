package io.ovation.conversation;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import io.ovation.AppData;
import io.ovation.Caller;
import io.ovation.Rejection;
import io.ovation.ValidationFailed;
import io.ovation.conversation.ConversationCommand.AddMember;
import io.ovation.conversation.ConversationCommand.ChangeConversation;
import io.ovation.conversation.ConversationCommand.EditMessage;
import io.ovation.conversation.ConversationCommand.SendMessage;
import io.ovation.conversation.ConversationEvent.ConversationChanged;
import io.ovation.conversation.ConversationEvent.ConversationOpened;
import io.ovation.conversation.ConversationEvent.MemberAdded;
import io.ovation.conversation.ConversationEvent.MessageEdited;
import io.ovation.conversation.ConversationEvent.MessageSent;
import io.ovation.conversation.ConversationRejection.IdTaken;
import io.ovation.conversation.ConversationRejection.NotAMember;
import io.ovation.conversation.ConversationRejection.OnlyDataChanges;
import io.ovation.conversation.ConversationRejection.RoleTooLow;
import io.ovation.eventstore.RecordedEvents;
import io.ovation.people.Blocking;
import org.axonframework.test.aggregate.AggregateTestFixture;
import org.axonframework.test.aggregate.ResultValidator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a conversation is, who may join it of their own accord, and the app's own data. */
class ConversationChangeTest {
    private static final String ID = "018f0000-0000-7000-8000-000000000001";
    private static final String MESSAGE = "018f0000-0000-7000-9000-000000000001";
    private static final Instant AT = Instant.parse("2026-01-02T03:04:05.678Z");
    private static final AppData DATA = new AppData("{\"a\":1.50}");
    private static final AppData OTHER = new AppData("{\"a\":1.5}");
    private static final Caller ADA = new Caller("ada", false);
    private static final Caller BOB = new Caller("bob", false);
    private static final Caller EVE = new Caller("eve", false);

    private static List<Object> opened(Kind kind, Joining joining) {
        return new ArrayList<>(List.of(new ConversationOpened(
                ID,
                kind,
                kind == Kind.direct ? null : "Tea",
                "ada",
                List.of("bob"),
                Posting.members,
                AT,
                joining,
                null)));
    }

    private static List<Object> opened(Kind kind) {
        return opened(kind, Joining.invited);
    }

    private static ChangeConversation change(
            Caller by,
            @Nullable String title,
            @Nullable Posting posting,
            @Nullable Joining joining,
            @Nullable AppData data,
            @Nullable Integer slowMode) {
        return new ChangeConversation(ID, title, posting, joining, data, slowMode, by, AT);
    }

    private static ResultValidator<Conversation> when(List<Object> given, Object command) {
        AggregateTestFixture<Conversation> fixture = new AggregateTestFixture<>(Conversation.class);
        RecordedEvents nothing = id -> Optional.empty();
        Blocking nobody = (users, one) -> false;
        return fixture.registerInjectableResource(nothing)
                .registerInjectableResource(nobody)
                .given(given)
                .when(command);
    }

    private static void rejected(List<Object> given, Object command, Class<? extends Rejection> why) {
        when(given, command).expectException(why).expectNoEvents();
    }

    @Test
    void whatIsOtherThanBeforeIsChangedAndTheRestIsNotSaid() {
        when(opened(Kind.channel), change(ADA, "Tea", Posting.moderators, Joining.open, DATA, 0))
                .expectEvents(new ConversationChanged(
                        ID, null, Posting.moderators, Joining.open, DATA, null, "ada", AT));
        when(opened(Kind.group), change(ADA, "Coffee", null, Joining.invited, null, 3_600))
                .expectEvents(new ConversationChanged(ID, "Coffee", null, null, null, 3_600, "ada", AT));
    }

    @Test
    void nothingIsRecordedOfNothing() {
        when(opened(Kind.group), change(ADA, null, null, null, null, null))
                .expectNoEvents()
                .expectSuccessfulHandlerExecution();
    }

    @Test
    void dataThatIsThereAlreadyIsNotSaidAgain() {
        List<Object> given = new ArrayList<>(opened(Kind.group));
        given.add(new ConversationChanged(ID, null, null, null, DATA, null, "ada", AT));
        when(given, change(ADA, null, null, null, DATA, null))
                .expectNoEvents()
                .expectSuccessfulHandlerExecution();
        when(given, change(ADA, "Coffee", null, null, DATA, null))
                .expectEvents(new ConversationChanged(ID, "Coffee", null, null, null, null, "ada", AT));
        when(given, change(ADA, null, null, null, OTHER, null))
                .expectEvents(new ConversationChanged(ID, null, null, null, OTHER, null, "ada", AT));
    }

    @Test
    void onlyWhoModeratesChangesIt() {
        rejected(opened(Kind.group), change(BOB, "Coffee", null, null, null, null), RoleTooLow.class);
        rejected(opened(Kind.group), change(EVE, "Coffee", null, null, null, null), NotAMember.class);
        rejected(opened(Kind.group), change(EVE, null, null, null, null, null), NotAMember.class);
    }

    @Test
    void ofADirectEitherOfTheTwoChangesTheDataAndNothingElse() {
        when(opened(Kind.direct), change(BOB, null, null, null, DATA, null))
                .expectEvents(new ConversationChanged(ID, null, null, null, DATA, null, "bob", AT));
        rejected(opened(Kind.direct), change(ADA, "Tea", null, null, DATA, null), OnlyDataChanges.class);
        rejected(opened(Kind.direct), change(ADA, null, Posting.members, null, null, null), OnlyDataChanges.class);
        rejected(opened(Kind.direct), change(ADA, null, null, Joining.open, null, null), OnlyDataChanges.class);
        rejected(opened(Kind.direct), change(ADA, null, null, null, null, 1), OnlyDataChanges.class);
        rejected(opened(Kind.direct), change(EVE, null, null, null, DATA, null), NotAMember.class);
    }

    @Test
    void onlyAChannelIsOpenToJoinAndSaysWhoPosts() {
        rejected(opened(Kind.group), change(ADA, null, null, Joining.open, null, null), ValidationFailed.class);
        rejected(opened(Kind.group), change(ADA, null, Posting.members, null, null, null), ValidationFailed.class);
    }

    @Test
    void anyoneJoinsAnOpenChannelAsAMember() {
        List<Object> open = opened(Kind.channel, Joining.open);
        when(open, new AddMember(ID, "eve", null, EVE, AT))
                .expectEvents(new MemberAdded(ID, "eve", Role.member, "eve", AT));
        when(open, new AddMember(ID, "eve", Role.member, EVE, AT))
                .expectEvents(new MemberAdded(ID, "eve", Role.member, "eve", AT));
        when(open, new AddMember(ID, "bob", null, BOB, AT))
                .expectNoEvents()
                .expectSuccessfulHandlerExecution();
        when(open, new AddMember(ID, "ada", null, ADA, AT))
                .expectNoEvents()
                .expectSuccessfulHandlerExecution();
        rejected(open, new AddMember(ID, "eve", Role.moderator, EVE, AT), NotAMember.class);
        rejected(open, new AddMember(ID, "bob", Role.owner, BOB, AT), RoleTooLow.class);
        rejected(open, new AddMember(ID, "eve", null, BOB, AT), RoleTooLow.class);
        rejected(opened(Kind.channel), new AddMember(ID, "eve", null, EVE, AT), NotAMember.class);
        open.add(new ConversationChanged(ID, null, null, Joining.invited, null, null, "ada", AT));
        rejected(open, new AddMember(ID, "eve", null, EVE, AT), NotAMember.class);
    }

    @Test
    void anEditKeepsTheDataOrReplacesIt() {
        List<Object> given = opened(Kind.group);
        given.add(new MessageSent(ID, MESSAGE, 1, "bob", "Hello", null, List.of(), AT, null, null, DATA));
        when(given, new EditMessage(ID, MESSAGE, "Hi", BOB, AT))
                .expectEvents(new MessageEdited(ID, MESSAGE, 1, "Hi", "bob", AT, DATA));
        when(given, new EditMessage(ID, MESSAGE, "Hi", OTHER, BOB, AT))
                .expectEvents(new MessageEdited(ID, MESSAGE, 1, "Hi", "bob", AT, OTHER));
        given.add(new MessageEdited(ID, MESSAGE, 1, "Hi", "bob", AT, OTHER));
        when(given, new EditMessage(ID, MESSAGE, "Ho", BOB, AT))
                .expectEvents(new MessageEdited(ID, MESSAGE, 1, "Ho", "bob", AT, OTHER));
    }

    @Test
    void anIdIsTakenByOtherData() {
        List<Object> given = opened(Kind.group);
        given.add(new MessageSent(ID, MESSAGE, 1, "bob", "Hello", null, List.of(), AT, null, null, DATA));
        when(given, new SendMessage(ID, MESSAGE, "Hello", null, List.of(), DATA, BOB, AT))
                .expectNoEvents()
                .expectSuccessfulHandlerExecution();
        rejected(given, new SendMessage(ID, MESSAGE, "Hello", null, List.of(), OTHER, BOB, AT), IdTaken.class);
        rejected(given, new SendMessage(ID, MESSAGE, "Hello", null, List.of(), BOB, AT), IdTaken.class);
    }
}
