package io.ovation.client;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import reactor.core.publisher.Mono;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Tokens from {@code POST /api/dev/tokens}, which a server in the {@code standalone} profile gives to anyone on its own
 * machine.
 */
public final class DevTokens implements Tokens {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final JsonMapper json = new JsonMapper();
    private final HttpClient http;
    private final ServerAddress server;
    private final List<String> roles;

    public DevTokens(HttpClient http, ServerAddress server) {
        this(http, server, List.of());
    }

    /** @param roles those of every token, such as {@code analyst} */
    public DevTokens(HttpClient http, ServerAddress server, List<String> roles) {
        this.http = http;
        this.server = server;
        this.roles = List.copyOf(roles);
    }

    @Override
    public Mono<String> of(String user) {
        return Mono.fromFuture(() -> {
                    HttpRequest request = HttpRequest.newBuilder(server.http("/api/dev/tokens"))
                            .timeout(TIMEOUT)
                            .header("Content-Type", "application/json")
                            .POST(HttpRequest.BodyPublishers.ofByteArray(
                                    json.writeValueAsBytes(Map.of("user", user, "roles", roles))))
                            .build();
                    return http.sendAsync(request, HttpResponse.BodyHandlers.ofByteArray());
                })
                .onErrorMap(IOException.class, e -> new ConnectionLost("No server answers at " + server, e))
                .map(this::token);
    }

    private String token(HttpResponse<byte[]> response) {
        if (response.statusCode() / 100 == 2) {
            try {
                return json.readTree(response.body()).path("token").asString();
            } catch (JacksonException e) {
                throw new RequestRejected(
                        "not_found", "What answers at " + server + " is no Ovation server", Duration.ZERO);
            }
        }
        if (response.statusCode() == 429 || response.statusCode() == 503) {
            throw Problems.read(json, new String(response.body(), StandardCharsets.UTF_8), "unavailable");
        }
        throw new RequestRejected(
                response.statusCode() == 404 ? "not_found" : "forbidden",
                "The server at " + server + " gives nobody tokens for development (HTTP " + response.statusCode() + ")",
                Duration.ZERO);
    }
}
