package io.ovation.edge;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.ovation.wirecheck.WireDocuments;

/** What a server says of its wire, asked of it once. Thread-safe. */
public final class WireCheck {
    private static final Map<Integer, WireDocuments> OF_PORT = new ConcurrentHashMap<>();

    private WireCheck() {}

    /** The documents of the server at that port of this machine. */
    public static WireDocuments of(int port) {
        return OF_PORT.computeIfAbsent(
                port, asked -> new WireDocuments(get(asked, "/api/openapi.json"), get(asked, "/api/asyncapi.json")));
    }

    private static String get(int port, String path) {
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                                    .build(),
                            BodyHandlers.ofString())
                    .body();
        } catch (IOException e) {
            throw new AssertionError("No answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("Interrupted", e);
        }
    }
}
