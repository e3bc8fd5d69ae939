package io.ovation.acceptance;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Clients who go to the next node with each request, and ask again, by the same ids, until they are answered: at once
 * on another node where the connection broke, and when the server says so where it was unavailable. For any number of
 * threads.
 */
final class PatientClient {
    /** Everything is answered within ten seconds. */
    private static final Duration PATIENCE = Duration.ofSeconds(12);

    private static final Duration PAUSE = Duration.ofMillis(100);

    private final NodeCluster cluster;
    private final Map<Integer, AtomicLong> byAttempts = new ConcurrentHashMap<>();
    private final Map<String, AtomicLong> failures = new ConcurrentHashMap<>();
    private final AtomicLong longest = new AtomicLong();

    PatientClient(NodeCluster cluster) {
        this.cluster = cluster;
    }

    /**
     * What it was answered at last.
     *
     * @param asked when that attempt began
     * @param inDoubt when those before it began of which nobody knows what they did: they may still take effect
     */
    record Answer(Reply reply, long asked, List<Long> inDoubt) {}

    /** What it was answered at last: not that the service is unavailable. */
    Reply call(String user, String method, String path, String body) {
        return ask(user, method, path, body).reply();
    }

    Answer ask(String user, String method, String path, String body) {
        long began = System.nanoTime();
        List<Long> inDoubt = new ArrayList<>();
        for (int attempt = 1; ; attempt++) {
            Duration pause = PAUSE;
            long asked = System.nanoTime();
            URI address = cluster.next(path);
            try {
                Reply reply = HttpApi.send(HttpRequest.newBuilder(address)
                        .timeout(PATIENCE)
                        .header("Authorization", "Bearer " + Tokens.of(user))
                        .header("Content-Type", "application/json")
                        .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body)));
                if (reply.status() < 500) {
                    byAttempts
                            .computeIfAbsent(attempt, any -> new AtomicLong())
                            .incrementAndGet();
                    longest.accumulateAndGet(System.nanoTime() - began, Math::max);
                    return new Answer(reply, asked, inDoubt);
                }
                if (!reply.body().path("outcome").isMissingNode()) {
                    inDoubt.add(asked);
                }
                failed(reply.body().path("detail").asString().replaceAll("reference.*", "reference …")
                        + reply.body().path("outcome").asString(""));
                pause = Duration.ofSeconds(Math.clamp(reply.retryAfter(), 1, 2));
            } catch (Api.Lost lost) {
                inDoubt.add(asked);
                failed(String.valueOf(lost.getCause()));
                cluster.passOver(address);
            }
            LockSupport.parkNanos(pause.toNanos());
        }
    }

    private void failed(String how) {
        failures.computeIfAbsent(how, any -> new AtomicLong()).incrementAndGet();
    }

    /** A request once, without a second try. */
    static Reply once(OvationServer node, String user, String path) {
        return HttpApi.send(HttpRequest.newBuilder(node.uri(path))
                .timeout(PATIENCE)
                .header("Authorization", "Bearer " + Tokens.of(user))
                .GET());
    }

    /** The share of requests that were answered at the first or the second attempt. */
    double withinOneRetry() {
        long all = byAttempts.values().stream().mapToLong(AtomicLong::get).sum();
        return all == 0 ? 1 : (double) (of(1) + of(2)) / all;
    }

    private long of(int attempts) {
        AtomicLong count = byAttempts.get(attempts);
        return count == null ? 0 : count.get();
    }

    String report() {
        return "answered within one retry: %.4f; by attempts: %s; the longest took %d ms; failures: %s"
                .formatted(withinOneRetry(), new TreeMap<>(byAttempts), longest.get() / 1_000_000, failures);
    }
}
