package io.ovation.cluster;

import java.io.DataOutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;

import io.ovation.postgres.EmbeddedPostgres;
import org.axonframework.commandhandling.CommandBus;
import org.axonframework.commandhandling.GenericCommandMessage;
import org.axonframework.commandhandling.SimpleCommandBus;
import org.axonframework.messaging.MetaData;
import org.axonframework.serialization.jackson3.Jackson3Serializer;
import org.jgroups.Address;
import org.jgroups.JChannel;
import org.jgroups.PhysicalAddress;
import org.jgroups.protocols.SYM_ENCRYPT;
import org.jgroups.protocols.TCP;
import org.jgroups.protocols.pbcast.GMS;
import org.jgroups.stack.IpAddress;
import org.jgroups.stack.Protocol;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Two nodes over real sockets, and strangers who know the database and the ports, and not the secret: they do not join,
 * hear nothing, and nobody acts on what they say.
 */
@Timeout(120)
class StrangerTest {
    private static final String SECRET = "0123456789012345678901234567890123";
    private static final String ANOTHER = "0123456789012345678901234567890124";

    private final List<AutoCloseable> open = new ArrayList<>();
    private final CommandEnvelope envelope =
            new CommandEnvelope(Jackson3Serializer.builder().build());
    private DataSource database;

    /** A node, the commands that reached it, and the channel on which it joined. */
    private record Node(JGroupsNodes nodes, JChannel channel, BlockingQueue<Toggle> handled) {
        Address address() {
            return channel.getAddress();
        }
    }

    @BeforeEach
    void database(@TempDir Path data) {
        EmbeddedPostgres postgres = EmbeddedPostgres.start(data);
        open.add(postgres);
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(postgres.jdbcUrl());
        source.setUser(postgres.user());
        source.setPassword(postgres.password());
        database = source;
    }

    @AfterEach
    void nobody() throws Exception {
        for (AutoCloseable each : open.reversed()) {
            each.close();
        }
    }

    @Test
    void whoKnowsTheSecretJoinsAndIsAnswered() throws Exception {
        Node one = node(SECRET);
        Node other = node(SECRET);
        assertThat(one.channel().getView().size()).isEqualTo(2);
        Toggle command = new Toggle("light", "on");
        assertThat(one.nodes()
                        .send(other.address(), new GenericCommandMessage<>(command, MetaData.emptyInstance()))
                        .get(20, TimeUnit.SECONDS)
                        .getPayload())
                .isEqualTo("on, done");
        assertThat(other.handled()).containsExactly(command);
        BlockingQueue<String> told = new LinkedBlockingQueue<>();
        other.nodes().onTold("typing", (from, message) -> told.add(new String(message, UTF_8)));
        one.nodes().tell("typing", "ada".getBytes(UTF_8));
        assertThat(told.poll(20, TimeUnit.SECONDS)).isEqualTo("ada");
    }

    @Test
    void whoKnowsAnotherSecretIsInAClusterOfItsOwn() throws Exception {
        Node one = node(SECRET);
        Node stranger = node(ANOTHER);
        Node two = node(SECRET);
        assertThat(one.channel().getView().getMembers()).containsExactly(one.address(), two.address());
        assertThat(stranger.channel().getView().getMembers()).containsExactly(stranger.address());

        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        stranger.nodes().onTold("typing", (from, message) -> heard.add(new String(message, UTF_8)));
        BlockingQueue<String> told = new LinkedBlockingQueue<>();
        two.nodes().onTold("typing", (from, message) -> told.add(new String(message, UTF_8)));
        stranger.nodes().send(one.address(), new GenericCommandMessage<>(new Toggle("light", "off")));
        // what comes after it on the same way has come
        one.nodes().tell("typing", "ada".getBytes(UTF_8));
        assertThat(told.poll(20, TimeUnit.SECONDS)).isEqualTo("ada");
        answered(two, one);
        assertThat(told).isEmpty();
        assertThat(heard).isEmpty();
        assertThat(one.handled()).extracting(Toggle::text).doesNotContain("off");
    }

    @Test
    void whoDoesNotEncryptIsNotHeard() throws Exception {
        Node one = node(SECRET);
        Node two = node(SECRET);
        // with the right seal, so that it is encryption alone that keeps it out
        JGroupsNodes stranger = new JGroupsNodes(
                prepared -> joined(prepared.apply(new JChannel(plain()))), envelope, new Seal(SECRET));
        stranger.commandsTo(SimpleCommandBus.builder().build());
        stranger.start();
        open.add(stranger::stop);
        stranger.send(one.address(), new GenericCommandMessage<>(new Toggle("light", "off")));
        answered(two, one);
        assertThat(one.handled()).extracting(Toggle::text).doesNotContain("off");
        assertThat(one.channel().getView().getMembers()).containsExactly(one.address(), two.address());
    }

