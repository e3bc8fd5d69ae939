package io.ovation.conversation;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.LongStream;

import io.ovation.Caller;
import io.ovation.QuerySide;
import io.ovation.TestLog;
import io.ovation.content.ContentQuery.FindReactions;
import io.ovation.content.ContentQuery.ReactionPage;
import io.ovation.content.ReactionEvent.Liked;
import io.ovation.content.Target;
import io.ovation.conversation.ConversationQuery.FindHistory;
import io.ovation.conversation.ConversationQuery.HistoryPage;
import io.ovation.conversation.ConversationQuery.MessageView;
import io.ovation.conversation.ConversationRejection.ConversationNotFound;
import io.ovation.conversation.ConversationRejection.NotAMember;
import io.ovation.live.Frame;
import io.ovation.live.Topic;
import io.ovation.live.TopicQueryUpdateEmitter;
import io.ovation.live.Update;
import io.ovation.live.Watch.FindMissed;
import io.ovation.live.Watch.FindWatchable;
import io.ovation.live.Watch.WatchTopic;
import io.ovation.live.Watch.Watchable;
import org.axonframework.eventhandling.GenericDomainEventMessage;
import org.axonframework.messaging.responsetypes.ResponseTypes;
import org.axonframework.queryhandling.SubscriptionQueryResult;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Watching, through Axon's query gateway, with both processors running. */
class WatchedConversationsTest {
    private static final TestLog LOG = new TestLog();
    private static final QuerySide ROOM = new QuerySide(LOG);
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final String talk = "talk " + UUID.randomUUID();
    private final Topic topic = Topic.conversation(Script.id(talk));
    private final Script script = new Script();

    @AfterAll
    static void stop() {
        ROOM.close();
    }

    @Test
    void aMemberMayWatchAndIsToldWhereTheLogEnds() {
        record(script.open(talk, Kind.group, "ann").send(talk, "ann", "text").edit(talk, 1, "Text"));

        assertThat(watchable("ann").last()).isEqualTo(2);
        assertThatThrownBy(() -> watchable("bob")).rootCause().isInstanceOf(NotAMember.class);

        record(script.add(talk, "bob", Role.member));
        assertThat(watchable("bob").last()).isEqualTo(3);
    }

    @Test
    void whatIsNotThereCanNotBeWatched() {
        assertThatThrownBy(() -> watchable("ann")).rootCause().isInstanceOf(ConversationNotFound.class);
        StepVerifier.create(missed(-1)).verifyError(ConversationNotFound.class);
    }

    @Test
    void everyEventButTheOpeningIsToldLiveInOrder() {
        record(script.open(talk, Kind.group, "ann"));
        SubscriptionQueryResult<Update, Update> watching = watch();

        StepVerifier.create(watching.updates())
                .then(() -> record(script.send(talk, "ann", "text")
                        .edit(talk, 1, "Text")
                        .redact(talk, 1)
                        .add(talk, "bob", Role.moderator)
                        .remove(talk, "bob")))
                .expectNextMatches(update -> update.sequence() == 1
                        && update.frame() instanceof Frame.Message message
                        && "text".equals(message.body())
                        && message.redacted() == null
                        && message.seq() == 1)
                .expectNextMatches(update -> update.sequence() == 2
                        && update.frame() instanceof Frame.MessageEdited edited
                        && "Text".equals(edited.body()))
                .expectNextMatches(update -> update.sequence() == 3 && update.frame() instanceof Frame.MessageRedacted)
                .expectNext(new Update(topic, 4, new Frame.Member(topic.id(), "bob", Role.moderator, null)))
                .expectNext(new Update(topic, 5, new Frame.Member(topic.id(), "bob", null, true)))
                .thenCancel()
                .verify(PATIENCE);
        assertThat(ROOM.bean(TopicQueryUpdateEmitter.class).watchedTopics()).isZero();
    }

