package io.ovation.client;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** The log of a server, as an analyst reads it over HTTP, event by event; or follows it, over SSE. Blocks. */
public final class EventLog {
    private static final String ERROR = "{\"type\":\"error\"";
    private static final String DATA = "data: ";

    private final JsonMapper json = new JsonMapper();
    private final HttpClient http;
    private final ServerAddress server;

    public EventLog(HttpClient http, ServerAddress server) {
        this.http = http;
        this.server = server;
    }

    /**
     * Opens a reading. Throws {@link RequestRejected} where the server turns it down, and {@link ConnectionLost} where
     * none answers.
     *
     * @param query the query string, without its question mark
     * @param follow whether to go on with what is recorded later
     */
    public Reading open(String query, boolean follow, String token) throws InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(
                        server.http((follow ? "/api/events/stream?" : "/api/events?") + query))
                .header("Authorization", "Bearer " + token)
                .build();
        try {
            HttpResponse<InputStream> response = http.send(request, BodyHandlers.ofInputStream());
            if (response.statusCode() != 200) {
                try (InputStream body = response.body()) {
                    throw Problems.read(json, new String(body.readAllBytes(), StandardCharsets.UTF_8), "unavailable");
                }
            }
            return new Reading(response, follow);
        } catch (IOException e) {
            throw new ConnectionLost("No server answers at " + server, e);
        }
    }

    /** One answer on its way. */
    public final class Reading implements AutoCloseable {
        private final HttpResponse<InputStream> response;
        private final BufferedReader lines;
        private final boolean follow;

        private Reading(HttpResponse<InputStream> response, boolean follow) {
            this.response = response;
            this.lines = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8), 64 * 1024);
            this.follow = follow;
        }

        /** The position above which the answer begins; empty where the server does not say. */
        public OptionalLong after() {
            return response.headers().firstValueAsLong("X-Log-After");
        }

        /**
         * The position with which the answer ends; empty where the server does not say, as it can't of a log that is
         * followed.
         */
        public OptionalLong end() {
            return response.headers().firstValueAsLong("X-Log-End");
        }

        /**
         * The next event, as the server wrote it; null at the end, which one that follows has only when it is sent
         * away.
         *
         * @throws IOException if the answer is cut short
         * @throws RequestRejected if the server says why it is
         */
        public @Nullable String next() throws IOException {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (follow && !line.startsWith(DATA)) {
                    continue;
                }
                String event = follow ? line.substring(DATA.length()) : line;
                if (event.startsWith(ERROR)) {
                    throw Problems.of(json.readTree(event));
                }
                if (event.startsWith("{\"position\":")) {
                    return event;
                }
            }
            return null;
        }

        @Override
        public void close() throws IOException {
            lines.close();
        }
    }
}
