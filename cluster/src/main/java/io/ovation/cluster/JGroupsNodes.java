package io.ovation.cluster;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

import io.ovation.cluster.Seal.Opened;
import org.axonframework.commandhandling.CommandBus;
import org.axonframework.commandhandling.CommandMessage;
import org.axonframework.commandhandling.CommandResultMessage;
import org.jgroups.Address;
import org.jgroups.BytesMessage;
import org.jgroups.JChannel;
import org.jgroups.MergeView;
import org.jgroups.Message;
import org.jgroups.Receiver;
import org.jgroups.View;
import org.jgroups.blocks.MessageDispatcher;
import org.jgroups.blocks.RequestHandler;
import org.jgroups.blocks.RequestOptions;
import org.jgroups.blocks.Response;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * The nodes as JGroups' views have them. For any number of threads: a view replaces the one before it as a whole, and
 * what is certain of it is {@link Certainty}'s.
 */
final class JGroupsNodes implements Nodes, Receiver, RequestHandler, SmartLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(JGroupsNodes.class);

    /** Within the ten seconds in which everything is answered. */
    private static final int ANSWER_MILLIS = 8_000;

    /** Before anything is read from the log or taken from a client, and after all that. */
    private static final int PHASE = Integer.MIN_VALUE + 1_000;

    /** For so long it may take to see to what a node left behind. */
    private static final Duration REMEMBERED = Duration.ofMinutes(10);

    /** Of what waits until the others take it. */
    private static final long MOST_TO_TELL_BYTES = 8L << 20;

    private static final byte COMMAND = 1;
    private static final byte ALIVE = 2;
    private static final byte TOLD = 3;

    private final ChannelStart channels;
    private final CommandEnvelope envelope;
    private final Seal seal;
    private final Certainty certainty = new Certainty(this::askAll, System::nanoTime, this::back);
    private final Teller teller = new Teller(MOST_TO_TELL_BYTES);
    private final AtomicLong numbers = new AtomicLong();
    private final Map<String, BiConsumer<String, byte[]>> listeners = new ConcurrentHashMap<>();
    private final List<Consumer<String>> whenLeft = new CopyOnWriteArrayList<>();
    private final List<Consumer<Set<String>>> whenChanged = new CopyOnWriteArrayList<>();
    private final List<Runnable> whenBack = new CopyOnWriteArrayList<>();
    private final Map<Address, String> names = new ConcurrentHashMap<>();

    /** Who has left a while ago, and when. */
    private final Map<String, Long> departed = new ConcurrentHashMap<>();

    private volatile String ownName = "";

    /** Whether this node takes commands: not while it starts, nor once it stops. */
    private volatile boolean open;

    private volatile @Nullable CommandBus commands;
    private volatile @Nullable JChannel channel;
    private volatile @Nullable MessageDispatcher dispatcher;
    private volatile @Nullable Standing standing;

    /** Who is there, and who this is among them. */
    private record Standing(Address self, View view, Ring ring, Map<Set<Address>, Ring> rings) {
        Standing(Address self, View view) {
            this(self, view, new Ring(view.getMembers()), new ConcurrentHashMap<>());
        }

        /** The ring of all but these; kept, for to make one costs more than a command. */
        Ring without(Set<Address> gone) {
            return gone.isEmpty() ? ring : rings.computeIfAbsent(Set.copyOf(gone), ring::without);
        }
    }

    /** Opens a channel that has joined the others. */
    @FunctionalInterface
    interface ChannelStart {
        JChannel join(UnaryOperator<JChannel> prepared) throws Exception;
    }

    JGroupsNodes(ChannelStart channels, CommandEnvelope envelope, Seal seal) {
        this.channels = channels;
        this.envelope = envelope;
        this.seal = seal;
    }

    void commandsTo(CommandBus bus) {
        this.commands = bus;
    }

    /** Whether this node takes commands from now on; those of others go to the next node until then. */
    void takesCommands(boolean takes) {
        // as when somebody comes or goes: another node may have under way what is this one's now
        certainty.forget();
        open = takes;
    }

    @Override
    public boolean several() {
        return true;
    }

    @Override
    public boolean decidesAlone(String aggregate) {
        Standing now = standing;
        return now != null && isCertain() && now.ring().owner(aggregate).equals(now.self());
    }

    @Override
    public boolean isCertain() {
        return standing != null && open && certainty.isCertain();
    }

    /** As which the others know this node; null while it is not among them. */
    @Nullable
    Address self() {
        Standing now = standing;
        return now == null ? null : now.self();
    }

    /**
     * Which other node decides for an aggregate, where those have gone or take no commands that the ring may still
     * have; null where this one does, or is alone.
     */
    @Nullable
    Address otherOwner(String aggregate, Set<Address> not) {
        Standing now = standing;
        if (now == null) {
            return null;
        }
        Set<Address> left = not;
        if (!open) {
            left = new HashSet<>(not);
            left.add(now.self());
        }
        Address owner = now.without(left).owner(aggregate);
        return owner.equals(now.self()) ? null : owner;
    }

    /**
     * Sends a command to another node; fails with a {@code TimeoutException} when it does not answer in time, with
     * {@link CommandEnvelope.NotOpen} when it takes none, and otherwise when it has gone.
     */
    CompletableFuture<CommandResultMessage<Object>> send(Address owner, CommandMessage<?> command) {
        MessageDispatcher open = dispatcher;
        if (open == null) {
            return CompletableFuture.failedFuture(new IllegalStateException("This node has left"));
        }
        try {
            String self = name(open.getChannel().getAddress());
            String other = name(owner);
            long number = numbers.getAndIncrement();
            byte[] bytes = seal.sealed(self, other, number, tagged(COMMAND, envelope.command(command)));
            return open.<byte[]>sendMessageWithFuture(
                            new BytesMessage(owner, bytes), RequestOptions.SYNC().timeout(ANSWER_MILLIS))
                    .orTimeout(ANSWER_MILLIS, TimeUnit.MILLISECONDS)
                    .thenApply(answer -> envelope.result(genuine(seal.openedAnswer(other, self, number, answer))));
        } catch (Exception e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** Whoever could answer in another's place would say that nothing was recorded, and it would be sent again. */
    private static byte[] genuine(byte @Nullable [] answer) {
        if (answer == null) {
            throw new IllegalStateException("An answer that no node of this cluster gave");
        }
        return answer;
    }

    @Override
    public void handle(Message request, Response response) {
        Opened opened = opened(request);
        if (opened == null) {
            LOG.warn("Something that no node of this cluster has said was dropped");
            return;
        }
        byte[] bytes = opened.message();
        switch (bytes[0]) {
            case COMMAND -> {
                if (!open || isLate(request)) {
                    answer(request, opened, response, envelope.notOpen());
                    return;
                }
                CommandMessage<?> command = envelope.command(bytes, 1, bytes.length - 1);
                handle(command, answer -> answer(request, opened, response, answer));
            }
            case ALIVE -> answer(request, opened, response, ownName.getBytes(StandardCharsets.UTF_8));
            default -> told(name(request.getSrc()), bytes);
        }
    }

    /** What was said to this node or to all by whom it says it is of, and not before; null otherwise. */
    private @Nullable Opened opened(Message request) {
        Address self = request.getDest();
        JChannel open = channel;
        if (open == null || self != null && !self.equals(open.getAddress())) {
            return null;
        }
        String to = self == null ? Seal.ALL : name(self);
        Opened opened =
                seal.opened(name(request.getSrc()), to, request.getArray(), request.getOffset(), request.getLength());
        return opened == null || opened.message().length == 0 ? null : opened;
    }

    /** Whoever sent it has taken this node for gone meanwhile, and had the next one decide. */
    private boolean isLate(Message request) {
        Standing now = standing;
        return now == null || !now.view().containsMember(request.getSrc()) || !certainty.isUpToDate();
    }

    private void answer(Message request, Opened question, Response response, byte[] answer) {
        JChannel open = channel;
        if (open != null) {
            response.send(
                    seal.sealedAnswer(name(open.getAddress()), name(request.getSrc()), question.number(), answer),
                    false);
        }
    }

    private void handle(CommandMessage<?> command, Consumer<byte[]> answer) {
        CommandBus bus = commands;
        if (bus == null) {
            throw new IllegalStateException("This node takes no commands yet");
        }
        bus.dispatch(command, (message, result) -> answer.accept(envelope.result(result)));
    }

    /** What wants no answer comes this way. */
    @Override
    public @Nullable Object handle(Message request) {
        Opened opened = opened(request);
        if (opened != null && opened.message().length > 1 && opened.message()[0] == TOLD) {
            told(name(request.getSrc()), opened.message());
        }
        return null;
    }

    private static String name(Address member) {
        return Ring.name(member);
    }

    /** A tag, the length of the kind, the kind, the message. */
    private void told(String from, byte[] bytes) {
        int end = 2 + bytes[1];
        BiConsumer<String, byte[]> listener = listeners.get(new String(bytes, 2, bytes[1], StandardCharsets.UTF_8));
        if (listener != null) {
            listener.accept(from, Arrays.copyOfRange(bytes, end, bytes.length));
        }
    }

    @Override
    public boolean tell(String kind, byte[] message) {
        Standing now = standing;
        return now == null || now.view().size() == 1 || teller.tell(message.length, () -> cast(kind, message));
    }

    private void cast(String kind, byte[] message) {
        MessageDispatcher open = dispatcher;
        Standing now = standing;
        if (open == null || now == null) {
            return;
        }
        byte[] name = kind.getBytes(StandardCharsets.UTF_8);
        byte[] bytes = new byte[1 + name.length + message.length];
        bytes[0] = (byte) name.length;
        System.arraycopy(name, 0, bytes, 1, name.length);
        System.arraycopy(message, 0, bytes, 1 + name.length, message.length);
        try {
            open.castMessage(
                    null,
                    new BytesMessage(null, sealedForAll(now, numbers.getAndIncrement(), tagged(TOLD, bytes)))
                            .setFlag(Message.TransientFlag.DONT_LOOPBACK),
                    RequestOptions.ASYNC().exclusionList(now.self()));
        } catch (Exception e) {
            LOG.debug("The other nodes were not told", e);
        }
    }

    private byte[] sealedForAll(Standing now, long number, byte[] message) {
        return seal.sealed(name(now.self()), Seal.ALL, number, message);
    }

    @Override
    public void onTold(String kind, BiConsumer<String, byte[]> listener) {
        listeners.put(kind, listener);
    }

    @Override
    public void onChange(Consumer<Set<String>> listener) {
        whenChanged.add(listener);
    }

    @Override
    public void onBack(Runnable listener) {
        whenBack.add(listener);
    }

    @Override
    public void onLeft(String name, Consumer<String> listener) {
        ownName = name;
        whenLeft.add(listener);
    }

    /** Asks every node, this one too, whether it is there; completes with true when all have said so. */
    private CompletableFuture<Boolean> askAll(long timeoutMillis) {
        MessageDispatcher open = dispatcher;
        Standing now = standing;
        if (open == null || now == null) {
            return CompletableFuture.completedFuture(false);
        }
        Collection<Address> others = now.view().getMembers().stream()
                .filter(each -> !each.equals(now.self()))
                .toList();
        if (others.isEmpty()) {
            return CompletableFuture.completedFuture(true);
        }
        try {
            long number = numbers.getAndIncrement();
            return open.<byte[]>castMessageWithFuture(
                            others,
                            new BytesMessage(null, sealedForAll(now, number, new byte[] {ALIVE})),
                            RequestOptions.SYNC().timeout(timeoutMillis))
                    .thenApply(answers -> {
                        Map<Address, String> heard = new HashMap<>();
                        answers.forEach((member, answer) -> {
                            byte[] bytes = answer.getValue();
                            byte[] name = answer.wasReceived() && bytes != null
                                    ? seal.openedAnswer(name(member), name(now.self()), number, bytes)
                                    : null;
                            if (name != null) {
                                heard.put(member, new String(name, StandardCharsets.UTF_8));
                            }
                        });
                        names.putAll(heard);
                        return heard.keySet().containsAll(others);
                    });
        } catch (Exception e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** The others may have taken this node for gone, and closed what it left. */
    private void back() {
        LOG.info("This node was suspended");
        whenBack.forEach(Runnable::run);
    }

    @Override
    public synchronized void viewAccepted(View view) {
        certainty.forget();
        if (view instanceof MergeView) {
            // before those are members again whose old requests come now
            certainty.disturb();
        }
        Standing before = standing;
        if (before != null && view.getViewId().compareToIDs(before.view().getViewId()) <= 0) {
            LOG.info("A view was passed over that is older than the one that is in force");
            return;
        }
        JChannel open = channel;
        if (open != null) {
            standing = new Standing(open.getAddress(), view);
        }
        LOG.info("Nodes: {}", view.size());
        if (view instanceof MergeView) {
            // on one side at least this node was not in the view
            whenBack.forEach(Runnable::run);
        }
        Standing now = standing;
        if (now != null) {
            Set<String> others = view.getMembers().stream()
                    .filter(member -> !member.equals(now.self()))
                    .map(JGroupsNodes::name)
                    .collect(Collectors.toSet());
            whenChanged.forEach(listener -> listener.accept(others));
        }
        if (before != null) {
            before.view().getMembers().stream()
                    .filter(member -> !view.containsMember(member))
                    .forEach(this::departed);
        }
    }

    /** One of those that are left sees to what it leaves behind, and to what it had taken over from others. */
    private void departed(Address member) {
        String gone = names.remove(member);
        if (gone != null) {
            departed.put(gone, System.nanoTime());
        }
        departed.values().removeIf(since -> System.nanoTime() - since > REMEMBERED.toNanos());
        departed.keySet().stream()
                .filter(name -> !isHere(name) && isOwner(name))
                .forEach(name -> whenLeft.forEach(listener -> listener.accept(name)));
    }

    private boolean isOwner(String name) {
        Standing now = standing;
        return now != null && now.ring().owner(name).equals(now.self());
    }

    @Override
    public boolean isHere(String name) {
        Standing now = standing;
        // a late answer may have brought back the name of one that has gone
        return now != null
                && now.view().getMembers().stream()
                        .map(names::get)
                        .anyMatch(name::equals);
    }

    @Override
    public @Nullable Set<String> allHere() {
        Standing now = standing;
        if (now == null || !certainty.isCertain()) {
            return null;
        }
        Set<String> all = new HashSet<>();
        for (Address member : now.view().getMembers()) {
            String name = member.equals(now.self()) ? ownName : names.get(member);
            if (name == null) {
                return null;
            }
            all.add(name);
        }
        return all;
    }

    private static byte[] tagged(byte tag, byte[] bytes) {
        byte[] all = new byte[bytes.length + 1];
        all[0] = tag;
        System.arraycopy(bytes, 0, all, 1, bytes.length);
        return all;
    }

    @Override
    public void start() {
        try {
            channels.join(open -> {
                channel = open;
                MessageDispatcher requests = new MessageDispatcher();
                requests.setChannel(open);
                requests.setRequestHandler(this);
                requests.asyncDispatching(true);
                requests.setReceiver(this);
                requests.start();
                dispatcher = requests;
                return open;
            });
            certainty.start();
        } catch (Exception e) {
            throw new CannotJoin(e);
        }
    }

    @Override
    public void stop() {
        certainty.stop();
        try {
            teller.stop();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        MessageDispatcher open = dispatcher;
        JChannel left = channel;
        dispatcher = null;
        standing = null;
        if (open != null) {
            open.stop();
        }
        if (left != null) {
            left.close();
        }
        channel = null;
    }

    @Override
    public boolean isRunning() {
        return channel != null;
    }

    @Override
    public int getPhase() {
        return PHASE;
    }
}
