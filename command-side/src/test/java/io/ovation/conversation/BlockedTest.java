package io.ovation.conversation;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

import io.ovation.AppData;
import io.ovation.Caller;
import io.ovation.conversation.ConversationCommand.AddMember;
import io.ovation.conversation.ConversationCommand.ChangeConversation;
import io.ovation.conversation.ConversationCommand.CheckStanding;
import io.ovation.conversation.ConversationCommand.EditMessage;
import io.ovation.conversation.ConversationCommand.OpenConversation;
import io.ovation.conversation.ConversationCommand.Opened;
import io.ovation.conversation.ConversationCommand.RedactMessage;
import io.ovation.conversation.ConversationCommand.SendMessage;
import io.ovation.conversation.ConversationCommand.Sent;
import io.ovation.conversation.ConversationCommand.Standing;
import io.ovation.conversation.ConversationEvent.ConversationOpened;
import io.ovation.conversation.ConversationEvent.MemberAdded;
import io.ovation.conversation.ConversationEvent.MessageSent;
import io.ovation.conversation.ConversationRejection.NotWelcome;
import io.ovation.eventstore.RecordedEvents;
import io.ovation.people.Blocking;
import org.axonframework.eventhandling.GenericDomainEventMessage;
import org.axonframework.eventsourcing.eventstore.EmbeddedEventStore;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.axonframework.eventsourcing.eventstore.inmemory.InMemoryEventStorageEngine;
import org.axonframework.test.aggregate.AggregateTestFixture;
import org.axonframework.test.aggregate.ResultValidator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What those who are blocked may not do: here ada blocks mal, and nobody else anybody. */
class BlockedTest {
    private static final String ID = "018f0000-0000-7000-8000-000000000001";
    private static final String OTHER = "018f0000-0000-7000-8000-000000000002";
    private static final String MESSAGE = "018f0000-0000-7000-9000-000000000001";
    private static final Instant AT = Instant.parse("2026-01-02T03:04:05.678Z");
    private static final Caller ADA = new Caller("ada", false);
    private static final Caller MAL = new Caller("mal", false);
    private static final Caller BOB = new Caller("bob", false);
    private static final Caller ADMIN = new Caller("mal", true);

    private AggregateTestFixture<Conversation> fixture;

    @BeforeEach
    void aFixture() {
        aFixture(null);
    }

    /** @param direct what there is of the pair that an opening names; null for nothing at all */
    private void aFixture(@Nullable ConversationOpened direct) {
        RecordedEvents recorded = id -> Optional.ofNullable(direct)
                .filter(event -> id.equals(event.uniqueId()))
                .map(event -> new GenericDomainEventMessage<>("Conversation", ID, 0, event));
        Blocking blocking = (users, one) -> users.contains("ada") && one.equals("mal");
        fixture = new AggregateTestFixture<>(Conversation.class);
        fixture.registerInjectableResource(recorded);
        fixture.registerInjectableResource(blocking);
        // of an aggregate that is not there, the fixture's own store gives no empty answer, but fails
        EventStore empty = EmbeddedEventStore.builder()
                .storageEngine(new InMemoryEventStorageEngine())
                .build();
        fixture.registerAnnotatedCommandHandler(
                new OpenConversationHandler(fixture.getRepository(), empty, recorded, blocking));
    }

    private static ConversationOpened opened(Kind kind, String owner, String... members) {
        return new ConversationOpened(ID, kind, null, owner, List.of(members), Posting.members, AT);
    }

    private static OpenConversation open(Kind kind, Caller by, String... members) {
        return new OpenConversation(ID, kind, null, List.of(members), Posting.members, by, AT);
    }

    private static SendMessage send(Caller by) {
        return new SendMessage(ID, MESSAGE, "Hello", null, List.of(), by, AT);
    }

    private static MessageSent sent(String by, @Nullable String recipient) {
        return new MessageSent(ID, MESSAGE, 1, by, "Hello", null, List.of(), AT, null, recipient);
    }

    private static AddMember add(Caller by, String user, @Nullable Role role) {
        return new AddMember(ID, user, role, by, AT);
    }

    private static ChangeConversation change(Caller by, @Nullable String title, @Nullable AppData data) {
        return new ChangeConversation(ID, title, null, null, data, null, by, AT);
    }

