package io.ovation.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

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
import org.jgroups.Address;
import org.jgroups.JChannel;
import org.jgroups.View;
import org.jgroups.protocols.DISCARD;
import org.jgroups.protocols.MERGE3;
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
import static org.awaitility.Awaitility.await;
import static org.axonframework.commandhandling.GenericCommandResultMessage.asCommandResultMessage;

/** Where a command goes while the node that decides starts or stops. */
@Timeout(60)
@SuppressWarnings("NullAway") // a test fails on a null as well
class RoutedCommandBusTest {
    private static final String SECRET = "0123456789012345678901234567890123";

    private final List<Node> cluster = new ArrayList<>();

    /** A node, and the commands it handled. */
    private static final class Node {
        private final List<CommandMessage<?>> handled = new CopyOnWriteArrayList<>();
        private final JGroupsNodes nodes;
        private final RoutedCommandBus bus;
        private JChannel channel;
        private boolean isOld;

        /** Loses what is said while it is cut. */
        private final DISCARD line = new DISCARD();

        Node() {
            nodes = new JGroupsNodes(
                    prepared -> {
                        channel = prepared.apply(new JChannel(
                                new SHARED_LOOPBACK(),
                                line,
                                new SHARED_LOOPBACK_PING(),
                                new MERGE3().setMinInterval(200).setMaxInterval(500),
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

    /** A switch that was turned again meanwhile would be turned back. */
    @Test
    void whatANodeIsAskedWhileItIsCutOffItDoesNotDoWhenItIsBack() throws Exception {
        Node cut = cluster.get(2);
        Node asking = cluster.getFirst();
        String target = IntStream.range(0, 1_000)
                .mapToObj(i -> "thing-" + i)
                .filter(each -> cut.channel.getAddress().equals(asking.nodes.otherOwner(each, Set.of())))
                .findFirst()
                .orElseThrow();
        cut.line.discardAll(true);
        CompletableFuture<CommandResultMessage<?>> answer = sending(asking, target, "old");
        List<Node> others = cluster.subList(0, 2);
        for (Node node : others) {
            view(node, 100, others);
        }
        view(cut, 101, List.of(cut));
        assertThat(answer.get(20, TimeUnit.SECONDS).getPayload()).isEqualTo("done");

        cut.line.discardAll(false);
        await().until(() -> cluster.stream().allMatch(node -> node.channel.getView().size() == 3));
        await().until(() -> {
            assertThat(send(asking, target).getPayload()).isEqualTo("done");
            return cut.handled.stream().anyMatch(message -> turned(message).equals("on"));
        });

        assertThat(cut.handled).extracting(RoutedCommandBusTest::turned).doesNotContain("old");
        assertThat(others.stream().flatMap(node -> node.handled.stream()).filter(message -> turned(message)
                        .equals("old")))
                .hasSize(1);
    }

    private static String turned(CommandMessage<?> message) {
        return ((Toggle) message.getPayload()).text();
    }

    private static void view(Node node, long id, List<Node> members) {
        List<Address> addresses = members.stream()
                .map(each -> each.channel.getAddress())
                .toList();
        GMS membership = node.channel.getProtocolStack().findProtocol(GMS.class);
        membership.installView(View.create(addresses.getFirst(), id, addresses.toArray(Address[]::new)));
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
        return sending(node, target, "on").get(20, TimeUnit.SECONDS);
    }

    private static CompletableFuture<CommandResultMessage<?>> sending(Node node, String target, String text) {
        CompletableFuture<CommandResultMessage<?>> answer = new CompletableFuture<>();
        node.bus.dispatch(
                new GenericCommandMessage<>(new Toggle(target, text)),
                (message, result) -> answer.complete(result));
        return answer;
    }
}
