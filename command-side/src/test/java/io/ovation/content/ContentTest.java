package io.ovation.content;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.ovation.AppData;
import io.ovation.Caller;
import io.ovation.Rejection;
import io.ovation.ValidationFailed;
import io.ovation.commands.SecondTry;
import io.ovation.content.ContentCommand.AddComment;
import io.ovation.content.ContentCommand.Added;
import io.ovation.content.ContentCommand.EditContent;
import io.ovation.content.ContentCommand.PublishContent;
import io.ovation.content.ContentCommand.Published;
import io.ovation.content.ContentCommand.RedactComment;
import io.ovation.content.ContentCommand.RetractContent;
import io.ovation.content.ContentEvent.CommentAdded;
import io.ovation.content.ContentEvent.CommentRedacted;
import io.ovation.content.ContentEvent.ContentEdited;
import io.ovation.content.ContentEvent.ContentPublished;
import io.ovation.content.ContentEvent.ContentRetracted;
import io.ovation.content.ContentRejection.CommentNotFound;
import io.ovation.content.ContentRejection.ContentNotFound;
import io.ovation.content.ContentRejection.IdTaken;
import io.ovation.content.ContentRejection.NotTheAuthor;
import io.ovation.eventstore.RecordedEvents;
import io.ovation.sequence.RecentEntries;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.GenericDomainEventMessage;
import org.axonframework.messaging.MetaData;
import org.axonframework.test.aggregate.AggregateTestFixture;
import org.axonframework.test.aggregate.ResultValidator;
import org.axonframework.test.aggregate.TestExecutor;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ContentTest {
    private static final String ID = "018f0000-0000-7000-8000-000000000001";
    private static final String ELSEWHERE = "018f0000-0000-7000-8000-000000000002";
    private static final Instant AT = Instant.parse("2026-01-02T03:04:05.678Z");
    private static final Instant LATER = AT.plusSeconds(60);
    private static final Caller ADA = new Caller("ada", false);
    private static final Caller BOB = new Caller("bob", false);
    private static final Caller EVE = new Caller("eve", false);
    private static final Caller ROOT = new Caller("root", true);
    private static final ContentPublished PUBLISHED = new ContentPublished(ID, "Tea", "text", "ada", AT, null);
    private static final ContentRetracted RETRACTED = new ContentRetracted(ID, "ada", LATER, "ada");

    private static final AppData DATA = new AppData("{\"z\":1.50,\"a\":[]}");

    private final Map<String, DomainEventMessage<?>> log = new HashMap<>();
    private AggregateTestFixture<Content> fixture;

    @BeforeEach
    void aFixture() {
        fixture = new AggregateTestFixture<>(Content.class);
        RecordedEvents recorded = id -> Optional.ofNullable(log.get(id));
        fixture.registerInjectableResource(recorded);
        fixture.registerAnnotatedCommandHandler(new PublishContentHandler(fixture.getRepository(), recorded));
    }

    private static PublishContent publish(Caller by, Instant at) {
        return new PublishContent(ID, "Tea", "text", null, by, at);
    }

    private static String comment(long seq) {
        return "018f0000-0000-7000-9000-%012d".formatted(seq);
    }

    private static CommentAdded added(long seq, String author) {
        return new CommentAdded(ID, comment(seq), seq, author, "text " + seq, null, "ada", null, AT, List.of(), null);
    }

    private static AddComment add(long seq, Caller by, @Nullable String replyTo) {
        return new AddComment(ID, comment(seq), "text " + seq, replyTo, List.of(), null, by, AT);
    }

    private void recorded(String id, String aggregate, Object event) {
        log.put(id, new GenericDomainEventMessage<>("Content", aggregate, 1, event));
    }

    private TestExecutor<Content> given(Object... events) {
        return fixture.given(events);
    }

    private static void rejected(ResultValidator<Content> result, Class<? extends Rejection> as) {
        result.expectNoEvents().expectException(as);
    }

    @Test
    void aContentIsPublishedOnce() {
        fixture.givenNoPriorActivity()
                .when(publish(ADA, AT))
                .expectEvents(PUBLISHED)
                .expectResultMessagePayload(new Published(ID, AT));
    }

    @Test
    void aRepeatedPublicationGetsTheFirstAnswerAlsoAfterAnEditAndARetraction() {
        recorded(PUBLISHED.uniqueId(), ID, PUBLISHED);
        given(PUBLISHED, new ContentEdited(ID, "Coffee", null, "ada", LATER, null), RETRACTED)
                .when(publish(ADA, LATER))
                .expectNoEvents()
                .expectResultMessagePayload(new Published(ID, AT));
    }

    @Test
    void anIdOfAContentIsTakenByAnotherTextAnotherUserAndAnotherThing() {
        recorded(PUBLISHED.uniqueId(), ID, PUBLISHED);
        rejected(given(PUBLISHED).when(new PublishContent(ID, "Tea", "other", null, ADA, AT)), IdTaken.class);
        aFixture();
        rejected(given(PUBLISHED).when(publish(BOB, AT)), IdTaken.class);
        log.clear();
        aFixture();
        rejected(
                fixture.givenNoPriorActivity().when(publish(ADA, AT), MetaData.with(SecondTry.KEY, true)),
                IdTaken.class);
        aFixture();
        recorded(
                ID,
                ELSEWHERE,
                new CommentAdded(ELSEWHERE, ID, 1, "bob", "text", null, "ada", null, AT, List.of(), null));
        rejected(fixture.givenNoPriorActivity().when(publish(ADA, AT)), IdTaken.class);
    }

    @Test
    void onlyTheAuthorEdits() {
        given(PUBLISHED)
                .when(new EditContent(ID, null, "new", null, ADA, LATER))
                .expectEvents(new ContentEdited(ID, "Tea", "new", "ada", LATER, null));
        for (Caller by : List.of(BOB, ROOT)) {
            aFixture();
            rejected(given(PUBLISHED).when(new EditContent(ID, null, "new", null, by, LATER)), NotTheAuthor.class);
        }
        aFixture();
        rejected(
                given(PUBLISHED, RETRACTED).when(new EditContent(ID, null, "new", null, ADA, LATER)),
                ContentNotFound.class);
    }

    @Test
    void anEditOfNothingRecordsNothing() {
        given(PUBLISHED)
                .when(new EditContent(ID, null, null, null, ADA, LATER))
                .expectSuccessfulHandlerExecution()
                .expectNoEvents();
        aFixture();
        rejected(given(PUBLISHED).when(new EditContent(ID, null, null, null, BOB, LATER)), NotTheAuthor.class);
    }

    @Test
    void anEditSaysTheTitleAsItIsThenAndKeepsTheDataThatItDoesNotName() {
        given(PUBLISHED, new ContentEdited(ID, "Coffee", null, "ada", LATER, null))
                .when(new EditContent(ID, null, null, DATA, ADA, LATER))
                .expectEvents(new ContentEdited(ID, "Coffee", null, "ada", LATER, DATA));
        aFixture();
        // as revision 1 said it, where the title stayed
        given(PUBLISHED, new ContentEdited(ID, null, "new", "ada", LATER, null))
                .when(new EditContent(ID, null, "newer", null, ADA, LATER))
                .expectEvents(new ContentEdited(ID, "Tea", "newer", "ada", LATER, null));
    }

    @Test
    void dataAndMentionsArePartOfTheRequestThatAnIdStandsFor() {
        ContentPublished published = new ContentPublished(ID, "Tea", "text", "ada", AT, DATA);
        fixture.givenNoPriorActivity()
                .when(new PublishContent(ID, "Tea", "text", DATA, ADA, AT))
                .expectEvents(published);
        aFixture();
        recorded(published.uniqueId(), ID, published);
        given(published)
                .when(new PublishContent(ID, "Tea", "text", DATA, ADA, LATER))
                .expectNoEvents()
                .expectResultMessagePayload(new Published(ID, AT));
        aFixture();
        rejected(given(published).when(publish(ADA, LATER)), IdTaken.class);

        CommentAdded comment =
                new CommentAdded(ID, comment(1), 1, "bob", "text", null, "ada", null, AT, List.of("eve"), DATA);
        aFixture();
        given(PUBLISHED)
                .when(new AddComment(ID, comment(1), "text", null, List.of("eve"), DATA, BOB, AT))
                .expectEvents(comment);
        aFixture();
        given(PUBLISHED, comment)
                .when(new AddComment(ID, comment(1), "text", null, List.of("eve"), DATA, BOB, LATER))
                .expectNoEvents()
                .expectResultMessagePayload(new Added(comment(1), 1, AT));
        for (AddComment other : List.of(
                new AddComment(ID, comment(1), "text", null, List.of(), DATA, BOB, AT),
                new AddComment(ID, comment(1), "text", null, List.of("eve"), null, BOB, AT))) {
            aFixture();
            rejected(given(PUBLISHED, comment).when(other), IdTaken.class);
        }
    }

    @Test
    void theAuthorAndAdminsRetractOnce() {
        for (Caller by : List.of(ADA, ROOT)) {
            aFixture();
            given(PUBLISHED)
                    .when(new RetractContent(ID, by, LATER))
                    .expectEvents(new ContentRetracted(ID, by.user(), LATER, "ada"));
        }
        aFixture();
        given(PUBLISHED, RETRACTED)
                .when(new RetractContent(ID, ADA, LATER))
                .expectNoEvents()
                .expectSuccessfulHandlerExecution();
        aFixture();
        rejected(given(PUBLISHED).when(new RetractContent(ID, BOB, LATER)), NotTheAuthor.class);
        aFixture();
        rejected(given(PUBLISHED, RETRACTED).when(new RetractContent(ID, BOB, LATER)), ContentNotFound.class);
    }

    @Test
    void theFirstCommentHasSeqOneAndTheNextTheNext() {
        given(PUBLISHED)
                .when(add(1, BOB, null))
                .expectEvents(added(1, "bob"))
                .expectResultMessagePayload(new Added(comment(1), 1, AT));
        aFixture();
        given(PUBLISHED, added(1, "bob")).when(add(2, ADA, null)).expectEvents(added(2, "ada"));
    }

    @Test
    void aReplySaysWhomItConcernsAndNamesACommentOnTheSameContent() {
        given(PUBLISHED, added(1, "bob"))
                .when(add(2, EVE, comment(1)))
                .expectEvents(new CommentAdded(
                        ID, comment(2), 2, "eve", "text 2", comment(1), "ada", "bob", AT, List.of(), null));
        aFixture();
        rejected(given(PUBLISHED).when(add(2, EVE, comment(1))), ValidationFailed.class);
        aFixture();
        recorded(
                comment(1),
                ELSEWHERE,
                new CommentAdded(ELSEWHERE, comment(1), 1, "bob", "text", null, "ada", null, AT, List.of(), null));
        rejected(given(PUBLISHED).when(add(2, EVE, comment(1))), ValidationFailed.class);
        aFixture();
        recorded(comment(1), ID, added(1, "bob"));
        given(PUBLISHED)
                .when(add(2, EVE, comment(1)))
                .expectEvents(new CommentAdded(
                        ID, comment(2), 1, "eve", "text 2", comment(1), "ada", "bob", AT, List.of(), null));
    }

    @Test
    void aRepeatedCommentGetsTheFirstAnswerHoweverOldItIs() {
        given(PUBLISHED, added(1, "bob"), new CommentRedacted(ID, comment(1), 1, "ada", LATER), RETRACTED)
                .when(new AddComment(ID, comment(1), "text 1", null, List.of(), null, BOB, LATER))
                .expectNoEvents()
                .expectResultMessagePayload(new Added(comment(1), 1, AT));
        aFixture();
        List<Object> events = new ArrayList<>(List.of(PUBLISHED));
        for (int seq = 1; seq <= RecentEntries.CAPACITY + 1; seq++) {
            events.add(added(seq, "bob"));
        }
        recorded(comment(1), ID, added(1, "bob"));
        fixture.given(events)
                .when(add(1, BOB, null), MetaData.with(SecondTry.KEY, true))
                .expectNoEvents()
                .expectResultMessagePayload(new Added(comment(1), 1, AT));
    }

    @Test
    void anIdOfACommentIsTakenByAnotherTextAnotherUserAndAnotherPlace() {
        rejected(
                given(PUBLISHED, added(1, "bob"))
                        .when(new AddComment(ID, comment(1), "else", null, List.of(), null, BOB, AT)),
                IdTaken.class);
        aFixture();
        rejected(given(PUBLISHED, added(1, "bob")).when(add(1, ADA, null)), IdTaken.class);
        aFixture();
        recorded(
                comment(9),
                ELSEWHERE,
                new CommentAdded(ELSEWHERE, comment(9), 1, "bob", "text 9", null, "ada", null, AT, List.of(), null));
        rejected(given(PUBLISHED).when(add(9, BOB, null), MetaData.with(SecondTry.KEY, true)), IdTaken.class);
        aFixture();
        rejected(given(PUBLISHED).when(new AddComment(ID, ID, "text", null, List.of(), null, BOB, AT)), IdTaken.class);
    }

    @Test
    void whatWasRetractedTakesNoComments() {
        rejected(given(PUBLISHED, RETRACTED).when(add(1, BOB, null)), ContentNotFound.class);
        aFixture();
        rejected(
                given(PUBLISHED, added(1, "bob"), RETRACTED).when(new RedactComment(ID, comment(1), BOB, LATER)),
                ContentNotFound.class);
    }

    @Test
    void theCommentsAuthorTheContentsAndAdminsRedactOnce() {
        for (Caller by : List.of(BOB, ADA, ROOT)) {
            aFixture();
            given(PUBLISHED, added(1, "bob"))
                    .when(new RedactComment(ID, comment(1), by, LATER))
                    .expectEvents(new CommentRedacted(ID, comment(1), 1, by.user(), LATER));
        }
        aFixture();
        given(PUBLISHED, added(1, "bob"), new CommentRedacted(ID, comment(1), 1, "bob", AT))
                .when(new RedactComment(ID, comment(1), ADA, LATER))
                .expectNoEvents()
                .expectSuccessfulHandlerExecution();
        aFixture();
        rejected(
                given(PUBLISHED, added(1, "bob")).when(new RedactComment(ID, comment(1), EVE, LATER)),
                NotTheAuthor.class);
        aFixture();
        rejected(given(PUBLISHED).when(new RedactComment(ID, comment(1), ADA, LATER)), CommentNotFound.class);
        aFixture();
        recorded(
                comment(1),
                ELSEWHERE,
                new CommentAdded(ELSEWHERE, comment(1), 1, "bob", "text", null, "ada", null, AT, List.of(), null));
        rejected(given(PUBLISHED).when(new RedactComment(ID, comment(1), ADA, LATER)), CommentNotFound.class);
    }
}
