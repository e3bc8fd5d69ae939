package io.ovation.reference;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;

import io.ovation.operation.StrictJson;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/**
 * {@code GET /api/openapi.json} and {@code GET /api/asyncapi.json}, for everybody: what they say is in every client.
 * Each is written once, at the start. Immutable.
 */
final class ReferenceRoutes {
    private static final Duration FRESH = Duration.ofMinutes(5);

    private final Document openApi;
    private final Document asyncApi;

    private record Document(byte[] json, String tag) {}

    ReferenceRoutes(OpenApi openApi, AsyncApi asyncApi, StrictJson json) {
        this.openApi = document(json.write(openApi.document()));
        this.asyncApi = document(json.write(asyncApi.document()));
    }

    RouterFunction<ServerResponse> routes() {
        return RouterFunctions.route()
                .GET("/api/openapi.json", request -> answer(request, openApi))
                .GET("/api/asyncapi.json", request -> answer(request, asyncApi))
                .build();
    }

    private static Mono<ServerResponse> answer(ServerRequest request, Document document) {
        return request.checkNotModified(document.tag())
                .switchIfEmpty(Mono.defer(() -> ServerResponse.ok()
                        .contentType(MediaType.APPLICATION_JSON)
                        .eTag(document.tag())
                        .cacheControl(CacheControl.maxAge(FRESH).cachePublic())
                        .bodyValue(document.json())));
    }

    private static Document document(byte[] json) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(json);
            return new Document(json, '"' + HexFormat.of().formatHex(hash, 0, 16) + '"');
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("Every JDK has SHA-256", impossible);
        }
    }
}
