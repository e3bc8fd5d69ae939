package io.ovation.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.ovation.ErrorCode;
import io.ovation.Rejection;
import io.ovation.Unavailable;
import io.ovation.ValidationFailed;
import io.ovation.WrittenByNewer;
import org.axonframework.commandhandling.CommandMessage;
import org.axonframework.commandhandling.CommandResultMessage;
import org.axonframework.commandhandling.GenericCommandMessage;
import org.axonframework.commandhandling.SimpleCommandBus;
import org.axonframework.serialization.jackson3.Jackson3Serializer;
import org.jgroups.JChannel;
import org.jgroups.protocols.SHARED_LOOPBACK;
import org.jgroups.protocols.SHARED_LOOPBACK_PING;
import org.jgroups.protocols.UNICAST3;
import org.jgroups.protocols.pbcast.GMS;
import org.jgroups.protocols.pbcast.NAKACK2;
import org.jgroups.protocols.pbcast.STABLE;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.axonframework.commandhandling.GenericCommandResultMessage.asCommandResultMessage;

/** Where a command goes while the node that decides starts or stops. */
@Timeout(60)
@SuppressWarnings("NullAway") // a test fails on a null as well
class RoutedCommandBusTest {
    private static final String SECRET = "0123456789012345678901234567890123";

    private final List<Node> cluster = new ArrayList<>();

    /** A node, and the commands it handled. */
    private static final class Node {
        private final List<CommandMessage<?>> handled = new ArrayList<>();
        private final JGroupsNodes nodes;
        private final RoutedCommandBus bus;
        private JChannel channel;
        private boolean isOld;

        Node() {
            nodes = new JGroupsNodes(
                    prepared -> {
                        channel = prepared.apply(new JChannel(
                                new SHARED_LOOPBACK(),
                                new SHARED_LOOPBACK_PING(),
                                new NAKACK2().useMcastXmit(false),
                                new UNICAST3(),
                                new STABLE(),
                                new GMS()));
                        channel.setDiscardOwnMessages(true);
                        channel.connect("routed");
                        return channel;
                    },
                    new CommandEnvelope(Jackson3Serializer.builder().build()),
                    new Seal(SECRET));
            SimpleCommandBus local = SimpleCommandBus.builder().build();
            local.subscribe(Toggle.class.getName(), message -> {
                if (isOld) {
                    throw new WrittenByNewer();
                }
                handled.add(message);
                return "done";
            });
            bus = new RoutedCommandBus(local, nodes);
            nodes.start();
            nodes.takesCommands(true);
        }
    }

    @BeforeEach
    void threeNodes() {
        for (int i = 0; i < 3; i++) {
            cluster.add(new Node());
        }
    }

    @AfterEach
    void none() {
        cluster.forEach(node -> node.nodes.stop());
    }

    @Test
    void eachCommandIsHandledOnceByTheNodeThatDecidesWhereverItComesFrom() throws Exception {
        for (int i = 0; i < 60; i++) {
            assertThat(send(cluster.get(i % 3), "thing-" + i / 3).getPayload()).isEqualTo("done");
        }
        assertThat(cluster.stream().mapToInt(node -> node.handled.size()).sum()).isEqualTo(60);
        assertThat(cluster).allSatisfy(node -> assertThat(node.handled).isNotEmpty());
        for (Node node : cluster) {
            List<String> own = node.handled.stream()
                    .map(message -> ((Toggle) message.getPayload()).target())
                    .distinct()
                    .toList();
            assertThat(node.handled).hasSize(3 * own.size());
        }
    }

    @Test
    void aNodeThatTakesNoCommandsIsGivenNoneNotByItselfEither() throws Exception {
        cluster.get(1).nodes.takesCommands(false);
        for (int i = 0; i < 60; i++) {
            assertThat(send(cluster.get(i % 3), "thing-" + i / 3).getPayload()).isEqualTo("done");
        }
        assertThat(cluster.get(1).handled).isEmpty();
        cluster.get(2).nodes.takesCommands(false);
        for (int i = 0; i < 30; i++) {
            assertThat(send(cluster.get(i % 3), "other-" + i).getPayload()).isEqualTo("done");
        }
        assertThat(cluster.get(2).handled)
                .noneMatch(message -> ((Toggle) message.getPayload()).target().startsWith("other"));
        assertThat(cluster.getFirst().handled)
                .noneMatch(message -> message.getMetaData().containsKey("secondTry"));
    }

    @Test
    void aNodeOfTooOldAVersionLeavesItToTheOthers() throws Exception {
        cluster.get(1).isOld = true;
        for (int i = 0; i < 60; i++) {
            assertThat(send(cluster.get(i % 3), "thing-" + i / 3).getPayload()).isEqualTo("done");
        }
        assertThat(cluster.get(1).handled).isEmpty();
        cluster.forEach(node -> node.isOld = true);
        for (int i = 0; i < 9; i++) {
            assertThat(send(cluster.get(i % 3), "thing-" + i).exceptionResult())
                    .isInstanceOfSatisfying(
                            Rejection.class, told -> assertThat(told.code()).isEqualTo(ErrorCode.UNAVAILABLE));
        }
    }

    @Test
    void aSecondTryThatIsRefusedSaysNothingOfTheFirst() {
        for (Rejection refusal : List.of(
                new Unavailable("Too many commands are under way", 1),
                new ValidationFailed("body", "must not be empty"),
                Unavailable.withUnknownOutcome("Nobody knows", 1))) {
            assertThat(RoutedCommandBus.undoubted(asCommandResultMessage(refusal))
                            .exceptionResult())
                    .isInstanceOfSatisfying(
                            Unavailable.class, told -> assertThat(told.outcome()).isEqualTo("unknown"));
        }
        assertThat(RoutedCommandBus.undoubted(asCommandResultMessage("done")).getPayload())
                .isEqualTo("done");
    }

    private static CommandResultMessage<?> send(Node node, String target) throws Exception {
        CompletableFuture<CommandResultMessage<?>> answer = new CompletableFuture<>();
        node.bus.dispatch(
                new GenericCommandMessage<>(new Toggle(target, "on")),
                (message, result) -> answer.complete(result));
        return answer.get(20, TimeUnit.SECONDS);
    }
}
