package io.ovation.content;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.ovation.Caller;
import io.ovation.Rejection;
import io.ovation.commands.SecondTry;
import io.ovation.content.ContentEvent.CommentAdded;
import io.ovation.content.ContentEvent.CommentRedacted;
import io.ovation.content.ContentEvent.ContentPublished;
import io.ovation.content.ContentEvent.ContentRetracted;
import io.ovation.content.ContentRejection.CommentNotFound;
import io.ovation.content.ContentRejection.ContentNotFound;
import io.ovation.content.ContentRejection.TargetWasRedacted;
import io.ovation.content.ReactionCommand.CheckTarget;
import io.ovation.content.ReactionCommand.Like;
import io.ovation.content.ReactionCommand.WithdrawLike;
import io.ovation.content.ReactionEvent.LikeWithdrawn;
import io.ovation.content.ReactionEvent.Liked;
import io.ovation.conversation.ConversationRejection.ConversationNotFound;
import io.ovation.conversation.ReadableMessages;
import io.ovation.eventstore.RecordedEvents;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.GenericDomainEventMessage;
import org.axonframework.eventsourcing.eventstore.EmbeddedEventStore;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.axonframework.eventsourcing.eventstore.inmemory.InMemoryEventStorageEngine;
import org.axonframework.messaging.MetaData;
import org.axonframework.test.aggregate.AggregateTestFixture;
import org.axonframework.test.aggregate.ResultValidator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReactionTest {
    private static final String CONTENT = "018f0000-0000-7000-8000-000000000001";
    private static final String COMMENT = "018f0000-0000-7000-9000-000000000001";
    private static final Instant AT = Instant.parse("2026-01-02T03:04:05.678Z");
    private static final Caller BOB = new Caller("bob", false);
    private static final Target ON_CONTENT = new Target.OfContent(CONTENT);
    private static final Target ON_COMMENT = new Target.OfComment(CONTENT, COMMENT);

    private final Map<String, DomainEventMessage<?>> log = new HashMap<>();
    private AggregateTestFixture<Reaction> fixture;

    @BeforeEach
    void aContentWithAComment() {
        log.clear();
        recorded(
                ContentPublished.publicationId(CONTENT),
                new ContentPublished(CONTENT, "Tea", "text", "ada", AT, null));
        recorded(COMMENT, new CommentAdded(CONTENT, COMMENT, 3, "eve", "text", null, "ada", null, AT, null, null));
        aFixture();
    }

    private void aFixture() {
        fixture = new AggregateTestFixture<>(Reaction.class);
        RecordedEvents recorded = id -> Optional.ofNullable(log.get(id));
        EventStore none = EmbeddedEventStore.builder()
                .storageEngine(new InMemoryEventStorageEngine())
                .build();
        Targets targets = new Targets(none, recorded, new ReadableMessages(none, recorded));
        fixture.registerAnnotatedCommandHandler(new ReactionHandler(fixture.getRepository(), targets));
    }

    private void recorded(String id, Object event) {
        log.put(id, new GenericDomainEventMessage<>("Content", CONTENT, 1, event));
    }

    private static Like like(Target target) {
        return new Like(target, "like", BOB, AT);
    }

    private static Liked liked() {
        return new Liked(ON_CONTENT, "like", "bob", "ada", null, AT);
    }

    private static LikeWithdrawn withdrawn() {
        return new LikeWithdrawn(ON_CONTENT, "like", "bob", "ada", null, AT);
    }

    private static void rejected(ResultValidator<Reaction> result, Class<? extends Rejection> as) {
        result.expectNoEvents().expectException(as);
    }

    @Test
    void theFirstLikeSaysWhomItConcerns() {
        fixture.givenNoPriorActivity().when(like(ON_CONTENT)).expectEvents(liked());
        aFixture();
        fixture.givenNoPriorActivity()
                .when(new Like(ON_COMMENT, "wow", BOB, AT))
                .expectEvents(new Liked(ON_COMMENT, "wow", "bob", "eve", 3L, AT));
    }

    @Test
    void aRepeatRecordsNothingAndIsAnsweredAlike() {
        fixture.given(liked())
                .when(like(ON_CONTENT), MetaData.with(SecondTry.KEY, true))
                .expectNoEvents()
                .expectSuccessfulHandlerExecution();
    }

    @Test
    void whatWasTakenBackMayBeGivenAgain() {
        fixture.given(liked(), withdrawn())
                .when(like(ON_CONTENT), MetaData.with(SecondTry.KEY, true))
                .expectEvents(liked());
    }

    @Test
    void aLikeIsTakenBackOnce() {
        WithdrawLike withdraw = new WithdrawLike(ON_CONTENT, "like", BOB, AT);
        fixture.given(liked()).when(withdraw).expectEvents(withdrawn());
        aFixture();
        fixture.given(liked(), withdrawn()).when(withdraw).expectNoEvents().expectSuccessfulHandlerExecution();
        aFixture();
        fixture.givenNoPriorActivity().when(withdraw).expectNoEvents().expectSuccessfulHandlerExecution();
    }

    @Test
    void whatIsNotThereIsNotLiked() {
        Target unknown = new Target.OfContent(COMMENT);
        rejected(fixture.givenNoPriorActivity().when(like(unknown)), ContentNotFound.class);
        aFixture();
        rejected(
                fixture.givenNoPriorActivity().when(new WithdrawLike(unknown, "like", BOB, AT)), ContentNotFound.class);
        aFixture();
        rejected(
                fixture.givenNoPriorActivity().when(like(new Target.OfComment(CONTENT, CONTENT))),
                CommentNotFound.class);
        aFixture();
        rejected(
                fixture.givenNoPriorActivity().when(like(new Target.OfMessage(CONTENT, COMMENT))),
                ConversationNotFound.class);
    }

    @Test
    void aCommentIsLikedOnItsOwnContentOnly() {
        String other = "018f0000-0000-7000-8000-000000000002";
        recorded(ContentPublished.publicationId(other), new ContentPublished(other, "Tea", "text", "ada", AT, null));
        rejected(
                fixture.givenNoPriorActivity().when(like(new Target.OfComment(other, COMMENT))), CommentNotFound.class);
    }

    @Test
    void whatWasRetractedIsNotLikedNorAreItsComments() {
        recorded(ContentRetracted.retractionId(CONTENT), new ContentRetracted(CONTENT, "ada", AT, "ada"));
        for (Target target : List.of(ON_CONTENT, ON_COMMENT)) {
            aFixture();
            rejected(fixture.givenNoPriorActivity().when(like(target)), ContentNotFound.class);
        }
    }

    @Test
    void whoMayReactMaySeeWhoDidAlsoOfWhatWasRedacted() {
        recorded(CommentRedacted.redactionId(COMMENT), new CommentRedacted(CONTENT, COMMENT, 3, "ada", AT));
        for (Target target : List.of(ON_CONTENT, ON_COMMENT)) {
            aFixture();
            fixture.givenNoPriorActivity()
                    .when(new CheckTarget(target, "like", BOB, AT))
                    .expectNoEvents()
                    .expectSuccessfulHandlerExecution();
        }
        aFixture();
        rejected(
                fixture.givenNoPriorActivity()
                        .when(new CheckTarget(new Target.OfContent(COMMENT), "like", BOB, AT)),
                ContentNotFound.class);
    }

    @Test
    void whatWasRedactedIsNotLikedButALikeOfItMayBeTakenBack() {
        recorded(CommentRedacted.redactionId(COMMENT), new CommentRedacted(CONTENT, COMMENT, 3, "ada", AT));
        rejected(fixture.givenNoPriorActivity().when(like(ON_COMMENT)), TargetWasRedacted.class);
        aFixture();
        fixture.given(new Liked(ON_COMMENT, "like", "bob", "eve", 3L, AT))
                .when(new WithdrawLike(ON_COMMENT, "like", BOB, AT))
                .expectEvents(new LikeWithdrawn(ON_COMMENT, "like", "bob", "eve", 3L, AT));
    }
}