    /** Whoever got behind the encryption, which JGroups does not authenticate. */
    @Test
    void whoKnowsHowToEncryptAndNotHowToSealIsNotObeyed() throws Exception {
        Node one = node(SECRET);
        JGroupsNodes intruder = new JGroupsNodes(
                prepared -> joined(prepared.apply(new JChannel(Stack.of(settings(SECRET), database)))),
                envelope,
                new Seal(ANOTHER));
        intruder.commandsTo(SimpleCommandBus.builder().build());
        intruder.start();
        open.add(intruder::stop);
        BlockingQueue<String> told = new LinkedBlockingQueue<>();
        one.nodes().onTold("typing", (from, message) -> told.add(new String(message, UTF_8)));
        intruder.tell("typing", "mallory".getBytes(UTF_8));
        intruder.send(one.address(), new GenericCommandMessage<>(new Toggle("light", "off")));
        Node two = node(SECRET);
        two.nodes().tell("typing", "ada".getBytes(UTF_8));
        assertThat(told.poll(20, TimeUnit.SECONDS)).isEqualTo("ada");
        answered(two, one);
        assertThat(one.handled()).extracting(Toggle::text).doesNotContain("off");
    }

    @Test
    void noMemoryIsTakenForWhatAStrangerSaysIsToCome() throws Exception {
        Node one = node(SECRET);
        Node two = node(SECRET);
        PhysicalAddress place = (PhysicalAddress)
                one.channel().down(new org.jgroups.Event(org.jgroups.Event.GET_PHYSICAL_ADDRESS, one.address()));
        IpAddress port = (IpAddress) place;
        for (int length : new int[] {Integer.MAX_VALUE - 8, 64 << 20}) {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(port.getIpAddress(), port.getPort()), 5_000);
                socket.setSoTimeout(20_000);
                DataOutputStream out = new DataOutputStream(socket.getOutputStream());
                // as JGroups greets: a cookie, a version, and an address
                out.write(new byte[] {'b', 'e', 'l', 'a'});
                out.writeShort(org.jgroups.Version.version);
                new IpAddress(port.getIpAddress(), 1).writeTo(greeting(out));
                out.writeInt(length);
                out.write(new byte[4_096]);
                out.flush();
            }
        }
        answered(two, one);
        assertThat(one.channel().getView().size()).isEqualTo(2);
        TCP tcp = one.channel().getProtocolStack().findProtocol(TCP.class);
        assertThat(tcp.getMaxLength()).isBetween(1 << 17, 1 << 21);
    }

    /** A length before the address. */
    private static DataOutputStream greeting(DataOutputStream out) throws Exception {
        out.writeShort(7);
        return out;
    }

    private static void answered(Node asker, Node other) throws Exception {
        assertThat(asker.nodes()
                        .send(other.address(), new GenericCommandMessage<>(new Toggle("light", "after")))
                        .get(20, TimeUnit.SECONDS)
                        .getPayload())
                .isEqualTo("after, done");
    }

    private Node node(String secret) throws Exception {
        List<JChannel> channels = new ArrayList<>();
        BlockingQueue<Toggle> handled = new LinkedBlockingQueue<>();
        JGroupsNodes nodes = new JGroupsNodes(
                prepared -> {
                    JChannel channel = prepared.apply(new JChannel(Stack.of(settings(secret), database)));
                    channels.add(channel);
                    return joined(channel);
                },
                envelope,
                new Seal(secret));
        CommandBus bus = SimpleCommandBus.builder().build();
        bus.subscribe(Toggle.class.getName(), message -> {
            Toggle command = (Toggle) message.getPayload();
            handled.add(command);
            return command.text() + ", done";
        });
        nodes.commandsTo(bus);
        nodes.start();
        nodes.takesCommands(true);
        open.add(nodes::stop);
        return new Node(nodes, channels.getFirst(), handled);
    }

    /** As nodes speak, in the clear. */
    private List<Protocol> plain() throws Exception {
        return Stack.of(settings(SECRET), database).stream()
                .filter(each -> !(each instanceof SYM_ENCRYPT))
                .toList();
    }

    private static JChannel joined(JChannel channel) throws Exception {
        channel.setDiscardOwnMessages(true);
        // a stranger is answered by nobody, however often it asks
        GMS membership = channel.getProtocolStack().findProtocol(GMS.class);
        membership.setMaxJoinAttempts(2);
        channel.connect("ovation");
        return channel;
    }

    private static ClusterSettings settings(String secret) {
        return new ClusterSettings(secret, "127.0.0.1");
    }
}
