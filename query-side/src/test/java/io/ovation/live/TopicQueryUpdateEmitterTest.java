package io.ovation.live;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

import io.ovation.live.Watch.WatchTopic;
import org.axonframework.messaging.GenericMessage;
import org.axonframework.messaging.responsetypes.ResponseTypes;
import org.axonframework.messaging.unitofwork.DefaultUnitOfWork;
import org.axonframework.messaging.unitofwork.UnitOfWork;
import org.axonframework.queryhandling.DefaultQueryGateway;
import org.axonframework.queryhandling.GenericSubscriptionQueryMessage;
import org.axonframework.queryhandling.GenericSubscriptionQueryUpdateMessage;
import org.axonframework.queryhandling.QueryGateway;
import org.axonframework.queryhandling.SimpleQueryBus;
import org.axonframework.queryhandling.SubscriptionQueryMessage;
import org.axonframework.queryhandling.SubscriptionQueryResult;
import org.axonframework.queryhandling.UpdateHandlerRegistration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class TopicQueryUpdateEmitterTest {
    private static final Topic HERE = Topic.conversation("here");
    private static final Topic THERE = Topic.conversation("there");
    private static final int BUFFER = 16;

    private final TopicQueryUpdateEmitter emitter = new TopicQueryUpdateEmitter();
    private final QueryGateway queries = DefaultQueryGateway.builder()
            .queryBus(SimpleQueryBus.builder().queryUpdateEmitter(emitter).build())
            .build();

    @Test
    void anUpdateReachesTheWatchersOfItsTopicAndNobodyElse() {
        List<Update> here = new ArrayList<>();
        List<Update> hereToo = new ArrayList<>();
        List<Update> there = new ArrayList<>();
        watch(HERE).updates().subscribe(here::add);
        watch(HERE).updates().subscribe(hereToo::add);
        watch(THERE).updates().subscribe(there::add);

        emitter.emit(update(HERE, 1));

        assertThat(here).containsExactly(update(HERE, 1)).isEqualTo(hereToo);
        assertThat(there).isEmpty();
    }

    @Test
    void anUpdateToOneTopicTouchesNoOtherSubscription() {
        AtomicInteger looks = new AtomicInteger();
        for (int i = 0; i < 1_000; i++) {
            emitter.registerUpdateHandler(new LookedAt(Topic.conversation("other " + i), looks), BUFFER);
        }
        emitter.registerUpdateHandler(new LookedAt(HERE, looks), BUFFER);
        looks.set(0);

        emitter.emit(update(HERE, 1));
        emitter.emit(update(Topic.conversation("nobody's"), 1));

        assertThat(looks).hasValue(0);
    }

    @Test
    void whatIsEmittedBeforeTheUpdatesAreTakenIsKept() {
        SubscriptionQueryResult<Update, Update> watching = watch(HERE);
        LongStream.range(0, BUFFER).forEach(i -> emitter.emit(update(HERE, i)));

        StepVerifier.create(watching.updates().map(Update::sequence).take(BUFFER))
                .expectNextSequence(LongStream.range(0, BUFFER).boxed().toList())
                .verifyComplete();
    }

    @Test
    void onlyWhatIsAskedForIsDelivered() {
        SubscriptionQueryResult<Update, Update> watching = watch(HERE);

        StepVerifier.create(watching.updates().map(Update::sequence), 0)
                .then(() -> LongStream.range(0, 3).forEach(i -> emitter.emit(update(HERE, i))))
                .expectNoEvent(Duration.ofMillis(20))
                .thenRequest(2)
                .expectNext(0L, 1L)
                .thenRequest(1)
                .expectNext(2L)
                .thenCancel()
                .verify();
    }

    @Test
    void aFullBufferEndsTheSubscriptionAfterWhatItHolds() {
        SubscriptionQueryResult<Update, Update> watching = watch(HERE);
        LongStream.range(0, BUFFER + 5).forEach(i -> emitter.emit(update(HERE, i)));

        assertThatNothingIsLeft();
        StepVerifier.create(watching.updates().map(Update::sequence))
                .expectNextSequence(LongStream.range(0, BUFFER).boxed().toList())
                .verifyError(UpdatesOverflow.class);
    }

    @Test
    void whoKeepsUpIsNeverEnded() {
        SubscriptionQueryResult<Update, Update> watching = watch(HERE);

        StepVerifier.create(watching.updates().map(Update::sequence))
                .then(() -> LongStream.range(0, 100L * BUFFER).forEach(i -> emitter.emit(update(HERE, i))))
                .expectNextCount(100L * BUFFER)
                .thenCancel()
                .verify();
    }

    @Test
    void cancellingTheUpdatesFreesTheTopic() {
        StepVerifier.create(watch(HERE).updates())
                .then(() -> emitter.emit(update(HERE, 1)))
                .expectNextCount(1)
                .thenCancel()
                .verify();

        assertThatNothingIsLeft();
    }

    @Test
    void cancellingTheQueryFreesTheTopicAndCompletesTheUpdates() {
        SubscriptionQueryResult<Update, Update> watching = watch(HERE);

        StepVerifier.create(watching.updates()).then(watching::cancel).verifyComplete();

        assertThatNothingIsLeft();
    }

    @Test
    void cancellingAQueryThatWasNeverReadFreesTheTopic() {
        watch(HERE).cancel();

        assertThatNothingIsLeft();
    }

    @Test
    void oneOfTwoWatchersMayGo() {
        SubscriptionQueryResult<Update, Update> first = watch(HERE);
        SubscriptionQueryResult<Update, Update> second = watch(HERE);
        first.cancel();

        StepVerifier.create(second.updates())
                .then(() -> emitter.emit(update(HERE, 1)))
                .expectNext(update(HERE, 1))
                .thenCancel()
                .verify();
        assertThatNothingIsLeft();
    }

    @Test
    void aWatcherMayGoWhileItIsToldSomething() {
        StepVerifier.create(watch(HERE).updates().take(1))
                .then(() -> emitter.emit(update(HERE, 1)))
                .expectNextCount(1)
                .verifyComplete();

        assertThatNothingIsLeft();
    }

    @Test
    void queriesOfAnyKindAreReachedByAPredicate() {
        SubscriptionQueryResult<String, String> question = queries.subscriptionQuery(
                "a question", ResponseTypes.instanceOf(String.class), ResponseTypes.instanceOf(String.class));

        StepVerifier.create(question.updates())
                .then(() -> {
                    emitter.emit(String.class, text -> text.startsWith("another"), "no");
                    emitter.emit(String.class, text -> text.startsWith("a question"), "yes");
                    emitter.emit(Integer.class, number -> true, "no");
                    emitter.emit(String.class, text -> true, GenericSubscriptionQueryUpdateMessage.asUpdateMessage(7));
                })
                .expectNext("yes")
                .then(() -> emitter.complete(String.class, text -> true))
                .verifyComplete();
        assertThatNothingIsLeft();
    }

    @Test
    void watchersAreReachedByAPredicateToo() {
        StepVerifier.create(watch(HERE).updates())
                .then(() ->
                        emitter.emit(WatchTopic.class, query -> query.topic().equals(HERE), update(HERE, 1)))
                .expectNext(update(HERE, 1))
                .then(() -> emitter.completeExceptionally(
                        WatchTopic.class, query -> true, new IllegalStateException("over")))
                .verifyErrorMessage("over");
        assertThatNothingIsLeft();
    }

    @Test
    void aQueryForOtherUpdatesOnATopicGetsNone() {
        SubscriptionQueryResult<String, String> odd = queries.subscriptionQuery(
                new WatchTopic(HERE), ResponseTypes.instanceOf(String.class), ResponseTypes.instanceOf(String.class));

        emitter.emit(update(HERE, 1));
        odd.cancel();

        StepVerifier.create(odd.updates()).verifyComplete();
    }

    @Test
    void whatAHandlerEmitsIsEmittedAfterItsUnitOfWorkCommitted() {
        List<Update> told = new ArrayList<>();
        watch(HERE).updates().subscribe(told::add);
        UnitOfWork<?> unitOfWork = DefaultUnitOfWork.startAndGet(new GenericMessage<>("a message"));
        emitter.emit(update(HERE, 1));
        emitter.emit(update(HERE, 2));
        assertThat(told).isEmpty();

        unitOfWork.commit();

        assertThat(told).containsExactly(update(HERE, 1), update(HERE, 2));
    }

    @Test
    void whatAHandlerEmitsIsNotEmittedWhenItFails() {
        List<Update> told = new ArrayList<>();
        watch(HERE).updates().subscribe(told::add);
        UnitOfWork<?> unitOfWork = DefaultUnitOfWork.startAndGet(new GenericMessage<>("a message"));
        emitter.emit(update(HERE, 1));

        unitOfWork.rollback();

        assertThat(told).isEmpty();
    }

    @Test
    void dispatchInterceptorsSeeEachUpdateOnce() {
        AtomicInteger seen = new AtomicInteger();
        watch(HERE).updates().subscribe();
        watch(HERE).updates().subscribe();
        emitter.registerDispatchInterceptor(messages -> (index, message) -> {
            seen.incrementAndGet();
            return message;
        });

        emitter.emit(update(HERE, 1));

        assertThat(seen).hasValue(1);
    }

    @Test
    void theSameQueryIsNotTakenTwice() {
        SubscriptionQueryMessage<?, ?, Update> query = new LookedAt(HERE, new AtomicInteger());
        emitter.registerUpdateHandler(query, BUFFER);

        assertThat(emitter.queryUpdateHandlerRegistered(query)).isTrue();
        assertThat(emitter.activeSubscriptions().stream().anyMatch(active -> active == query))
                .isTrue();
        assertThatThrownBy(() -> SimpleQueryBus.builder()
                        .queryUpdateEmitter(emitter)
                        .build()
                        .subscriptionQuery(query, BUFFER))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    @Timeout(60)
    void comingAndGoingNeverLosesAWatcherOrLeavesOneBehind() {
        List<CompletableFuture<Void>> threads = IntStream.range(0, 4)
                .mapToObj(thread -> CompletableFuture.runAsync(() -> {
                    for (int i = 0; i < 2_000; i++) {
                        UpdateHandlerRegistration<Update> registration =
                                emitter.registerUpdateHandler(new LookedAt(HERE, new AtomicInteger()), BUFFER);
                        emitter.emit(update(HERE, 1));
                        Flux<Long> updates = registration.getUpdates().map(update -> update.getPayload()
                                .sequence());
                        assertThat(updates.blockFirst(Duration.ofSeconds(10))).isEqualTo(1);
                    }
                }))
                .toList();
        threads.forEach(CompletableFuture::join);

        assertThatNothingIsLeft();
    }

    private void assertThatNothingIsLeft() {
        assertThat(emitter.watchedTopics()).isZero();
        assertThat(emitter.activeSubscriptions()).isEmpty();
    }

    private SubscriptionQueryResult<Update, Update> watch(Topic topic) {
        return queries.subscriptionQuery(
                WatchTopic.class.getName(),
                new WatchTopic(topic),
                ResponseTypes.instanceOf(Update.class),
                ResponseTypes.instanceOf(Update.class),
                BUFFER);
    }

    private static Update update(Topic topic, long sequence) {
        return new Update(topic, sequence, new Frame.MessageRedacted(topic.id(), "a message", sequence));
    }

    /** A query that counts how often it is looked into. */
    private static final class LookedAt extends GenericSubscriptionQueryMessage<WatchTopic, Update, Update> {
        private static final long serialVersionUID = 1L;

        private final transient AtomicInteger looks;

        LookedAt(Topic topic, AtomicInteger looks) {
            super(
                    new WatchTopic(topic),
                    ResponseTypes.instanceOf(Update.class),
                    ResponseTypes.instanceOf(Update.class));
            this.looks = looks;
        }

        @Override
        public WatchTopic getPayload() {
            looks.incrementAndGet();
            return super.getPayload();
        }
    }
}
