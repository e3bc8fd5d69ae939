package io.ovation.acceptance;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Three nodes over one PostgreSQL under load, while nodes are killed, suspended, stopped, added and cut off (see
 * {@link Cuts}), and PostgreSQL crashes: what was acknowledged is there, everybody who watches is told all of it once
 * and in order, what is counted is right, and nobody stays online. It runs where it is told how long: {@code ./mvnw
 * verify -Dovation.chaos.seconds=300}; with
 * {@code -Dovation.chaos.seed=N} in the same order of faults again.
 */
@EnabledIfSystemProperty(named = "ovation.chaos.seconds", matches = "[1-9]\\d*")
@SuppressWarnings("NullAway") // a test fails on a null as well
class ChaosIT {
    private static final int SECONDS = Integer.getInteger("ovation.chaos.seconds", 40);
    private static final long SEED = seed();
    private static final int NODES = 3;
    private static final boolean SHARING = Boolean.getBoolean("ovation.chaos.sharing");
    private static final int ROOMS = 3;
    private static final int AWAY = 15_000;
    private static final int SENDERS = Integer.getInteger("ovation.chaos.senders", 6);
    private static final int WATCHERS = Integer.getInteger("ovation.chaos.watchers", 18);
    private static final int LIKERS = Integer.getInteger("ovation.chaos.likers", 4);
    private static final long SEND_PAUSE = Duration.ofMillis(120).toNanos();
    private static final Duration CALM = Duration.ofSeconds(45);

    private final Random random = new Random(SEED);
    private final Map<String, List<String>> acknowledged = new ConcurrentHashMap<>();
    private final Map<String, Boolean> likes = new ConcurrentHashMap<>();
    private final AtomicInteger comments = new AtomicInteger();
    private volatile boolean stopped;

    private static long seed() {
        long given = Long.getLong("ovation.chaos.seed", 0);
        return given == 0 ? System.currentTimeMillis() : given;
    }

    private enum Fault {
        KILL,
        SUSPEND,
        CRASH_STORE,
        DRAIN,
        /** A fourth node comes, or goes again. */
        JOIN_OR_LEAVE,
        CUT_FROM_NODES,
        CUT_FROM_STORE;

        static List<Fault> possible() {
            return Stream.of(values())
                    .filter(each -> Cuts.POSSIBLE || (each != CUT_FROM_NODES && each != CUT_FROM_STORE))
                    .toList();
        }
    }

    @Test
    void nodesAreKilledSuspendedAndStoppedAndNobodyNotices(TestReporter reporter) throws Exception {
        reporter.publishEntry("seed", Long.toString(SEED));
        try (NodeCluster cluster = SHARING ? NodeCluster.sharing(NODES) : NodeCluster.start(NODES);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            PatientClient client = new PatientClient(cluster);
            List<String> rooms =
                    IntStream.range(0, ROOMS).mapToObj(i -> opens(client)).toList();
            String content = client.call("ada", "POST", "/api/contents", "{\"title\":\"t\",\"body\":\"b\"}")
                    .accepted()
                    .text("contentId");
            GateKept gate = new GateKept(client);
            List<RoamingWatcher> watchers = new ArrayList<>();
            for (int i = 0; i < WATCHERS; i++) {
                watchers.add(new RoamingWatcher(cluster, "watcher-" + i, rooms.get(i % ROOMS)));
            }
            Await.until(
                    "all watch", CALM, () -> watchers.stream().allMatch(RoamingWatcher::isConnected));

            List<Runnable> work = new ArrayList<>(gate.clients());
            for (int i = 0; i < SENDERS; i++) {
                String room = rooms.get(i % ROOMS);
                String user = "sender-" + i;
                work.add(() -> send(client, user, room));
            }
            for (int i = 0; i < LIKERS; i++) {
                String user = "liker-" + i;
                work.add(() -> like(client, user, content));
            }
            List<Future<?>> running = work.stream()
                    .<Future<?>>map(each -> threads.submit(() -> {
                        while (!stopped) {
                            each.run();
                        }
                    }))
                    .toList();
            List<String> told = faults(cluster);
            stopped = true;
            for (Future<?> each : running) {
                each.get(60, TimeUnit.SECONDS);
            }
            reporter.publishEntry("faults", String.join("\n", told));
            reporter.publishEntry("requests", client.report());
            reporter.publishEntry(
                    "connections",
                    watchers.stream().map(RoamingWatcher::connections).toList().toString());

            List<String> atGate = history(client, gate.conversationId());
            Map<String, Long> seqs = new HashMap<>();
            atGate.forEach(id -> seqs.put(id, seqs.size() + 1L));
            assertThat(atGate).doesNotHaveDuplicates();
            assertThat(gate.violation(seqs)).as("%d calls at the gate", gate.size()).isEmpty();
            for (int room = 0; room < ROOMS; room++) {
                assertKept(cluster, client, rooms.get(room), room, watchers);
            }
            assertCounted(client, content);
            assertPresence(cluster, watchers, "online");
            cluster.replaceAll();
            watchers.forEach(RoamingWatcher::close);
            assertPresence(cluster, watchers, "offline");
            assertThat(client.withinOneRetry()).as(client.report()).isGreaterThan(0.9);
        }
    }

