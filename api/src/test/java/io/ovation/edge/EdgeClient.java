package io.ovation.edge;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A plain HTTP client, which sends what it is told to, right or wrong. What it gets has to be as the server's own
 * documents say.
 */
public final class EdgeClient {
    private static final JsonMapper JSON = new JsonMapper();

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final int port;

    public EdgeClient(int port) {
        this.port = port;
    }

    /** An answer, its body read as JSON where it has one. */
    public record Reply(HttpResponse<String> response) {
        public int status() {
            return response.statusCode();
        }

        public JsonNode json() {
            return JSON.readTree(response.body());
        }

        public String header(String name) {
            return response.headers().firstValue(name).orElse("");
        }

        /** Asserts that this is an answer of that status. */
        public Reply is(int status) {
            assertThat(status()).as("status of %s", response.body()).isEqualTo(status);
            return this;
        }

        /** Asserts that this is a problem of that status and code, which tells nothing of what is inside. */
        public Reply isProblem(int status, String code) {
            assertThat(status()).as("status of %s", response.body()).isEqualTo(status);
            assertThat(header("Content-Type")).isEqualTo("application/problem+json");
            assertThat(json().path("status").asInt()).isEqualTo(status);
            assertThat(json().path("code").asString()).isEqualTo(code);
            assertThat(json().path("title").asString()).isNotBlank();
            assertThat(json().path("detail").asString()).isNotBlank();
            assertThat(response.body()).doesNotContain("java.", "io.ovation", "springframework", "Exception", "\tat ");
            return this;
        }

        /** The field that the first error of the problem is about. */
        public String field() {
            return json().path("errors").path(0).path("field").asString();
        }
    }

    public HttpRequest.Builder request(String method, String path, BodyPublisher body, @Nullable String token) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(path))
                .timeout(Duration.ofSeconds(20))
                .method(method, body);
        return token == null ? request : request.header("Authorization", "Bearer " + token);
    }

    public Reply call(String method, String path, @Nullable String json, @Nullable String token) {
        HttpRequest.Builder request =
                request(method, path, json == null ? BodyPublishers.noBody() : BodyPublishers.ofString(json), token);
        return exchange(json == null ? request : request.header("Content-Type", "application/json"), json);
    }

    public Reply exchange(HttpRequest.Builder request) {
        return exchange(request, null);
    }

    private Reply exchange(HttpRequest.Builder request, @Nullable String json) {
        try {
            HttpRequest built = request.build();
            Reply reply = new Reply(http.send(built, BodyHandlers.ofString()));
            WireCheck.of(port)
                    .http(
                            built.method(),
                            built.uri().getRawPath(),
                            json == null ? "" : json,
                            reply.status(),
                            reply.header("Content-Type"),
                            reply.response().body());
            return reply;
        } catch (IOException e) {
            throw new AssertionError("No answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("Interrupted", e);
        }
    }

    public URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }
}
