package io.ovation.commands;

import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import io.ovation.Unavailable;
import org.axonframework.commandhandling.AsynchronousCommandBus;
import org.axonframework.commandhandling.CommandMessage;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.axonframework.commandhandling.gateway.DefaultCommandGateway;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** How many commands are let in, and when they are answered. */
class CommandAdmissionTest {
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final BlockingQueue<CompletableFuture<Object>> waiting = new LinkedBlockingQueue<>();
    private CommandGateway gateway;

    @BeforeEach
    void aBusForOneCommandAtATimeOfWhichThreeMayWait() {
        AsynchronousCommandBus bus =
                AsynchronousCommandBus.builder().executor(threads).build();
        bus.subscribe(String.class.getName(), command -> later(command));
        gateway = DefaultCommandGateway.builder()
                .commandBus(new CommandAdmission(bus, 1, 2, 3))
                .build();
    }

    @AfterEach
    void noBus() {
        threads.close();
    }

    private Object later(CommandMessage<?> command) {
        if (command.getPayload().equals("at once")) {
            return "done";
        }
        CompletableFuture<Object> answer = new CompletableFuture<>();
        waiting.add(answer);
        return answer;
    }

    /** Sends a command, and returns when it has been handled. */
    private Sent send() throws InterruptedException {
        // the place of the one before is given back right after it was handled
        while (true) {
            CompletableFuture<Object> result = gateway.send("later");
            CompletableFuture<Object> answer = null;
            while (answer == null && !result.isCompletedExceptionally()) {
                answer = waiting.poll(1, TimeUnit.MILLISECONDS);
            }
            if (answer != null) {
                return new Sent(result, answer);
            }
        }
    }

    private record Sent(CompletableFuture<Object> result, CompletableFuture<Object> answer) {}

    @Test
    void whoWaitsForAnAnswerIsNotUnderWayButOnlySoManyMayWait() throws Exception {
        Sent first = send();
        Sent second = send();
        Sent third = send();
        assertThatThrownBy(() -> gateway.send("one too many").get(10, TimeUnit.SECONDS))
                .hasCauseInstanceOf(Unavailable.class);

        second.answer().complete("two");
        assertThat(second.result().get(10, TimeUnit.SECONDS)).isEqualTo("two");
        first.answer().completeExceptionally(new Unavailable("not recorded", 1));
        assertThatThrownBy(() -> first.result().get(10, TimeUnit.SECONDS))
                .hasCauseInstanceOf(Unavailable.class)
                .hasMessageContaining("not recorded");
        third.answer().complete(null);
        assertThat(third.result().get(10, TimeUnit.SECONDS)).isNull();

        assertThat(gateway.<Object>send("at once").get(10, TimeUnit.SECONDS)).isEqualTo("done");
    }

    @Test
    void aFailureInAStageThatFollowsIsToldAsItself() throws Exception {
        CompletableFuture<Object> result = gateway.send("later");
        CompletableFuture<Object> answer = waiting.poll(10, TimeUnit.SECONDS);
        assertThat(answer).isNotNull();
        answer.completeExceptionally(new CompletionException(new Unavailable("not recorded", 1)));
        assertThatThrownBy(() -> result.get(10, TimeUnit.SECONDS)).hasCauseInstanceOf(Unavailable.class);
    }

    /** One is handled, so many wait for their turn and get it in their order, and one more is turned down. */
    @Test
    void aBurstWaitsForItsTurnAndWhatIsBeyondItIsTurnedDownAtOnce() throws Exception {
        BlockingQueue<CompletableFuture<Void>> handled = new LinkedBlockingQueue<>();
        List<Object> order = new CopyOnWriteArrayList<>();
        AsynchronousCommandBus bus =
                AsynchronousCommandBus.builder().executor(threads).build();
        bus.subscribe(String.class.getName(), command -> {
            order.add(command.getPayload());
            CompletableFuture<Void> end = new CompletableFuture<>();
            handled.add(end);
            end.join();
            return command.getPayload();
        });
        CommandGateway burst = DefaultCommandGateway.builder()
                .commandBus(new CommandAdmission(bus, 1, 3, 10))
                .build();

        List<CompletableFuture<Object>> sent =
                Stream.of("a", "b", "c", "d").map(burst::<Object>send).toList();
        assertThatThrownBy(() -> burst.send("one too many").get(10, TimeUnit.SECONDS))
                .hasCauseInstanceOf(Unavailable.class);

        for (CompletableFuture<Object> each : sent) {
            CompletableFuture<Void> underWay = handled.poll(10, TimeUnit.SECONDS);
            assertThat(underWay).isNotNull();
            assertThat(handled).as("handled at the same time").isEmpty();
            underWay.complete(null);
            each.get(10, TimeUnit.SECONDS);
        }
        assertThat(order).containsExactly("a", "b", "c", "d");
        CompletableFuture<Object> after = burst.send("e");
        CompletableFuture<Void> last = handled.poll(10, TimeUnit.SECONDS);
        assertThat(last).isNotNull();
        last.complete(null);
        assertThat(after.get(10, TimeUnit.SECONDS)).isEqualTo("e");
    }
}
