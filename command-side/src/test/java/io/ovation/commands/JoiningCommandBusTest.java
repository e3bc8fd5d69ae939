package io.ovation.commands;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.ovation.Addressed;
import io.ovation.ErrorCode;
import io.ovation.Rejection;
import io.ovation.Unavailable;
import io.ovation.sequence.RecentEntries;
import org.axonframework.commandhandling.CommandMessage;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.axonframework.commandhandling.gateway.DefaultCommandGateway;
import org.axonframework.messaging.interceptors.CorrelationDataInterceptor;
import org.axonframework.messaging.unitofwork.CurrentUnitOfWork;
import org.axonframework.messaging.unitofwork.UnitOfWork;
import org.axonframework.modelling.command.ConcurrencyException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.axonframework.commandhandling.GenericCommandMessage.asCommandMessage;

/** Which commands are decided together, and what each is answered. */
class JoiningCommandBusTest {
    private static final String NOT_THAT_ONE = "not that one";

    private static final String UNREADABLE = "unreadable";

    private final AtomicInteger loads = new AtomicInteger();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    /** The texts of each unit of work that was durable, in the order of their decision. */
    private final List<List<String>> units = new CopyOnWriteArrayList<>();

    /** What the store says to a unit of work with more than one command. */
    private final AtomicReference<@Nullable RuntimeException> toSeveral = new AtomicReference<>();

    private final JoiningCommandBus bus = new JoiningCommandBus(
            threads,
            new Turns(Map.of(Write.class, Turn.TOGETHER, Hold.class, Turn.TOGETHER, Change.class, Turn.ALONE,
                    Ask.class, Turn.ASKING)));
    private final CommandGateway gateway =
            DefaultCommandGateway.builder().commandBus(bus).build();

    private record Write(String target, String text) implements Addressed {
        @Override
        public Rejection whenMissing() {
            throw new AssertionError("it is there");
        }
    }

    /** What is not decided together with anything. */
    private record Change(String target) implements Addressed {
        @Override
        public Rejection whenMissing() {
            throw new AssertionError("it is there");
        }
    }

    /** What records nothing. */
    private record Ask(String target) implements Addressed {
        @Override
        public Rejection whenMissing() {
            throw new AssertionError("it is there");
        }
    }

    /** Holds its aggregate until it is let go. */
    private record Hold(String target, CountDownLatch begun, CountDownLatch end) implements Addressed {
        @Override
        public Rejection whenMissing() {
            throw new AssertionError("it is there");
        }
    }

    private static final class Refused extends Rejection {
        private static final long serialVersionUID = 1L;

        Refused() {
            super(ErrorCode.CONFLICT, NOT_THAT_ONE);
        }
    }

    @BeforeEach
    void aBus() {
        bus.registerHandlerInterceptor(
                new CorrelationDataInterceptor<>(message -> Map.of("command", message.getIdentifier())));
        bus.subscribe(Write.class.getName(), command -> write((Write) command.getPayload(), command));
        bus.subscribe(Change.class.getName(), command -> {
            units.add(List.of("changed"));
            return "changed";
        });
        bus.subscribe(Ask.class.getName(), command -> "asked");
        bus.subscribe(Hold.class.getName(), command -> hold((Hold) command.getPayload()));
    }

    @AfterEach
    void noBus() {
        threads.close();
    }

    private Object write(Write command, CommandMessage<?> message) {
        if (command.text().equals(NOT_THAT_ONE)) {
            throw new Refused();
        }
        if (command.text().equals(UNREADABLE)) {
            loads.incrementAndGet();
            throw new Unavailable("The event store cannot be read now", 1);
        }
        if (command.text().equals("a fault")) {
            throw new IllegalStateException("a fault");
        }
        UnitOfWork<?> unit = CurrentUnitOfWork.get();
        List<String> written = unit.getOrComputeResource("written", key -> {
            List<String> texts = new ArrayList<>();
            unit.onPrepareCommit(_ -> store(texts));
            return texts;
        });
        written.add(command.text());
        assertThat(unit.getCorrelationData()).containsEntry("command", message.getIdentifier());
        return command.text() + "!";
    }

