package io.ovation.http;

import java.time.Instant;

import io.ovation.operation.LineStream.Lines;
import io.ovation.operation.StrictJson;
import io.ovation.security.TokenVerifier;
import io.ovation.security.VerifiedToken;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** Answers of JSON lines: one that ends too early ends abnormally, so that nobody takes it for the whole. */
final class LineResponses {
    private final StrictJson json;
    private final TokenVerifier verifier;

    LineResponses(StrictJson json, TokenVerifier verifier) {
        this.json = json;
        this.verifier = verifier;
    }

    /** Fails as the source does without any line. */
    Mono<ServerResponse> response(Lines lines, VerifiedToken token) {
        return Mono.defer(() -> new LineBody(json)
                        .open(lines.chunks(), token.lasts(Instant.now()), () -> verifier.hasEnded(token)))
                .flatMap(body -> ServerResponse.ok()
                        .contentType(MediaType.APPLICATION_NDJSON)
                        .cacheControl(CacheControl.noStore())
                        // a proxy that collects what it passes on would hold lines back
                        .header("X-Accel-Buffering", "no")
                        .headers(headers -> lines.headers().forEach(headers::set))
                        .body((http, context) -> write(http, body)));
    }

    private static Mono<Void> write(ServerHttpResponse http, LineBody body) {
        ResponseSocket socket = ResponseSocket.of(http);
        return http.writeAndFlushWith(body.writes(socket).map(write -> write.map(http.bufferFactory()::wrap)
                        // one that is known to be single would be sent as a whole body, with its length
                        .flux()))
                // of a HEAD nothing is ever written, and nothing would end it
                .doFinally(how -> body.cancel())
                .then(Mono.fromRunnable(() -> {
                    if (body.isCutShort()) {
                        // without the chunk that ends a body
                        socket.cut();
                    }
                }));
    }
}
