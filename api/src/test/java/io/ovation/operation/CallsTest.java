package io.ovation.operation;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import io.ovation.Caller;
import io.ovation.limits.Cost;
import io.ovation.limits.LimitSettings;
import io.ovation.limits.Limits;
import io.ovation.limits.RateLimited;
import io.ovation.live.WireFrame;
import io.ovation.operation.LineStream.Lines;
import io.ovation.operation.Operation.Nothing;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** Every request draws on its user's allowance, whatever it is and wherever it came in. */
class CallsTest {
    private static final Cost<Object> COST = Cost.of(3);

    private final List<String> handled = new ArrayList<>();
    private final Calls calls = new Calls(new Limits(new Binder(new MapConfigurationPropertySource(
                    Map.of("ovation.limits.unit-burst", "10", "ovation.limits.units-per-second", "1")))
            .bindOrCreate("ovation.limits", LimitSettings.class)));
    private final Operation<Nothing> operation = new Operation<>(
            null,
            null,
            "operation",
            Nothing.class,
            COST,
            call -> noted("operation").thenReturn(Answer.done()));
    private final LiveStream<Nothing> stream = new LiveStream<>(
            null, "stream", Nothing.class, COST, call -> noted("stream").thenMany(Flux.<WireFrame>empty()));
    private final LineStream<Nothing> lines = new LineStream<>(
            "/lines",
            Nothing.class,
            COST,
            call -> noted("lines").thenReturn(new Lines(Map.of(), noted("chunks").thenMany(Flux.<byte[]>empty()))));

    private Mono<Void> noted(String what) {
        return Mono.deferContextual(context -> {
            handled.add(what + " for " + Objects.requireNonNull(Calls.caller(context)).user());
            return Mono.empty();
        });
    }

    private static Call<Nothing> call(String user, boolean answered) {
        return new Call<>(new Caller(user, false), Map.of(), new Nothing(), answered);
    }

    @Test
    void aRequestAStreamAndLinesDrawOnOneAllowance() {
        StepVerifier.create(calls.handle(operation, call("ann", true)))
                .expectNext(Answer.done())
                .verifyComplete();
        StepVerifier.create(calls.open(stream, call("ann", true))).verifyComplete();
        StepVerifier.create(calls.open(lines, call("ann", true)).flatMapMany(Lines::chunks))
                .verifyComplete();
        assertThat(handled).containsExactly("operation for ann", "stream for ann", "lines for ann", "chunks for ann");
        handled.clear();

        StepVerifier.create(calls.handle(operation, call("ann", true))).verifyError(RateLimited.class);
        StepVerifier.create(calls.open(stream, call("ann", true))).verifyError(RateLimited.class);
        StepVerifier.create(calls.open(lines, call("ann", true))).verifyError(RateLimited.class);
        assertThatExceptionOfType(RateLimited.class).isThrownBy(() -> calls.refresh(new Caller("ann", false)));
        assertThat(handled).isEmpty();

        StepVerifier.create(calls.handle(operation, call("bob", true)))
                .expectNext(Answer.done())
                .verifyComplete();
    }

    @Test
    void aFireAndForgetOverTheAllowanceIsDropped() {
        for (int i = 0; i < 3; i++) {
            StepVerifier.create(calls.handle(operation, call("ann", false)))
                    .expectNext(Answer.done())
                    .verifyComplete();
        }
        assertThat(handled).hasSize(3);

        StepVerifier.create(calls.handle(operation, call("ann", false))).verifyComplete();
        assertThat(handled).hasSize(3);
    }

    @Test
    void aPlaceIsHeldUntilTheWorkHasEndedAlsoWhenTheClientHasGone() {
        Calls two = new Calls(new Limits(new Binder(
                        new MapConfigurationPropertySource(Map.of("ovation.limits.requests-at-once", "2")))
                .bindOrCreate("ovation.limits", LimitSettings.class)));
        List<Sinks.One<Answer>> works = new ArrayList<>();
        Operation<Nothing> slow = new Operation<>(null, null, "slow", Nothing.class, COST, call -> {
            Sinks.One<Answer> work = Sinks.one();
            works.add(work);
            return work.asMono();
        });

        for (int i = 0; i < 2; i++) {
            two.handle(slow, call("ann", true)).subscribe().dispose();
        }
        StepVerifier.create(two.handle(slow, call("ann", true))).verifyError(RateLimited.class);
        StepVerifier.create(two.handle(slow, call("ann", false))).verifyComplete();
        assertThat(works).hasSize(2);
        assertThat(works).allMatch(work -> work.currentSubscriberCount() == 1);

        works.getFirst().tryEmitValue(Answer.done()).orThrow();
        two.handle(slow, call("ann", true)).subscribe().dispose();
        assertThat(works).hasSize(3);
        works.get(1).tryEmitError(new IllegalStateException("It failed")).orThrow();
        StepVerifier.create(two.handle(slow, call("bob", true)).or(two.handle(operation, call("ann", true))))
                .expectNext(Answer.done())
                .verifyComplete();
    }
}
