package io.ovation.acceptance;

import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** One node becomes three behind a round-robin balancer, and its watchers spread over them without a loss. */
class BalanceIT {
    private static final int WATCHERS = 120;
    private static final Duration STARTED = Duration.ofMinutes(2);
    private static final Duration EVEN = Duration.ofMinutes(3);

    @Test
    void watchersOfOneNodeSpreadOverThoseThatAreAddedAndMissNothing() throws Exception {
        try (NodeCluster cluster = NodeCluster.start(
                        1, List.of("--ovation.balance.stay=5s", "--ovation.balance.settle=20s"));
                ExecutorService sender = Executors.newSingleThreadExecutor()) {
            PatientClient client = new PatientClient(cluster);
            String room = client.call(
                            "ada", "POST", "/api/conversations", "{\"kind\":\"channel\",\"title\":\"Many\"}")
                    .accepted()
                    .text("conversationId");
            List<RoamingWatcher> watchers = IntStream.range(0, WATCHERS)
                    .mapToObj(i -> new RoamingWatcher(cluster, "watcher-" + i, room))
                    .toList();
            try {
                Await.until("all watch", STARTED, () -> clients(cluster, 0) == WATCHERS);
                AtomicBoolean enough = new AtomicBoolean();
                Future<List<String>> sent = sender.submit(() -> send(client, room, enough));
                try {
                    cluster.join(2);
                    // a fifth above the mean, or 24 connections: what a node begins at
                    Await.until("all hold about as many", EVEN, () -> IntStream.range(0, 3)
                            .allMatch(i -> Math.abs(clients(cluster, i) - WATCHERS / 3) < 24));
                } finally {
                    enough.set(true);
                }
                List<String> ids = sent.get();
                Await.until("all have seen all", STARTED, () -> watchers.stream()
                        .allMatch(each -> each.seen().equals(ids)));
                assertThat(watchers).allSatisfy(each -> {
                    assertThat(each.wrong()).isEmpty();
                    assertThat(each.connections()).as("asked once at most").isLessThanOrEqualTo(2);
                });
            } finally {
                watchers.forEach(RoamingWatcher::close);
            }
        }
    }

    private static List<String> send(PatientClient client, String room, AtomicBoolean enough) {
        List<String> ids = new ArrayList<>();
        while (!enough.get()) {
            ids.add(client.call("ada", "POST", "/api/conversations/" + room + "/messages", "{\"body\":\"m\"}")
                    .accepted()
                    .text("messageId"));
        }
        return ids;
    }

    private static long clients(NodeCluster cluster, int node) {
        String metrics = HttpApi.send(HttpRequest.newBuilder(cluster.node(node).uri("/actuator/prometheus")))
                .accepted()
                .text();
        return Memory.sum(metrics, "ovation_clients{");
    }
}