    private static String opens(PatientClient client) {
        List<String> members = new ArrayList<>(List.of("reader"));
        IntStream.range(0, SENDERS).forEach(i -> members.add("sender-" + i));
        IntStream.range(0, WATCHERS).forEach(i -> members.add("watcher-" + i));
        return client.call(
                        "ada",
                        "POST",
                        "/api/conversations",
                        Json.object("kind", "group", "title", "Chaos", "members", members)
                                .toString())
                .accepted()
                .text("conversationId");
    }

    private void send(PatientClient client, String user, String room) {
        String id = UUID.randomUUID().toString();
        client.call(
                        user,
                        "POST",
                        "/api/conversations/" + room + "/messages",
                        "{\"messageId\":\"" + id + "\",\"body\":\"hello\"}")
                .accepted();
        acknowledged
                .computeIfAbsent(room, any -> Collections.synchronizedList(new ArrayList<>()))
                .add(id);
        LockSupport.parkNanos(SEND_PAUSE);
    }

    private void like(PatientClient client, String user, String content) {
        boolean now = !likes.getOrDefault(user, false);
        client.call(user, now ? "PUT" : "DELETE", "/api/contents/" + content + "/like", "")
                .accepted();
        likes.put(user, now);
        client.call(
                        user,
                        "POST",
                        "/api/contents/" + content + "/comments",
                        "{\"commentId\":\"" + UUID.randomUUID() + "\",\"body\":\"so it is\"}")
                .accepted();
        comments.incrementAndGet();
        LockSupport.parkNanos(2 * SEND_PAUSE);
    }

    /** One fault after the other, each kind in turn, in an order that the seed gives; answers what was done when. */
    private List<String> faults(NodeCluster cluster) throws Exception {
        List<String> told = new ArrayList<>();
        List<Fault> left = new ArrayList<>();
        long began = System.nanoTime();
        while (System.nanoTime() - began < Duration.ofSeconds(SECONDS).toNanos() || !left.isEmpty()) {
            if (left.isEmpty()) {
                left.addAll(Fault.possible());
                Collections.shuffle(left, random);
            }
            pause(1_500 + random.nextInt(1_500));
            Fault fault = left.removeFirst();
            int node = random.nextInt(cluster.size());
            told.add("%.1f s: %s %d".formatted((System.nanoTime() - began) / 1e9, fault, node));
            switch (fault) {
                case KILL -> {
                    cluster.kill(node);
                    pause(2_000);
                    cluster.startAgain(node);
                }
                case SUSPEND -> {
                    cluster.signal(node, "STOP");
                    pause(AWAY);
                    cluster.signal(node, "CONT");
                }
                case CRASH_STORE -> cluster.store().crash();
                case JOIN_OR_LEAVE -> {
                    if (cluster.size() == NODES) {
                        cluster.join();
                    } else {
                        cluster.leave();
                    }
                }
                case CUT_FROM_NODES -> {
                    Cuts.betweenNodes(node, true);
                    pause(AWAY);
                    Cuts.betweenNodes(node, false);
                }
                case CUT_FROM_STORE -> {
                    Cuts.fromStore(node, true);
                    pause(AWAY);
                    Cuts.fromStore(node, false);
                }
                case DRAIN -> {
                    Duration took = cluster.drain(node);
                    told.add("ended after " + took.toMillis() + " ms");
                    cluster.startAgain(node);
                }
            }
        }
        cluster.awaitReady();
        return told;
    }