    private void store(List<String> texts) {
        RuntimeException failure = toSeveral.get();
        if (failure != null && texts.size() > 1) {
            throw failure;
        }
        units.add(List.copyOf(texts));
    }

    private static Object hold(Hold command) throws InterruptedException {
        command.begun().countDown();
        assertThat(command.end().await(20, TimeUnit.SECONDS)).isTrue();
        return "held";
    }

    /** Sends these to one aggregate while one before them is under way. */
    private List<CompletableFuture<Object>> sendWhileHeld(List<String> texts) throws InterruptedException {
        Hold hold = new Hold("one", new CountDownLatch(1), new CountDownLatch(1));
        CompletableFuture<Object> held = gateway.send(hold);
        assertThat(hold.begun().await(20, TimeUnit.SECONDS)).isTrue();
        List<CompletableFuture<Object>> sent = texts.stream()
                .map(text -> gateway.<Object>send(new Write("one", text)))
                .toList();
        hold.end().countDown();
        assertThat(held.orTimeout(20, TimeUnit.SECONDS).join()).isEqualTo("held");
        return sent;
    }

    private static Object answer(CompletableFuture<Object> sent) {
        return sent.orTimeout(20, TimeUnit.SECONDS).join();
    }

    @Test
    void whatWaitsForNobodyIsHandledAlone() {
        assertThat(answer(gateway.send(new Write("one", "a")))).isEqualTo("a!");
        assertThat(answer(gateway.send(new Write("one", "b")))).isEqualTo("b!");
        assertThat(units).containsExactly(List.of("a"), List.of("b"));
    }

    @Test
    void whatComesWhileOneIsUnderWayIsDecidedTogetherInItsOrder() throws Exception {
        List<CompletableFuture<Object>> sent = sendWhileHeld(List.of("a", "b", "c"));
        assertThat(sent.stream().map(JoiningCommandBusTest::answer)).containsExactly("a!", "b!", "c!");
        assertThat(units).containsExactly(List.of("a", "b", "c"));
    }

    @Test
    void whatCannotBeJoinedIsHandledInItsTurn() throws Exception {
        Hold hold = new Hold("one", new CountDownLatch(1), new CountDownLatch(1));
        CompletableFuture<Object> held = gateway.send(hold);
        assertThat(hold.begun().await(20, TimeUnit.SECONDS)).isTrue();
        List<CompletableFuture<Object>> sent = Stream.of(
                        new Write("one", "a"),
                        new Write("one", "b"),
                        new Change("one"),
                        new Change("one"),
                        new Write("one", "c"),
                        new Write("one", "d"))
                .map(command -> gateway.<Object>send(command))
                .toList();
        hold.end().countDown();
        assertThat(answer(held)).isEqualTo("held");
        assertThat(sent.stream().map(JoiningCommandBusTest::answer))
                .containsExactly("a!", "b!", "changed", "changed", "c!", "d!");
        assertThat(units).containsExactly(List.of("a", "b"), List.of("changed"), List.of("changed"), List.of("c", "d"));
    }

    @Test
    void anotherAggregateIsNotHeldUp() throws Exception {
        Hold hold = new Hold("one", new CountDownLatch(1), new CountDownLatch(1));
        CompletableFuture<Object> held = gateway.send(hold);
        assertThat(answer(gateway.send(new Write("another", "a")))).isEqualTo("a!");
        assertThat(held).isNotDone();
        hold.end().countDown();
        assertThat(answer(held)).isEqualTo("held");
    }

    @Test
    void noMoreAreDecidedTogetherThanAnAggregateRemembers() throws Exception {
        assertThat(JoiningCommandBus.MOST_TOGETHER).isLessThanOrEqualTo(RecentEntries.CAPACITY);
        List<String> texts = IntStream.range(0, JoiningCommandBus.MOST_TOGETHER + 1)
                .mapToObj(Integer::toString)
                .toList();
        sendWhileHeld(texts).forEach(JoiningCommandBusTest::answer);
        assertThat(units).hasSize(2);
        assertThat(units.stream().flatMap(List::stream)).containsExactlyElementsOf(texts);
    }

