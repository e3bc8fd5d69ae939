package io.ovation.acceptance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Nodes over one PostgreSQL, each a process of its own that can be killed, suspended, stopped and started again, as a
 * balancer sees them. One thread does that to them; any may ask for the next one's address.
 */
final class NodeCluster implements AutoCloseable {
    private static final Duration STOP = Duration.ofSeconds(30);
    private static final Duration PASSED_OVER = Duration.ofSeconds(3);
    private static final String SECRET = "a secret of the acceptance tests between nodes";

    private final SharedStore store;
    private final List<OvationServer.Launch> launches;
    private final AtomicReferenceArray<OvationServer> nodes;
    private final List<OvationServer> ended = new ArrayList<>();
    private final Map<Integer, Long> lost = new ConcurrentHashMap<>();
    private final AtomicInteger turn = new AtomicInteger();

    private NodeCluster(SharedStore store, List<OvationServer.Launch> launches) {
        this.store = store;
        this.launches = launches;
        this.nodes = new AtomicReferenceArray<>(launches.size());
    }

    static NodeCluster start(int count) throws IOException {
        Path data = OvationServer.fresh("cluster").data();
        SharedStore store = SharedStore.start(data);
        try {
            List<OvationServer.Launch> launches = new ArrayList<>();
            for (int i = 1; i <= count; i++) {
                launches.add(OvationServer.on(data.resolveSibling("node-" + i))
                        .environment("OVATION_EVENTSTORE_URL", store.url())
                        .environment("OVATION_CLUSTER_SECRET", SECRET)
                        // so many share this machine
                        .environment("JDK_JAVA_OPTIONS", "-Xmx512m")
                        .with("--ovation.limits.enabled=false"));
            }
            NodeCluster cluster = new NodeCluster(store, launches);
            for (int i = 0; i < count; i++) {
                cluster.nodes.set(i, launches.get(i).launch());
            }
            for (int i = 0; i < count; i++) {
                cluster.node(i).awaitReady();
            }
            return cluster;
        } catch (RuntimeException | AssertionError e) {
            store.close();
            throw e;
        }
    }

    int size() {
        return launches.size();
    }

    OvationServer node(int i) {
        return nodes.get(i);
    }

    SharedStore store() {
        return store;
    }

    /** Where the next request goes: not where one was lost a moment ago, as long as there is another node. */
    URI next(String path) {
        OvationServer next = node(Math.floorMod(turn.getAndIncrement(), size()));
        for (int i = 1; i < size() && isPassedOver(next); i++) {
            next = node(Math.floorMod(turn.getAndIncrement(), size()));
        }
        return next.uri(path);
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
        OvationServer again = launches.get(i).launch();
        nodes.set(i, again);
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
        }
    }
}
