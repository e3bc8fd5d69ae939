package io.ovation.acceptance;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;

import io.ovation.wirecheck.WireDocuments;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A stream of server-sent events, read by a thread of its own. */
final class SseStream implements Live {
    private final Frames frames;
    private final HttpResponse<InputStream> response;
    private final CountDownLatch mayRead;

    private SseStream(HttpResponse<InputStream> response, CountDownLatch mayRead) {
        this.response = response;
        WireDocuments documents = Described.by(response.uri().getPort());
        String path = response.uri().getRawPath();
        this.frames = new Frames(frame -> documents.frame(path, frame.toString()));
        this.mayRead = mayRead;
        Thread.ofVirtual().start(this::read);
    }

    /**
     * Opens a stream, and returns when its head has come.
     *
     * @throws Refused when it is no stream that came back
     * @throws Api.Lost when nothing did
     */
    static SseStream open(HttpRequest.Builder request) {
        return openWithoutReading(request, new CountDownLatch(0));
    }

    /** A stream that takes nothing from its socket until the latch is open. */
    static SseStream openWithoutReading(HttpRequest.Builder request, CountDownLatch mayRead) {
        try {
            HttpResponse<InputStream> response = HttpApi.CLIENT.send(request.build(), BodyHandlers.ofInputStream());
            String type = response.headers().firstValue("Content-Type").orElse("");
            if (response.statusCode() != 200 || !type.startsWith("text/event-stream")) {
                String text = new String(response.body().readAllBytes(), StandardCharsets.UTF_8);
                long retryAfter =
                        response.headers().firstValueAsLong("Retry-After").orElse(0);
                throw new Refused(new Reply(response.statusCode(), type, retryAfter, text));
            }
            return new SseStream(response, mayRead);
        } catch (IOException e) {
            throw new Api.Lost(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public Frames frames() {
        return frames;
    }

    /** The client closes its end of the socket at once, whatever is under way; HTTP/1.1 has no other word for it. */
    @Override
    public void cut() {
        close();
    }

    @Override
    public void close() {
        try {
            response.body().close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void read() {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            mayRead.await();
            Event event = new Event();
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (!line.isEmpty()) {
                    event.take(line);
                    continue;
                }
                JsonNode frame = event.frame();
                if (frame != null && frame.path("type").asString("").equals("error")) {
                    frames.end(frame, "error frame");
                    return;
                }
                if (frame != null) {
                    frames.add(frame);
                }
                event = new Event();
            }
            frames.end(null, "end of the response");
        } catch (IOException | InterruptedException | IllegalStateException e) {
            frames.end(null, e.toString());
        }
    }

    /** The lines between two empty ones. */
    private static final class Event {
        private @Nullable String id;
        private @Nullable StringBuilder data;

        void take(String line) {
            int colon = line.indexOf(':');
            String name = colon < 0 ? line : line.substring(0, colon);
            String value = colon < 0 ? "" : line.substring(colon + 1).stripLeading();
            switch (name) {
                case "id" -> id = value;
                case "data" ->
                    data = data == null
                            ? new StringBuilder(value)
                            : data.append('\n').append(value);
                // "event", "retry" and comments say nothing that the data doesn't
                default -> {}
            }
        }

        /** The frame, or null for a mere comment. */
        @Nullable
        JsonNode frame() {
            if (data == null) {
                return null;
            }
            JsonNode frame = Json.parse(data.toString());
            String cursor = frame.path("cursor").asString("");
            if (!cursor.equals(id == null ? "" : id)) {
                throw new IllegalStateException(
                        "The id of an event is the cursor of its frame, not " + id + ": " + frame);
            }
            return frame;
        }
    }

    /** The server answered with something else than a stream. */
    static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final transient Reply reply;

        Refused(Reply reply) {
            super(reply.toString());
            this.reply = reply;
        }

        Reply reply() {
            return reply;
        }
    }
}
