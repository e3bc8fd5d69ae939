package io.ovation.metrics;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

import io.ovation.edge.EdgeClient;
import io.ovation.edge.EdgeTest;
import io.ovation.edge.TestTokens;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.TestPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/** The listener for operators, and what clients can make of the number of metrics: nothing. */
@EdgeTest
@TestPropertySource(properties = {"ovation.operations.port=0", "ovation.limits.enabled=false"})
class MetricsEdgeTest {
    private static final int REQUESTS = 10_000;
    private static final int AT_ONCE = 50;

    private final HttpClient http = HttpClient.newHttpClient();

    @LocalServerPort
    private int port;

    @Autowired
    private OperationsListener listener;

    private HttpResponse<String> operations(String method, String path) throws IOException, InterruptedException {
        URI uri = URI.create("http://127.0.0.1:" + listener.port() + path);
        return http.send(
                HttpRequest.newBuilder(uri)
                        .method(method, HttpRequest.BodyPublishers.noBody())
                        .build(),
                BodyHandlers.ofString());
    }

    private Set<String> series() throws IOException, InterruptedException {
        HttpResponse<String> scrape = operations("GET", "/metrics");
        assertThat(scrape.statusCode()).isEqualTo(200);
        assertThat(scrape.headers().firstValue("content-type").orElse("")).startsWith("text/plain");
        return scrape.body()
                .lines()
                .filter(line -> !line.startsWith("#"))
                .map(line -> line.substring(0, line.lastIndexOf(' ')))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void itHasMetricsAndNothingElse() throws Exception {
        assertThat(series())
                .anyMatch(each -> each.startsWith("ovation_clients{transport=\"rsocket\""))
                .anyMatch(each -> each.startsWith("ovation_clients{transport=\"sse\""))
                .anyMatch(each -> each.startsWith("ovation_rate_limited_total{kind=\"under_way\""))
                .anyMatch(each -> each.startsWith("ovation_push_delay_seconds_bucket"))
                .contains("ovation_slow_consumers_total", "ovation_push_frames_waiting", "ovation_streams")
                .anyMatch(each -> each.startsWith("jvm_memory_used_bytes"))
                .anyMatch(each -> each.startsWith("disk_free_bytes"));
        for (String path : Set.of("/", "/metrics/x", "/actuator/health/liveness", "/api/contents")) {
            assertThat(operations("GET", path).statusCode()).isEqualTo(404);
        }
        assertThat(operations("POST", "/metrics").statusCode()).isEqualTo(404);
    }

    @Test
    void anOperationIsCountedByItsNameAndWhatCameOfIt() throws Exception {
        EdgeClient client = new EdgeClient(port);
        client.call("GET", "/api/contents?limit=nonsense", null, TestTokens.of("ann")).is(400);
        client.call("POST", "/api/contents", "{\"title\":\"\",\"body\":\"x\"}", TestTokens.of("ann"))
                .is(400);
        assertThat(series())
                .anyMatch(each -> each.startsWith("ovation_operations_seconds_count{operation=\"contents.publish\"")
                        && each.contains("outcome=\"validation_failed\""));
    }

    @Test
    void whateverClientsAskForThereAreAsManyMetricsAsBefore() throws Exception {
        Random random = new Random(18);
        String token = TestTokens.of("ann");
        ask(random, 500, token);
        Set<String> before = series();
        ask(random, REQUESTS, token);
        Set<String> more = series();
        more.removeAll(before);
        // what the server's own life adds: a collection of another cause, a line of another level
        more.removeIf(each -> each.startsWith("jvm_") || each.startsWith("logback_"));
        assertThat(more).isEmpty();
        assertThat(before).hasSizeLessThan(1_000);
    }

    /** Paths, methods and queries that are never the same, many at a time over one connection. */
    private void ask(Random random, int requests, String token) throws IOException {
        try (Socket socket = new Socket()) {
            socket.setSoTimeout(60_000);
            socket.connect(new InetSocketAddress("127.0.0.1", port));
            InputStream in = new BufferedInputStream(socket.getInputStream());
            for (int i = 0; i < requests; i += AT_ONCE) {
                StringBuilder batch = new StringBuilder();
                for (int j = 0; j < AT_ONCE; j++) {
                    batch.append(request(random, i + j, token));
                }
                socket.getOutputStream().write(batch.toString().getBytes(StandardCharsets.US_ASCII));
                for (int j = 0; j < AT_ONCE; j++) {
                    passAnswer(in);
                }
            }
        }
    }

    private static String request(Random random, int number, String token) {
        String word = Long.toString(random.nextLong() >>> 1, 36);
        String line =
                switch (number % 6) {
                    case 0 -> "GET /" + word;
                    case 1 -> "GET /api/" + word + "/" + number;
                    case 2 -> "GET /api/contents/" + word + "?" + word + "=1";
                    case 3 -> word.replaceAll("[0-9]", "").toUpperCase(Locale.ROOT) + "X /api/contents";
                    case 4 -> "GET /actuator/" + word;
                    default -> "DELETE /api/conversations/" + word + "/members/" + word;
                };
        return line + " HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: " + word + "\r\nAuthorization: Bearer " + token
                + "\r\n\r\n";
    }

    /** Reads one answer, which has a length or comes in chunks. */
    private static void passAnswer(InputStream in) throws IOException {
        long length = -1;
        boolean chunked = false;
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            String lower = line.toLowerCase(Locale.ROOT);
            if (lower.startsWith("content-length:")) {
                length = Long.parseLong(line.substring(line.indexOf(':') + 1).strip());
            }
            chunked |= lower.startsWith("transfer-encoding:") && lower.contains("chunked");
        }
        if (chunked) {
            for (int size = Integer.parseInt(line(in), 16); ; size = Integer.parseInt(line(in), 16)) {
                in.skipNBytes(size + 2L);
                if (size == 0) {
                    return;
                }
            }
        }
        in.skipNBytes(Math.max(0, length));
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new IOException("The connection was closed after: " + line);
            }
            if (next != '\r') {
                line.append((char) next);
            }
        }
        return line.toString();
    }
}
