package io.ovation.http;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;

import io.ovation.limits.LimitSettings;
import io.ovation.operation.Operation.Nothing;
import io.ovation.operation.StrictJson;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpRequest;
import reactor.core.publisher.Mono;

/**
 * Reads what a request carries: the query string of a GET, the JSON body of any other. A body that is not there is one
 * without any field, as it is over RSocket.
 */
final class RequestReader {
    private static final byte[] NO_FIELDS = "{}".getBytes(StandardCharsets.UTF_8);

    private final StrictJson json;
    private final int limit;

    RequestReader(StrictJson json, LimitSettings limits) {
        this.json = json;
        this.limit = Math.toIntExact(limits.requestSize().toBytes());
    }

    <B extends Record> Mono<B> read(ServerHttpRequest request, Class<B> type) {
        String query = request.getURI().getRawQuery();
        if (request.getMethod() == HttpMethod.GET) {
            return Mono.fromSupplier(() -> json.readQuery(query, type, Set.of()));
        }
        return Mono.defer(() -> {
            json.readQuery(query, Nothing.class, Set.of());
            return body(request)
                    .map(bytes -> json.read(bytes.length == 0 ? NO_FIELDS : bytes, type));
        });
    }

    private Mono<byte[]> body(ServerHttpRequest request) {
        HttpHeaders headers = request.getHeaders();
        if (headers.getContentLength() > limit) {
            throw new HttpRejection.TooLarge(limit);
        }
        boolean json = isJson(headers);
        if (headers.getContentLength() > 0 && !json) {
            throw new HttpRejection.MediaType();
        }
        return DataBufferUtils.join(request.getBody(), limit)
                .map(RequestReader::bytes)
                .doOnNext(bytes -> {
                    // of one in chunks only this says whether there is one
                    if (bytes.length > 0 && !json) {
                        throw new HttpRejection.MediaType();
                    }
                })
                .defaultIfEmpty(new byte[0])
                .onErrorMap(DataBufferLimitException.class, e -> new HttpRejection.TooLarge(limit));
    }

    private static byte[] bytes(DataBuffer buffer) {
        byte[] bytes = new byte[buffer.readableByteCount()];
        buffer.read(bytes);
        DataBufferUtils.release(buffer);
        return bytes;
    }

    private static boolean isJson(HttpHeaders headers) {
        List<String> encodings = headers.getOrEmpty(HttpHeaders.CONTENT_ENCODING);
        if (!encodings.stream().allMatch("identity"::equalsIgnoreCase)) {
            return false;
        }
        MediaType type = contentType(headers);
        if (type == null
                || !type.getType().equals("application")
                || !type.getSubtype().equals("json")) {
            return false;
        }
        Charset charset = type.getCharset();
        return charset == null || charset.equals(StandardCharsets.UTF_8);
    }

    private static @Nullable MediaType contentType(HttpHeaders headers) {
        try {
            return headers.getContentType();
        } catch (InvalidMediaTypeException none) {
            return null;
        }
    }
}
