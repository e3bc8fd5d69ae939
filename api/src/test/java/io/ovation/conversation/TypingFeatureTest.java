package io.ovation.conversation;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import io.ovation.Caller;
import io.ovation.admission.FairAdmission;
import io.ovation.cluster.Nodes;
import io.ovation.conversation.ConversationCommand.CheckStanding;
import io.ovation.conversation.ConversationCommand.Standing;
import io.ovation.conversation.ConversationRejection.ConversationNotFound;
import io.ovation.conversation.ConversationRejection.NotAMember;
import io.ovation.conversation.ConversationRejection.RoleTooLow;
import io.ovation.live.Watches;
import io.ovation.operation.Answer;
import io.ovation.operation.Call;
import io.ovation.operation.Gateways;
import io.ovation.operation.Operation;
import io.ovation.operation.Operation.Nothing;
import org.axonframework.commandhandling.SimpleCommandBus;
import org.axonframework.commandhandling.gateway.DefaultCommandGateway;
import org.axonframework.queryhandling.DefaultQueryGateway;
import org.axonframework.queryhandling.SimpleQueryBus;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

import static org.assertj.core.api.Assertions.assertThat;

/** Who may be told of as writing, and how often; what watchers see of it is tested with the live streams. */
class TypingFeatureTest {
    private static final String TALK = "01990000-0000-7000-8000-00000000000a";
    private static final String OTHER = "01990000-0000-7000-8000-00000000000b";

    private final AtomicInteger asked = new AtomicInteger();
    private final AtomicLong nanos = new AtomicLong();
    private final SimpleCommandBus bus = SimpleCommandBus.builder().build();
    private final TypingFeature feature = feature();
    private Standing standing = new Standing(0, true, true, false);

    private TypingFeature feature() {
        bus.subscribe(CheckStanding.class.getName(), command -> {
            asked.incrementAndGet();
            return standing;
        });
        DefaultQueryGateway queries = DefaultQueryGateway.builder()
                .queryBus(SimpleQueryBus.builder().build())
                .build();
        return new TypingFeature(
                new Gateways(
                        DefaultCommandGateway.builder().commandBus(bus).build(), queries, new FairAdmission(1, 1)),
                new Watches(queries, () -> "00000000000000aa", Schedulers.immediate(), Runnable::run),
                Clock.fixed(Instant.EPOCH, ZoneOffset.UTC),
                Nodes.ALONE,
                nanos::get);
    }

    @SuppressWarnings("unchecked") // the feature has this one operation
    private Mono<Answer> typing(String user, String conversationId) {
        Operation<Nothing> operation = (Operation<Nothing>) feature.operations().getFirst();
        return Mono.defer(() -> operation
                .handler()
                .handle(new Call<>(new Caller(user, false), Map.of("conversationId", conversationId), new Nothing())));
    }

    private void types(String user, String conversationId) {
        StepVerifier.create(typing(user, conversationId))
                .expectNext(Answer.accepted())
                .verifyComplete();
    }

    @Test
    void moreThanOneASecondIsDroppedInSilence() {
        for (int i = 0; i < 50; i++) {
            types("ada", TALK);
        }
        assertThat(asked).hasValue(1);

        nanos.addAndGet(Duration.ofMillis(999).toNanos());
        types("ada", TALK);
        assertThat(asked).hasValue(1);
        nanos.addAndGet(Duration.ofMillis(1).toNanos());
        types("ada", TALK);
        assertThat(asked).hasValue(2);
    }

    @Test
    void theLimitIsOfEachUserAndConversation() {
        types("ada", TALK);
        types("bob", TALK);
        types("ada", OTHER);
        assertThat(asked).hasValue(3);
    }

    @Test
    void onlyWhoMayPostIsToldOf() {
        standing = new Standing(0, true, false, false);
        StepVerifier.create(typing("ada", TALK)).verifyError(RoleTooLow.class);
        standing = new Standing(0, false, false, false);
        StepVerifier.create(typing("eve", TALK)).verifyError(NotAMember.class);
        StepVerifier.create(typing("eve", "nope")).verifyError(ConversationNotFound.class);
    }

    @Test
    void whoIsMutedIsAnsweredAndNotToldOf() {
        standing = new Standing(0, true, false, true);
        types("ada", TALK);
    }

    @Test
    void aRefusalIsNotTakenForHavingBeenTold() {
        standing = new Standing(0, false, false, false);
        StepVerifier.create(typing("eve", TALK)).verifyError(NotAMember.class);
        StepVerifier.create(typing("eve", TALK)).verifyError(NotAMember.class);
    }
}
