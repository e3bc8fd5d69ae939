package io.ovation.acceptance;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** HTTP with a bearer token; live streams over SSE. */
final class HttpApi implements Api {
    static final HttpClient CLIENT = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    private final OvationServer server;
    private final String user;
    private final String token;

    HttpApi(OvationServer server, String user, String token) {
        this.server = server;
        this.user = user;
        this.token = token;
    }

    @Override
    public String user() {
        return user;
    }

    @Override
    public Reply call(Endpoint endpoint, Map<String, String> names, ObjectNode fields) {
        String path = endpoint.path(names);
        String body = endpoint.hasBody() ? fields.toString() : "";
        Reply reply = endpoint.hasBody()
                ? send(request(path)
                        .header("Content-Type", "application/json")
                        .method(endpoint.method, BodyPublishers.ofString(body)))
                : send(request(path + query(fields)).method(endpoint.method, BodyPublishers.noBody()));
        Described.by(server.port())
                .http(endpoint.method, path, body, reply.status(), reply.contentType(), reply.text());
        return reply;
    }

    /** One JSON request as it is, well-formed or not. */
    Reply call(String method, String path, byte[] body) {
        return send(request(path)
                .header("Content-Type", "application/json")
                .method(method, BodyPublishers.ofByteArray(body)));
    }

    Reply call(String method, String path, String body) {
        return call(method, path, body.getBytes(StandardCharsets.UTF_8));
    }

    Reply get(String path) {
        return send(request(path).GET());
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(server.uri(path))
                .timeout(Duration.ofSeconds(30))
                .header("Authorization", "Bearer " + token);
    }

    @Override
    public Live watch(String conversationId, @Nullable String after) {
        return SseStream.open(stream(conversationId, after));
    }

    @Override
    public Live watchInbox(@Nullable String after) {
        return SseStream.open(streamOf("/api/inbox/stream", after));
    }

    @Override
    public Live watchList(@Nullable String after) {
        return SseStream.open(streamOf("/api/conversations/stream", after));
    }

    /** The request for the stream of a conversation. */
    HttpRequest.Builder stream(String conversationId, @Nullable String after) {
        return streamOf("/api/conversations/" + conversationId + "/stream", after);
    }

    private HttpRequest.Builder streamOf(String path, @Nullable String after) {
        HttpRequest.Builder request = HttpRequest.newBuilder(server.uri(path))
                .header("Authorization", "Bearer " + token)
                .header("Accept", "text/event-stream");
        return after == null ? request : request.header("Last-Event-ID", after);
    }

    @Override
    public void close() {
        // the connections are the shared client's
    }

    static Reply send(HttpRequest.Builder request) {
        try {
            return reply(CLIENT.send(request.build(), BodyHandlers.ofString()));
        } catch (IOException e) {
            throw new Lost(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    static Reply reply(HttpResponse<String> response) {
        return new Reply(
                response.statusCode(),
                response.headers().firstValue("Content-Type").orElse(""),
                response.headers().firstValueAsLong("Retry-After").orElse(0),
                response.body());
    }

    /** Whether a GET of that address without a token is answered with 200 just now. */
    static boolean isOk(URI address) {
        try {
            return CLIENT.send(
                                    HttpRequest.newBuilder(address)
                                            .timeout(Duration.ofSeconds(5))
                                            .build(),
                                    BodyHandlers.discarding())
                            .statusCode()
                    == 200;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static String query(ObjectNode fields) {
        return fields.isEmpty()
                ? ""
                : fields.properties().stream()
                        .map(field -> field.getKey() + "="
                                + Endpoint.encode(field.getValue().asString()))
                        .collect(Collectors.joining("&", "?", ""));
    }
}
