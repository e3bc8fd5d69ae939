package io.ovation.operation;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import io.ovation.Caller;
import io.ovation.Unavailable;
import io.ovation.admission.FairAdmission;
import io.ovation.limits.Cost;
import io.ovation.limits.LimitSettings;
import io.ovation.limits.Limits;
import io.ovation.operation.Operation.Nothing;
import org.axonframework.commandhandling.SimpleCommandBus;
import org.axonframework.commandhandling.gateway.DefaultCommandGateway;
import org.axonframework.queryhandling.DefaultQueryGateway;
import org.axonframework.queryhandling.SimpleQueryBus;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

import static org.assertj.core.api.Assertions.assertThat;

/** For whom commands and queries are said to be, and whose turn it is. */
class GatewaysTest {
    private final Calls calls = new Calls(new Limits(new Binder(new MapConfigurationPropertySource(Map.of()))
            .bindOrCreate("ovation.limits", LimitSettings.class)));
    private final List<Object> users = new ArrayList<>();
    private final List<Object> admins = new ArrayList<>();
    private final Map<String, CompletableFuture<String>> answers = new LinkedHashMap<>();
    private final Gateways gateways;

    record Command() {}

    record Question(String name) {}

    GatewaysTest() {
        SimpleCommandBus commands = SimpleCommandBus.builder().build();
        commands.subscribe(Command.class.getName(), command -> {
            users.add(command.getMetaData().get(Caller.METADATA));
            admins.add(command.getMetaData().get(Caller.ADMIN_METADATA));
            return "done";
        });
        SimpleQueryBus queries = SimpleQueryBus.builder().build();
        queries.<String>subscribe(
                Question.class.getName(),
                String.class,
                query -> answers.computeIfAbsent(
                        ((Question) query.getPayload()).name(), name -> new CompletableFuture<>()));
        gateways = new Gateways(
                DefaultCommandGateway.builder().commandBus(commands).build(),
                DefaultQueryGateway.builder().queryBus(queries).build(),
                new FairAdmission(1, 3));
    }

    private Mono<Answer> by(String user, Mono<?> work) {
        Operation<Nothing> operation = new Operation<>(
                null, null, "operation", Nothing.class, Cost.ONE, call -> work.thenReturn(Answer.done()));
        return calls.handle(
                operation, new Call<>(new Caller(user, user.equals("root")), Map.of(), new Nothing()));
    }

    private Mono<Answer> asks(String user, String name) {
        return by(user, gateways.ask(new Question(name), String.class));
    }

    private void answer(String name) {
        CompletableFuture<String> answer = answers.get(name);
        assertThat(answer).as(name + " has been asked").isNotNull();
        answer.complete("answer");
    }

    @Test
    void aCommandSaysForWhomItIs() {
        by("ann", gateways.send(new Command(), String.class)).block();
        gateways.send(new Command(), String.class).block();
        by("root", gateways.send(new Command(), String.class)).block();
        assertThat(users).containsExactly("ann", null, "root");
        assertThat(admins).containsExactly(null, null, "root");
    }

    @Test
    void aQuestionWaitsForItsUsersOwnAndForOneOfEachOther() {
        for (int i = 0; i < 3; i++) {
            asks("mallory", "m" + i).subscribe();
        }
        asks("ann", "a0").subscribe();
        assertThat(answers.keySet()).containsExactly("m0");

        answer("m0");
        answer("m1");
        assertThat(answers.keySet()).containsExactly("m0", "m1", "a0");
        answer("a0");
        answer("m2");
        StepVerifier.create(asks("bob", "m2")).expectNext(Answer.done()).verifyComplete();
    }

    @Test
    void whoFloodsIsToldToComeAgainAndNobodyElse() {
        for (int i = 0; i < 4; i++) {
            asks("mallory", "m" + i).subscribe();
        }
        StepVerifier.create(asks("mallory", "m4")).verifyError(Unavailable.class);
        List<Answer> ann = new ArrayList<>();
        asks("ann", "a0").subscribe(ann::add);
        answer("m0");
        answer("m1");
        answer("a0");
        assertThat(ann).containsExactly(Answer.done());
    }

    @Test
    void whatNobodyWaitsForAnyMoreIsNotAsked() {
        asks("ann", "a0").subscribe();
        Disposable second =
                gateways.ask(new Question("a1"), String.class).subscribe();
        Disposable third =
                gateways.ask(new Question("a2"), String.class).subscribe();
        second.dispose();
        answer("a0");
        assertThat(answers.keySet()).containsExactly("a0", "a2");
        answer("a2");
        assertThat(third.isDisposed()).isTrue();
    }
}