    @Test
    void aRejectionLeavesTheOthersAsTheyAre() throws Exception {
        List<CompletableFuture<Object>> sent = sendWhileHeld(List.of("a", NOT_THAT_ONE, "c"));
        assertThat(answer(sent.get(0))).isEqualTo("a!");
        assertThatThrownBy(() -> answer(sent.get(1))).hasRootCauseInstanceOf(Refused.class);
        assertThat(answer(sent.get(2))).isEqualTo("c!");
        assertThat(units).containsExactly(List.of("a", "c"));
    }

    @Test
    void whereOneFailsItIsFoundAndTheOthersAreHandled() throws Exception {
        List<CompletableFuture<Object>> sent = sendWhileHeld(List.of("a", "b", "a fault", "d"));
        assertThat(answer(sent.get(0))).isEqualTo("a!");
        assertThat(answer(sent.get(1))).isEqualTo("b!");
        assertThatThrownBy(() -> answer(sent.get(2))).hasRootCauseInstanceOf(IllegalStateException.class);
        assertThat(answer(sent.get(3))).isEqualTo("d!");
        assertThat(units).containsExactly(List.of("a", "b"), List.of("d"));
    }

    @Test
    void whatTheStoreTurnsDownTogetherIsHandledAlone() throws Exception {
        toSeveral.set(new ConcurrencyException("a"));
        List<CompletableFuture<Object>> sent = sendWhileHeld(List.of("a", "b"));
        assertThat(sent.stream().map(JoiningCommandBusTest::answer)).containsExactly("a!", "b!");
        assertThat(units).containsExactly(List.of("a"), List.of("b"));
    }

    @Test
    void whenTheStoreIsOutOfReachAllAreToldSo() throws Exception {
        toSeveral.set(new Unavailable("The event store cannot be reached", 1));
        List<CompletableFuture<Object>> sent = sendWhileHeld(List.of("a", NOT_THAT_ONE, "b"));
        assertThat(sent)
                .allSatisfy(each -> assertThatThrownBy(() -> answer(each)).hasRootCauseInstanceOf(Unavailable.class));
        assertThat(units).isEmpty();
    }

    @Test
    void whileTheStoreCannotBeReadAUnitReadsItOnce() throws Exception {
        List<CompletableFuture<Object>> sent = sendWhileHeld(List.of(UNREADABLE, UNREADABLE, UNREADABLE, UNREADABLE));
        assertThat(sent)
                .allSatisfy(each -> assertThatThrownBy(() -> answer(each)).hasRootCauseInstanceOf(Unavailable.class));
        assertThat(loads).hasValue(1);
    }

    @Test
    void whoAsksJoinsThoseWhoWrite() throws Exception {
        Hold hold = new Hold("one", new CountDownLatch(1), new CountDownLatch(1));
        CompletableFuture<Object> held = gateway.send(hold);
        assertThat(hold.begun().await(20, TimeUnit.SECONDS)).isTrue();
        CompletableFuture<Object> first = gateway.send(new Write("one", "a"));
        CompletableFuture<Object> asked = gateway.send(new Ask("one"));
        CompletableFuture<Object> second = gateway.send(new Write("one", "b"));
        hold.end().countDown();
        assertThat(answer(held)).isEqualTo("held");
        assertThat(answer(first)).isEqualTo("a!");
        assertThat(answer(asked)).isEqualTo("asked");
        assertThat(answer(second)).isEqualTo("b!");
        assertThat(units).containsExactly(List.of("a", "b"));
    }

    @Test
    void whoFailsToHearTheAnswerLeavesTheOthersTheirs() throws Exception {
        Hold hold = new Hold("one", new CountDownLatch(1), new CountDownLatch(1));
        CompletableFuture<Object> held = gateway.send(hold);
        assertThat(hold.begun().await(20, TimeUnit.SECONDS)).isTrue();
        bus.dispatch(asCommandMessage(new Write("one", "a")), (command, result) -> {
            throw new IllegalStateException("does not hear");
        });
        CompletableFuture<Object> heard = gateway.send(new Write("one", "b"));
        hold.end().countDown();
        assertThat(answer(held)).isEqualTo("held");
        assertThat(answer(heard)).isEqualTo("b!");
        assertThat(answer(gateway.send(new Write("one", "c")))).isEqualTo("c!");
        assertThat(units).containsExactly(List.of("a", "b"), List.of("c"));
    }
}
