package io.ovation.acceptance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;

/**
 * Nodes over one PostgreSQL, each a process of its own that can be killed, suspended, stopped and started again, as a
 * balancer sees them. One thread does that to them; any may ask for the next one's address.
 */
final class NodeCluster implements AutoCloseable {
    private static final Duration STOP = Duration.ofSeconds(30);
    private static final Duration PASSED_OVER = Duration.ofSeconds(3);
    private static final String SECRET = "a secret of the acceptance tests between nodes";

    private final SharedStore store;
    private final @Nullable SharedDocuments documents;
    private final Path data;
    private final List<String> settings;
    private final List<Node> nodes = new CopyOnWriteArrayList<>();
    private final List<OvationServer> ended = new ArrayList<>();
    private final Map<Integer, Long> lost = new ConcurrentHashMap<>();
    private final AtomicInteger turn = new AtomicInteger();

    private record Node(OvationServer.Launch launch, OvationServer server) {}

    private NodeCluster(
            SharedStore store, @Nullable SharedDocuments documents, Path data, List<String> settings) {
        this.settings = settings;
        this.store = store;
        this.documents = documents;
        this.data = data;
    }

    /** Each with read models of its own. */
    static NodeCluster start(int count) throws IOException, InterruptedException {
        return start(count, null, List.of());
    }

    /** As above, with these settings. */
    static NodeCluster start(int count, List<String> settings) throws IOException, InterruptedException {
        return start(count, null, settings);
    }

    /** Nodes that share the read models, too. */
    static NodeCluster sharing(int count) throws IOException, InterruptedException {
        return start(count, new SharedDocuments(), List.of());
    }

    private static NodeCluster start(int count, @Nullable SharedDocuments documents, List<String> settings)
            throws IOException, InterruptedException {
        Path data = OvationServer.fresh("cluster").data();
        NodeCluster cluster = new NodeCluster(SharedStore.start(data), documents, data, settings);
        try {
            Cuts.prepare(cluster.store);
            for (int i = 0; i < count; i++) {
                cluster.launch();
            }
            cluster.awaitReady();
            return cluster;
        } catch (RuntimeException | AssertionError e) {
            try {
                cluster.close();
            } catch (RuntimeException | AssertionError another) {
                e.addSuppressed(another);
            }
            throw e;
        }
    }

    private OvationServer launch() {
        int number = nodes.size();
        String address = Cuts.addressOf(number);
        OvationServer.Launch launch = OvationServer.on(data.resolveSibling("node-" + UUID.randomUUID()))
                .environment("OVATION_EVENTSTORE_URL", store.urlFrom(address))
                .environment("OVATION_CLUSTER_SECRET", SECRET)
                // so many share this machine
                .environment("JDK_JAVA_OPTIONS", "-Xmx512m")
                .with("--ovation.limits.enabled=false", "--ovation.cluster.address=" + address)
                .with(settings.toArray(String[]::new));
        if (documents != null) {
            launch.environment("MONGODB_URI", documents.uri());
        }
        OvationServer server = launch.launch();
        nodes.add(new Node(launch, server));
        return server;
    }

    /** All are killed at once, and others come in their places, on empty data directories. They are ready then. */
    void replaceAll() {
        for (Node node : nodes) {
            node.server().killJvm();
            ended.add(node.server());
        }
        int count = size();
        nodes.clear();
        for (int i = 0; i < count; i++) {
            launch();
        }
        awaitReady();
    }

    /** One node more, on an empty data directory; returns when it is ready. */
    void join() {
        launch().awaitReady();
    }

    /** So many more, started together; returns when all are ready. */
    void join(int more) {
        for (int i = 0; i < more; i++) {
            launch();
        }
        awaitReady();
    }

    /** The last one ends, for good. */
    void leave() {
        int last = size() - 1;
        drain(last);
        ended.add(nodes.remove(last).server());
    }

    int size() {
        return nodes.size();
    }

    OvationServer node(int i) {
        return nodes.get(i).server();
    }

    SharedStore store() {
        return store;
    }

    /** Where the next request goes: not where one was lost a moment ago, as long as there is another node. */
    URI next(String path) {
        // one may leave meanwhile
        List<Node> all = List.copyOf(nodes);
        OvationServer next = nextOf(all);
        for (int i = 1; i < all.size() && isPassedOver(next); i++) {
            next = nextOf(all);
        }
        return next.uri(path);
    }

    private OvationServer nextOf(List<Node> all) {
        return all.get(Math.floorMod(turn.getAndIncrement(), all.size())).server();
    }

    /** A connection to it broke, or nothing came: it gets nothing for a while, as balancers do it. */
    void passOver(URI address) {
        lost.put(address.getPort(), System.nanoTime());
    }

    private boolean isPassedOver(OvationServer node) {
        Long at = lost.get(node.port());
        return at != null && System.nanoTime() - at < PASSED_OVER.toNanos();
    }

    void kill(int i) {
        node(i).killJvm();
    }

    void signal(int i, String name) throws IOException, InterruptedException {
        int status = new ProcessBuilder("kill", "-" + name, Long.toString(node(i).jvm().pid()))
                .start()
                .waitFor();
        if (status != 0) {
            throw new IllegalStateException("kill -" + name + ": " + status);
        }
    }

    /** As an operator does for a new version; answers how long it took to end. */
    Duration drain(int i) {
        long began = System.nanoTime();
        node(i).terminate();
        node(i).exitCode(STOP);
        return Duration.ofNanos(System.nanoTime() - began);
    }

    /** Starts one again that has ended, on its data, and waits until it is ready. */
    void startAgain(int i) {
        ended.add(node(i));
        OvationServer.Launch launch = nodes.get(i).launch();
        OvationServer again = launch.launch();
        nodes.set(i, new Node(launch, again));
        again.awaitReady();
    }

    void awaitReady() {
        for (int i = 0; i < size(); i++) {
            node(i).awaitReady();
        }
    }

    /** Stack traces in what any node has said. */
    List<String> stackTraces() {
        List<OvationServer> all = new ArrayList<>(ended);
        for (int i = 0; i < size(); i++) {
            all.add(node(i));
        }
        return all.stream().flatMap(each -> each.stackTraces().stream()).toList();
    }

    @Override
    public void close() {
        try {
            for (int i = 0; i < size(); i++) {
                if (node(i).isAlive()) {
                    signal(i, "CONT");
                    node(i).terminate();
                }
            }
            for (int i = 0; i < size(); i++) {
                node(i).close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            store.close();
            if (documents != null) {
                documents.close();
            }
        }
    }
}
