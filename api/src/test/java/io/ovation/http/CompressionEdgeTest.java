package io.ovation.http;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPInputStream;

import io.ovation.edge.EdgeTest;
import io.ovation.edge.TestTokens;
import io.ovation.live.LiveSide;
import org.axonframework.queryhandling.QueryBus;
import org.axonframework.queryhandling.QueryUpdateEmitter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.TestPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/** Compression, which is off unless an operator turns it on: of answers in JSON that are large, and of nothing else. */
@EdgeTest
@Timeout(60)
@TestPropertySource(properties = "server.compression.enabled=true")
class CompressionEdgeTest {
    private static final String LARGE = "/api/openapi.json";
    private static final String SMALL = "/api/conversations";
    private static final String STREAM = "/api/conversations/01990000-0000-7000-8000-00000000000a/stream";

    private final int port;

    CompressionEdgeTest(@LocalServerPort int port) {
        this.port = port;
    }

    private HttpResponse<InputStream> get(HttpClient http, String path) throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .header("Authorization", "Bearer " + TestTokens.of("ann"))
                        .header("Accept-Encoding", "gzip")
                        .build(),
                BodyHandlers.ofInputStream());
    }

    @Test
    void aLargeAnswerIsCompressedAndASmallOneIsNot() throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpResponse<InputStream> large = get(http, LARGE);
            assertThat(large.headers().firstValue("Content-Encoding")).hasValue("gzip");
            byte[] compressed = large.body().readAllBytes();
            byte[] json = new GZIPInputStream(new ByteArrayInputStream(compressed)).readAllBytes();
            assertThat(new String(json, StandardCharsets.UTF_8)).startsWith("{").endsWith("}");
            assertThat(compressed.length).isLessThan(json.length / 4);

            HttpResponse<InputStream> small = get(http, SMALL);
            assertThat(small.headers().firstValue("Content-Encoding")).isEmpty();
            small.body().close();
        }
    }

    @Test
    void aStreamIsNotCompressedForThatWouldHoldItsFramesBack(
            @Autowired QueryBus queries, @Autowired QueryUpdateEmitter emitter) throws Exception {
        try (LiveSide live = new LiveSide(queries, emitter);
                HttpClient http = HttpClient.newHttpClient()) {
            assertThat(live).isNotNull();
            HttpResponse<InputStream> stream = get(http, STREAM);
            assertThat(stream.headers().firstValue("Content-Encoding")).isEmpty();
            assertThat(new BufferedReader(new InputStreamReader(stream.body(), StandardCharsets.UTF_8)).readLine())
                    .isNotEmpty();
            stream.body().close();
        }
    }

    @Test
    void aClientOfHttp10GetsNoChunks() throws IOException {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.getOutputStream()
                    .write(("GET " + LARGE + " HTTP/1.0\r\nAccept-Encoding: gzip\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
            assertThat(answer).contains(" 200 ").doesNotContainIgnoringCase("transfer-encoding");
        }
    }
}
