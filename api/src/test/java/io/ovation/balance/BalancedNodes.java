package io.ovation.balance;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.ovation.cluster.Nodes;
import io.ovation.live.Client;
import io.ovation.live.Clients;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;

/** Nodes with connections, and a balancer before them, on a clock that a test moves. Of one thread. */
final class BalancedNodes implements AutoCloseable {
    /** The settings as they are by default. */
    static final BalanceSettings DEFAULTS = new BalanceSettings(
            true, 20, 24, 50, Duration.ofMinutes(1), Duration.ofMinutes(10), Duration.ofSeconds(30));

    private static final long LONG_AGO = -Duration.ofHours(1).toMillis();

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final List<Node> nodes = new ArrayList<>();
    private final List<Connection> all = new ArrayList<>();
    private final BalanceSettings settings;
    private final Balancer balancer;
    private final Random random;
    private int turn;
    private int users;

    /** What is between the clients and the nodes. */
    enum Balancer {
        ROUND_ROBIN,
        RANDOM,
        LEAST_CONNECTIONS,
        /** By the client's address: always the same node. */
        STICKY
    }

    BalancedNodes(BalanceSettings settings, Balancer balancer, long seed) {
        this.settings = settings;
        this.balancer = balancer;
        this.random = new Random(seed);
    }

    /** One client of one user, who comes back whenever it is asked to. */
    final class Connection implements Client {
        private final String user;
        private final List<Long> askedAt = new ArrayList<>();
        private Node node;
        private long since = LONG_AGO;

        private Connection(String user, Node node) {
            this.user = user;
            this.node = node;
        }

        List<Long> askedAt() {
            return askedAt;
        }

        @Override
        public String user() {
            return user;
        }

        @Override
        public long since() {
            return since;
        }

        @Override
        public boolean sendAway(long afterMillis) {
            if (!node.connections.remove(this)) {
                return false;
            }
            askedAt.add(now());
            time.schedule(this::comeBack, afterMillis, TimeUnit.MILLISECONDS);
            return true;
        }

        private void comeBack() {
            node = next(node);
            since = now();
            node.connections.add(this);
        }
    }

    /** One node. */
    final class Node implements Nodes, Clients {
        private final String name;
        private final Set<Connection> connections = new HashSet<>();
        private final Balance balance;
        private @Nullable BiConsumer<String, byte[]> listener;
        private @Nullable Consumer<Set<String>> changed;
        private boolean certain = true;
        private boolean ready = true;
        private boolean mute;

        private Node(String name) {
            this.name = name;
            this.balance = new Balance(
                    this, () -> Stream.of(this), () -> Mono.just(ready), settings, time, random);
        }

        void certain(boolean is) {
            certain = is;
        }

        void ready(boolean is) {
            ready = is;
        }

        void mute(boolean is) {
            mute = is;
        }

        Balance balance() {
            return balance;
        }

        @Override
        public boolean several() {
            return true;
        }

        @Override
        public boolean isCertain() {
            return certain;
        }

        @Override
        public boolean tell(String kind, byte[] message) {
            if (!mute) {
                nodes.stream().filter(each -> each != this).forEach(each -> each.hear(name, message));
            }
            return true;
        }

        private void hear(String from, byte[] message) {
            if (listener != null) {
                listener.accept(from, message);
            }
        }

        @Override
        public void onTold(String kind, BiConsumer<String, byte[]> heard) {
            listener = heard;
        }

        @Override
        public void onChange(Consumer<Set<String>> heard) {
            changed = heard;
        }

        @Override
        public int count() {
            return connections.size();
        }

        @Override
        public int staying() {
            return connections.size();
        }

        @Override
        public Stream<Connection> watching() {
            return List.copyOf(connections).stream().sorted(Comparator.comparing(Connection::user));
        }

        @Override
        public String transport() {
            return "test";
        }
    }

    /** A node joins that holds so many connections, each of a user of its own. */
    Node joins(int connections) {
        Node node = new Node("node-" + nodes.size());
        nodes.add(node);
        connect(node, connections, 1);
        nodes.forEach(each -> {
            if (each.changed != null) {
                each.changed.accept(nodes.stream()
                        .filter(other -> other != each)
                        .map(other -> other.name)
                        .collect(Collectors.toSet()));
            }
        });
        node.balance.start();
        return node;
    }

    /** So many more users on a node, with so many connections each, which have been there for long. */
    void connect(Node node, int count, int each) {
        for (int i = 0; i < count; i++) {
            String user = "user-" + users++;
            for (int j = 0; j < each; j++) {
                Connection connection = new Connection(user, node);
                all.add(connection);
                node.connections.add(connection);
            }
        }
    }

    private Node next(Node before) {
        List<Node> ready = nodes.stream().filter(each -> each.ready).toList();
        return switch (balancer) {
            case ROUND_ROBIN -> ready.get(turn++ % ready.size());
            case RANDOM -> ready.get(random.nextInt(ready.size()));
            case LEAST_CONNECTIONS -> ready.stream()
                    .min(Comparator.comparingInt(Node::count))
                    .orElseThrow();
            case STICKY -> before;
        };
    }

    void run(Duration of, Runnable eachSecond) {
        for (long i = 0; i < of.toSeconds(); i++) {
            time.advanceTimeBy(Duration.ofSeconds(1));
            eachSecond.run();
        }
    }

    void run(Duration of) {
        time.advanceTimeBy(of);
    }

    long now() {
        return time.now(TimeUnit.MILLISECONDS);
    }

    List<Node> nodes() {
        return nodes;
    }

    List<Connection> connections() {
        return all;
    }

    /** How often anybody was asked. */
    long asked() {
        return nodes.stream().mapToLong(each -> each.balance.askedEver().sum()).sum();
    }

    /** What each node would hold if all held as many, those on their way among them. */
    double mean() {
        return (double) all.size() / nodes.size();
    }

    List<Integer> held() {
        return nodes.stream().map(Node::count).toList();
    }

    /** Whether a client was asked again before its rest was over. */
    List<Connection> askedTwice() {
        return all.stream()
                .filter(each -> IntStream.range(1, each.askedAt.size())
                        .anyMatch(i -> each.askedAt.get(i) - each.askedAt.get(i - 1)
                                < settings.rest().toMillis()))
                .toList();
    }

    @Override
    public void close() {
        time.dispose();
    }
}
