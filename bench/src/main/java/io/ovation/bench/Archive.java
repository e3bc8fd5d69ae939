package io.ovation.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

import io.ovation.bench.wire.Tokens;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads the history over HTTP, after the fact, and holds it against what was acknowledged. */
final class Archive implements AutoCloseable {
    private static final int PAGE = 200;
    private static final int ROOMS_AT_ONCE = 4;

    private final int port;
    private final Tokens tokens;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final JsonMapper json = JsonMapper.shared();

    Archive(int port, Tokens tokens) {
        this.port = port;
        this.tokens = tokens;
    }

    /**
     * Reads all of the rooms' histories.
     *
     * @return how many messages were acknowledged, and how many the history has
     * @throws IllegalStateException when an acknowledged message is missing, stands elsewhere or twice, or when the
     *     history has one that nobody sent
     */
    Map<String, Object> compare(List<Room> rooms) throws InterruptedException {
        LongAdder recorded = new LongAdder();
        Semaphore permits = new Semaphore(ROOMS_AT_ONCE);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> checks = rooms.stream()
                    .<Future<?>>map(room -> threads.submit(() -> {
                        permits.acquire();
                        try {
                            recorded.add(compare(room));
                        } finally {
                            permits.release();
                        }
                        return null;
                    }))
                    .toList();
            for (Future<?> check : checks) {
                check.get();
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
        long acknowledged = rooms.stream().mapToLong(Room::acknowledged).sum();
        Map<String, Object> compared = new LinkedHashMap<>();
        compared.put("acknowledged", acknowledged);
        compared.put("inHistory", recorded.sum());
        return compared;
    }

    private long compare(Room room) throws IOException, InterruptedException {
        if (room.twice() != 0) {
            throw new IllegalStateException(room.twice() + " seqs of a conversation were given out twice");
        }
        long seq = 0;
        while (true) {
            JsonNode page = page(room, "?limit=" + PAGE + "&after=" + seq);
            JsonNode messages = page.get("messages");
            for (JsonNode message : messages) {
                seq++;
                if (message.get("seq").asLong() != seq) {
                    throw new IllegalStateException(
                            "the history has seq " + message.get("seq") + " where " + seq + " belongs");
                }
                UUID id = room.idOf(Math.toIntExact(seq));
                if (id == null || !id.toString().equals(message.get("messageId").asString())) {
                    throw new IllegalStateException("seq " + seq + " was acknowledged as " + id
                            + ", and the history has " + message.get("messageId"));
                }
            }
            if (messages.isEmpty()) {
                if (seq != room.highest() || seq != page.get("lastSeq").asLong()) {
                    throw new IllegalStateException("acknowledged up to " + room.highest() + ", the history ends at "
                            + seq + " and says " + page.get("lastSeq"));
                }
                return seq;
            }
        }
    }

    /** One page of a room's history. */
    JsonNode page(Room room, String query) throws IOException, InterruptedException {
        return answer(messages(room, query), "history");
    }

    /** How many bytes one page of a room's history has on the wire in that encoding; fails where it is in another. */
    int bytes(Room room, String query, String encoding) throws IOException, InterruptedException {
        HttpRequest request = messages(room, query)
                .header("Accept-Encoding", encoding)
                .GET()
                .build();
        HttpResponse<byte[]> response = client.send(request, BodyHandlers.ofByteArray());
        String had = response.headers().firstValue("Content-Encoding").orElse("identity");
        if (response.statusCode() != 200 || !had.equals(encoding)) {
            throw new IllegalStateException("history answered " + response.statusCode() + " in " + had);
        }
        return response.body().length;
    }

    /** How many connections watch a room, as whoever asks is answered. */
    long watching(Room room) throws IOException, InterruptedException {
        HttpRequest.Builder request = request(room, "/presence").timeout(Duration.ofSeconds(60));
        return answer(request, "presence").get("watching").asLong();
    }

    private JsonNode answer(HttpRequest.Builder request, String what) throws IOException, InterruptedException {
        HttpResponse<String> response = client.send(request.GET().build(), BodyHandlers.ofString());
        if (response.statusCode() != 200) {
            throw new IllegalStateException(what + " answered " + response.statusCode() + ": " + response.body());
        }
        return json.readTree(response.body());
    }

    /** Posts a message, and gives the answer. */
    JsonNode post(Room room, String body) throws IOException, InterruptedException {
        HttpRequest request = messages(room, "")
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
        if (response.statusCode() != 201) {
            throw new IllegalStateException("a send answered " + response.statusCode() + ": " + response.body());
        }
        return json.readTree(response.body());
    }

    /** The lines of a room's SSE stream, as they come; to be closed. */
    Stream<String> stream(Room room) throws IOException, InterruptedException {
        HttpRequest request = request(room, "/stream")
                .header("Accept", "text/event-stream")
                .GET()
                .build();
        HttpResponse<Stream<String>> response = client.send(request, BodyHandlers.ofLines());
        if (response.statusCode() != 200) {
            throw new IllegalStateException("the stream answered " + response.statusCode());
        }
        return response.body();
    }

    private HttpRequest.Builder messages(Room room, String query) {
        return request(room, "/messages" + query).timeout(Duration.ofSeconds(60));
    }

    private HttpRequest.Builder request(Room room, String rest) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/conversations/" + room.id() + rest))
                .header("Authorization", "Bearer " + tokens.of(room.owner()));
    }

    @Override
    public void close() {
        client.shutdownNow();
        client.close();
    }
}