    @Test
    void receiptsAreToldLiveAndTheCurrentOnesAtTheStart() {
        record(script.open(talk, Kind.group, "ann", "b/o.b")
                .send(talk, "ann", "text")
                .send(talk, "ann", "text"));
        assertThat(watchable("ann").states()).isEmpty();
        SubscriptionQueryResult<Update, Update> watching = watch();
        Frame first = new Frame.Receipt(topic.id(), "b/o.b", 1, 1);
        Frame second = new Frame.Receipt(topic.id(), "b/o.b", 2, 1);

        // the messages before may be told to who watches from here on
        StepVerifier.create(watching.updates().map(Update::frame).filter(Frame.Receipt.class::isInstance))
                .then(() -> record(script.read(talk, "b/o.b", 1)))
                .expectNext(first)
                .then(() -> record(script.delivered(talk, "b/o.b", 2)))
                .expectNext(second)
                .thenCancel()
                .verify(PATIENCE);

        assertThat(watchable("ann").states())
                .containsExactly(new Update(topic, LOG.events().size() - 1, second));
        record(script.remove(talk, "b/o.b"));
        assertThat(watchable("ann").states())
                .as("of those who are members still")
                .isEmpty();
    }

    @Test
    void reactionsToAMessageAreToldAndShownUntilItIsRedacted() {
        record(script.open(talk, Kind.group, "ann").send(talk, "ann", "one").send(talk, "ann", "two"));
        SubscriptionQueryResult<Update, Update> watching = watch();
        String id = history().getFirst().messageId();
        Target target = new Target.OfMessage(topic.id(), id);
        Frame told = new Frame.Reactions(id, null, null, Map.of("like", 1L));

        StepVerifier.create(watching.updates().map(Update::frame).filter(Frame.Reactions.class::isInstance))
                .then(() -> LOG.append(List.of(new GenericDomainEventMessage<>(
                        "Reaction", id, 0, new Liked(target, "like", "ann", "ann", 1L, Instant.EPOCH)))))
                .expectNext(told)
                .thenCancel()
                .verify(PATIENCE);

        assertThat(missed(2).map(Update::frame).collectList().block(PATIENCE)).containsExactly(told);
        assertThat(history().getFirst().reactions()).isEqualTo(Map.of("like", 1L));
        assertThat(history().getFirst().myReactions()).containsExactly("like");
        assertThat(history().getLast().reactions()).isNull();
        assertThat(history().getLast().myReactions()).isNull();
        FindReactions who = new FindReactions(target, "like", new Caller("ann", false), null, 10);
        assertThat(ROOM.queries().query(who, ReactionPage.class).join().users()).containsExactly("ann");
        record(script.redact(talk, 1));
        assertThat(history().getFirst().reactions()).isNull();
        assertThat(ROOM.queries().query(who, ReactionPage.class).join().users()).isEmpty();
        assertThat(missed(2).map(Update::frame).collectList().block(PATIENCE)).doesNotContain(told);
    }

    private static List<MessageView> history(String conversationId) {
        return ROOM.queries()
                .query(
                        new FindHistory(conversationId, new Caller("ann", false), null, null, 50),
                        HistoryPage.class)
                .join()
                .messages();
    }

    private List<MessageView> history() {
        return history(topic.id());
    }

    @Test
    void theInitialAnswerSaysNothing() {
        SubscriptionQueryResult<Update, Update> watching = watch();

        StepVerifier.create(watching.initialResult()).expectComplete().verify(PATIENCE);
        watching.cancel();
    }

    @Test
    void whatWasMissedIsWhatWasToldLive() {
        record(script.open(talk, Kind.group, "ann"));
        SubscriptionQueryResult<Update, Update> watching = watch();
        for (int i = 0; i < 300; i++) {
            script.send(talk, "ann", "text " + i);
        }
        record(script.edit(talk, 3, "edited").add(talk, "bob", Role.member));

        List<Update> live = watching.updates().take(302).collectList().block(PATIENCE);

        assertThat(missed(-1).collectList().block(PATIENCE)).isEqualTo(live);
        assertThat(missed(0).collectList().block(PATIENCE)).isEqualTo(live);
        assertThat(missed(300).map(Update::sequence).collectList().block(PATIENCE))
                .containsExactly(301L, 302L);
        assertThat(missed(302).collectList().block(PATIENCE)).isEmpty();
        assertThat(missed(10_000).collectList().block(PATIENCE)).isEmpty();
        assertThat(missed(Long.MAX_VALUE).collectList().block(PATIENCE)).isEmpty();
    }