    /** What is to happen next happens then, and nothing says so before. */
    private static void pause(long millis) {
        LockSupport.parkNanos(Duration.ofMillis(millis).toNanos());
    }

    private void assertKept(
            NodeCluster cluster, PatientClient client, String room, int number, List<RoamingWatcher> watchers) {
        List<String> history = history(client, room);
        assertThat(history).doesNotHaveDuplicates().containsAll(acknowledged.get(room));
        assertThat(history).as("each was acknowledged at last").hasSameSizeAs(acknowledged.get(room));
        for (int i = number; i < watchers.size(); i += ROOMS) {
            RoamingWatcher watcher = watchers.get(i);
            Await.until(
                    watcher.user() + " is told of all",
                    CALM,
                    () -> watcher.seen().size() >= history.size());
            assertThat(watcher.wrong()).as(watcher.user()).isEmpty();
            assertThat(watcher.seen()).as(watcher.user()).isEqualTo(history);
        }
        for (int node = 0; node < cluster.size(); node++) {
            OvationServer each = cluster.node(node);
            Await.until("unread on node " + node, CALM, () -> unread(each, room) == history.size());
        }
    }

    private static List<String> history(PatientClient client, String room) {
        List<String> all = new ArrayList<>();
        while (true) {
            Reply page = client.call(
                            "ada",
                            "GET",
                            "/api/conversations/" + room + "/messages?limit=200&after=" + all.size(),
                            "")
                    .accepted();
            page.body().path("messages").forEach(each -> all.add(each.path("messageId").asString()));
            if (all.size() >= page.number("lastSeq")) {
                return all;
            }
        }
    }

    private static long unread(OvationServer node, String room) {
        return PatientClient.once(node, "reader", "/api/conversations?limit=200")
                .accepted()
                .body()
                .path("conversations")
                .valueStream()
                .filter(each -> each.path("conversationId").asString().equals(room))
                .mapToLong(each -> each.path("unread").asLong())
                .findFirst()
                .orElse(-1);
    }

    private void assertCounted(PatientClient client, String content) {
        long liking = likes.values().stream().filter(each -> each).count();
        for (int i = 0; i < 3; i++) {
            JsonNode counters = client.call("ada", "GET", "/api/contents/" + content + "/counters", "")
                    .accepted()
                    .body();
            assertThat(counters.path("likes").asLong()).isEqualTo(liking);
            assertThat(counters.path("comments").asLong()).isEqualTo(comments.get());
        }
    }

    /** On every node, for everybody. */
    private static void assertPresence(NodeCluster cluster, List<RoamingWatcher> watchers, String status) {
        List<String> users = watchers.stream().map(RoamingWatcher::user).toList();
        for (int i = 0; i < cluster.size(); i++) {
            OvationServer node = cluster.node(i);
            Map<String, String> last = new HashMap<>();
            try {
                Await.until("all are " + status, CALM, () -> {
                    last.clear();
                    PatientClient.once(node, "ada", "/api/presence?users=" + String.join(",", users))
                            .accepted()
                            .body()
                            .path("presence")
                            .forEach(each -> last.put(
                                    each.path("user").asString(),
                                    each.path("status").asString()));
                    return last.size() == users.size()
                            && last.values().stream().allMatch(status::equals);
                });
            } catch (AssertionError e) {
                throw new AssertionError("on node " + i + ", all should be " + status + ": " + last, e);
            }
        }
    }
}
