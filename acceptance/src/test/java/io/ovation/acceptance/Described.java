package io.ovation.acceptance;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.ovation.wirecheck.WireDocuments;

/** What a server says of its wire, asked of it once; what it then does otherwise fails a test. Thread-safe. */
final class Described {
    private static final Map<Integer, WireDocuments> OF_PORT = new ConcurrentHashMap<>();

    private Described() {}

    /** The documents of the server at that port; all servers here are of one jar, but for their limits. */
    static WireDocuments by(int port) {
        return OF_PORT.computeIfAbsent(
                port, asked -> new WireDocuments(get(asked, "/api/openapi.json"), get(asked, "/api/asyncapi.json")));
    }

    private static String get(int port, String path) {
        URI address = URI.create("http://" + OvationServer.HOST + ":" + port + path);
        try {
            return HttpApi.CLIENT
                    .send(
                            HttpRequest.newBuilder(address)
                                    .timeout(Duration.ofSeconds(30))
                                    .build(),
                            BodyHandlers.ofString())
                    .body();
        } catch (IOException e) {
            throw new Api.Lost(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