    private static void rejected(ResultValidator<Conversation> result) {
        result.expectException(NotWelcome.class).expectNoEvents();
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void nobodyIsPutIntoAConversationByWhomTheyBlock(Kind kind) {
        String[] members = kind == Kind.direct ? new String[] {"ada"} : new String[] {"bob", "ada"};
        rejected(fixture.givenNoPriorActivity().when(open(kind, MAL, members)));
        aFixture();
        rejected(fixture.givenNoPriorActivity().when(open(kind, ADMIN, members)));
        aFixture();
        fixture.givenNoPriorActivity().when(open(kind, MAL, "bob")).expectEvents(opened(kind, "mal", "bob"));
        aFixture();
        fixture.givenNoPriorActivity().when(open(kind, ADA, "mal")).expectEvents(opened(kind, "ada", "mal"));
    }

    @Test
    void theDirectConversationThereIsStillOpensForBoth() {
        ConversationOpened direct = opened(Kind.direct, "mal", "ada");
        for (Caller by : List.of(MAL, ADA)) {
            aFixture(direct);
            String other = by.user().equals("ada") ? "mal" : "ada";
            fixture.given(direct)
                    .when(new OpenConversation(
                            OTHER, Kind.direct, null, List.of(other), Posting.members, by, AT))
                    .expectResultMessagePayload(new Opened(ID, true))
                    .expectNoEvents();
        }
    }

    @Test
    void nobodyIsAddedByWhomTheyBlock() {
        rejected(fixture.given(opened(Kind.group, "mal", "bob")).when(add(MAL, "ada", null)));
        aFixture();
        rejected(fixture.given(opened(Kind.channel, "bob", "cat")).when(add(ADMIN, "ada", null)));
        aFixture();
        fixture.given(opened(Kind.group, "bob", "mal"))
                .when(add(BOB, "ada", null))
                .expectEvents(new MemberAdded(ID, "ada", Role.member, "bob", AT));
        aFixture();
        fixture.given(opened(Kind.group, "ada", "bob"))
                .when(add(ADA, "mal", null))
                .expectEvents(new MemberAdded(ID, "mal", Role.member, "ada", AT));
    }

    @Test
    void groupsOfBothStayAsTheyAre() {
        fixture.given(opened(Kind.group, "mal", "ada")).when(send(MAL)).expectEvents(sent("mal", null));
        aFixture();
        fixture.given(opened(Kind.group, "mal", "ada"))
                .when(add(MAL, "ada", Role.moderator))
                .expectEvents(new MemberAdded(ID, "ada", Role.moderator, "mal", AT));
        aFixture();
        fixture.given(opened(Kind.group, "mal", "ada"))
                .when(new CheckStanding(ID, MAL, AT, true))
                .expectResultMessagePayload(new Standing(0, true, true, false));
        aFixture();
        fixture.given(opened(Kind.group, "mal", "ada"))
                .when(change(MAL, "Tea", null))
                .expectSuccessfulHandlerExecution();
    }

    @Test
    void nobodyIsWrittenToDirectlyByWhomTheyBlock() {
        ConversationOpened direct = opened(Kind.direct, "mal", "ada");
        rejected(fixture.given(direct).when(send(MAL)));
        aFixture();
        rejected(fixture.given(direct).when(send(ADMIN)));
        aFixture();
        rejected(fixture.given(direct, sent("mal", "ada")).when(new EditMessage(ID, MESSAGE, "Hey", MAL, AT)));
        aFixture();
        rejected(fixture.given(direct).when(change(MAL, null, new AppData("{}"))));
        aFixture();
        fixture.given(direct)
                .when(new CheckStanding(ID, MAL, AT, true))
                .expectResultMessagePayload(new Standing(0, true, false, true));
    }

    @Test
    void whoBlocksMayWrite() {
        ConversationOpened direct = opened(Kind.direct, "mal", "ada");
        fixture.given(direct).when(send(ADA)).expectEvents(sent("ada", "mal"));
        aFixture();
        fixture.given(direct)
                .when(new CheckStanding(ID, ADA, AT, true))
                .expectResultMessagePayload(new Standing(0, true, true, false));
        aFixture();
        fixture.given(opened(Kind.direct, "mal", "bob")).when(send(MAL)).expectEvents(sent("mal", "bob"));
    }

    @Test
    void whatWasSentBeforeIsAnsweredAgainAndMayBeRedacted() {
        ConversationOpened direct = opened(Kind.direct, "mal", "ada");
        fixture.given(direct, sent("mal", "ada"))
                .when(send(MAL))
                .expectResultMessagePayload(new Sent(MESSAGE, 1, AT))
                .expectNoEvents();
        aFixture();
        fixture.given(direct, sent("mal", "ada"))
                .when(new RedactMessage(ID, MESSAGE, MAL, AT))
                .expectSuccessfulHandlerExecution();
    }
}
