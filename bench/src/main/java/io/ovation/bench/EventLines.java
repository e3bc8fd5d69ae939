package io.ovation.bench;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;

import io.ovation.bench.wire.Tokens;

/** An analyst who reads {@code GET /api/events}, and holds every position against the one before. */
final class EventLines implements AutoCloseable {
    private static final byte[] START = "{\"position\":".getBytes(StandardCharsets.US_ASCII);
    private static final int BUFFER = 64 * 1024;

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final int port;
    private final String token;

    EventLines(int port, Tokens tokens) {
        this.port = port;
        this.token = tokens.analyst("analyst");
    }

    /**
     * A reading to its end.
     *
     * @param last the last position; -1 where there was no line
     */
    record Read(long events, long bytes, long last, long firstLineNanos, long nanos) {}

    /** What is done between two reads of the socket. */
    @FunctionalInterface
    interface Meanwhile {
        void after(long events) throws IOException, InterruptedException;
    }

    Read read(String query) throws IOException, InterruptedException {
        return read(query, events -> {});
    }

    /**
     * Reads to the end.
     *
     * @throws IllegalStateException when a position is not above the one before, or the answer is an error
     */
    Read read(String query, Meanwhile meanwhile) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/events" + query))
                .header("Authorization", "Bearer " + token)
                .build();
        long start = System.nanoTime();
        HttpResponse<InputStream> response = http.send(request, BodyHandlers.ofInputStream());
        if (response.statusCode() != 200) {
            throw new IllegalStateException("events answered " + response.statusCode());
        }
        Lines lines = new Lines();
        long bytes = 0;
        long first = 0;
        byte[] buffer = new byte[BUFFER];
        try (InputStream body = response.body()) {
            for (int n = body.read(buffer); n >= 0; n = body.read(buffer)) {
                bytes += n;
                lines.take(buffer, n);
                if (first == 0 && lines.events > 0) {
                    first = System.nanoTime() - start;
                }
                meanwhile.after(lines.events);
            }
        }
        return new Read(lines.events, bytes, lines.last, first, System.nanoTime() - start);
    }

    /** The value of a field of some event, wherever its line begins. */
    String fieldOfAny(long after, String field) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + port + "/api/events?limit=1&after=" + after))
                .header("Authorization", "Bearer " + token)
                .build();
        String line = http.send(request, BodyHandlers.ofString()).body();
        String name = "\"" + field + "\":\"";
        int from = line.indexOf(name) + name.length();
        return line.substring(from, line.indexOf('"', from));
    }

    private static final class Lines {
        private long events;
        private long last = -1;
        private int inLine;
        private long position;

        void take(byte[] bytes, int length) {
            for (int i = 0; i < length; i++) {
                byte b = bytes[i];
                if (b == '\n') {
                    ended();
                } else if (inLine < START.length) {
                    if (b != START[inLine++]) {
                        throw new IllegalStateException("a line that is no event");
                    }
                } else if (inLine == START.length) {
                    if (b == ',') {
                        inLine++;
                    } else {
                        position = position * 10 + b - '0';
                    }
                }
            }
        }

        private void ended() {
            if (position <= last) {
                throw new IllegalStateException("position " + position + " after " + last);
            }
            last = position;
            position = 0;
            inLine = 0;
            events++;
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
        http.close();
    }
}