    @Test
    void textThatWasRedactedSinceIsLeftOutOfWhatWasMissed() {
        script.open(talk, Kind.group, "ann");
        for (int i = 0; i < 200; i++) {
            script.send(talk, "ann", "text " + i);
        }
        // the message of seq 7 before the cursor, its edit after it
        record(script.edit(talk, 7, "secret")
                .edit(talk, 150, "secret")
                .edit(talk, 8, "not secret")
                .redact(talk, 7)
                .redact(talk, 150));

        List<Update> told = missed(100).collectList().block(PATIENCE);

        assertThat(told)
                .isNotNull()
                .extracting(Update::frame)
                .noneMatch(frame ->
                        frame.toString().contains("secret") && !frame.toString().contains("not secret"));
        assertThat(told)
                .extracting(Update::sequence)
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(101, 205).boxed().toList());
        Frame.Message message = (Frame.Message) told.get(49).frame();
        assertThat(message.seq()).isEqualTo(150);
        assertThat(message.body()).isNull();
        assertThat(message.redacted()).isTrue();
        assertThat(told)
                .extracting(Update::frame)
                .filteredOn(Frame.MessageEdited.class::isInstance)
                .map(Frame.MessageEdited.class::cast)
                .extracting(Frame.MessageEdited::redacted)
                .containsExactly(true, true, null);
    }

    @Test
    void noMoreIsReadThanIsAskedForAndCancellingEndsIt() {
        script.open(talk, Kind.group, "ann");
        for (int i = 0; i < 5_000; i++) {
            script.send(talk, "ann", "text");
        }
        record(script);
        int before = LOG.eventsRead();

        StepVerifier.create(missed(0), 10)
                .expectNextCount(10)
                .thenRequest(1)
                .expectNextCount(1)
                .thenCancel()
                .verify(PATIENCE);

        assertThat(LOG.eventsRead() - before).isLessThan(1_000);
    }

    @Test
    void whoLeavesInTheMiddleOfAReadDoesNotInterruptIt()
            throws InterruptedException, ExecutionException, TimeoutException {
        record(script.open(talk, Kind.group, "ann").send(talk, "ann", "text"));
        CountDownLatch reading = new CountDownLatch(1);
        CountDownLatch left = new CountDownLatch(1);
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        LOG.onRead(() -> {
            reading.countDown();
            boolean before = !isOpen(left);
            interrupted.complete(before || Thread.currentThread().isInterrupted());
        });
        try {
            StepVerifier.create(missed(-1))
                    .then(() -> assertThat(isOpen(reading)).isTrue())
                    .thenCancel()
                    .verify(PATIENCE);
            left.countDown();

            assertThat(interrupted.get(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                    .as("interrupted")
                    .isFalse();
        } finally {
            LOG.onRead(() -> {});
        }
    }

    /** Waits for that; false when it did not come, or the thread was interrupted. */
    private static boolean isOpen(CountDownLatch latch) {
        try {
            return latch.await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Test
    void whatComesAfterTheQuestionIsNotPartOfTheAnswer() {
        record(script.open(talk, Kind.group, "ann").send(talk, "ann", "before"));

        StepVerifier.create(missed(-1), 0)
                .thenRequest(1)
                .expectNextCount(1)
                .then(() -> record(script.send(talk, "ann", "after")))
                .thenRequest(10)
                .expectComplete()
                .verify(PATIENCE);
    }

    private void record(Script written) {
        LOG.append(written.take());
    }

    private Watchable watchable(String user) {
        return ROOM.queries()
                .query(new FindWatchable(topic, new Caller(user, false)), Watchable.class)
                .join();
    }

    private Flux<Update> missed(long after) {
        return Flux.from(ROOM.queries().streamingQuery(new FindMissed(topic, after), Update.class));
    }

    private SubscriptionQueryResult<Update, Update> watch() {
        return ROOM.queries()
                .subscriptionQuery(
                        WatchTopic.class.getName(),
                        new WatchTopic(topic),
                        ResponseTypes.instanceOf(Update.class),
                        ResponseTypes.instanceOf(Update.class),
                        1_024);
    }
}
