package io.ovation.acceptance;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Watches a conversation over server-sent events, and goes on from its last cursor on the next node whenever its
 * connection ends, in whatever way. A thread of its own reads; any may ask what it has seen.
 */
final class RoamingWatcher implements AutoCloseable {
    private static final Duration PAUSE = Duration.ofMillis(200);

    private final NodeCluster cluster;
    private final String user;
    private final String path;
    private final List<String> seen = new CopyOnWriteArrayList<>();
    private final List<String> wrong = new CopyOnWriteArrayList<>();
    private final Thread thread;
    private volatile boolean closed;
    private volatile @Nullable InputStream open;
    private volatile int connections;
    private String cursor = "";
    private long lastSeq;

    RoamingWatcher(NodeCluster cluster, String user, String conversationId) {
        this.cluster = cluster;
        this.user = user;
        this.path = "/api/conversations/" + conversationId + "/stream";
        this.thread = Thread.ofVirtual().name("watcher-" + user).start(this::watch);
    }

    String user() {
        return user;
    }

    boolean isConnected() {
        return open != null;
    }

    int connections() {
        return connections;
    }

    /** The ids of the messages it was told, in that order. */
    List<String> seen() {
        return List.copyOf(seen);
    }

    /** What no watcher should ever be told. */
    List<String> wrong() {
        return List.copyOf(wrong);
    }

    private void watch() {
        while (!closed) {
            URI address = cluster.next(path);
            try {
                HttpRequest.Builder request = HttpRequest.newBuilder(address)
                        .timeout(Duration.ofSeconds(12))
                        .header("Authorization", "Bearer " + Tokens.of(user))
                        .header("Accept", "text/event-stream");
                if (!cursor.isEmpty()) {
                    request.header("Last-Event-ID", cursor);
                }
                HttpResponse<InputStream> response =
                        HttpApi.CLIENT.send(request.build(), BodyHandlers.ofInputStream());
                try (InputStream body = response.body()) {
                    if (response.statusCode() == 200) {
                        connections++;
                        open = body;
                        read(body);
                    } else if (response.statusCode() < 500) {
                        wrong.add("status " + response.statusCode());
                    }
                }
            } catch (IOException e) {
                // the next one, from the last cursor
                cluster.passOver(address);
            } catch (InterruptedException e) {
                return;
            } finally {
                open = null;
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }

    private void read(InputStream body) throws IOException {
        BufferedReader lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.startsWith("data:")) {
                take(Json.parse(line.substring("data:".length())));
            }
        }
    }

    private void take(JsonNode frame) {
        String type = frame.path("type").asString("");
        if (type.equals("message")) {
            long seq = frame.path("seq").asLong();
            if (seq != lastSeq + 1 && lastSeq != 0) {
                wrong.add("seq " + seq + " after " + lastSeq);
            }
            lastSeq = seq;
            seen.add(frame.path("messageId").asString());
        } else if (type.equals("reset") || type.equals("error")) {
            wrong.add(frame.toString());
        }
        String at = frame.path("cursor").asString("");
        if (!at.isEmpty()) {
            cursor = at;
        }
    }

    @Override
    public void close() {
        closed = true;
        InputStream body = open;
        if (body != null) {
            try {
                body.close();
            } catch (IOException e) {
                // it has ended
            }
        }
        thread.interrupt();
    }
}
