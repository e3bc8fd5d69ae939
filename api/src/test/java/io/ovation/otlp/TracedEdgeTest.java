package io.ovation.otlp;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

import com.sun.net.httpserver.HttpServer;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.ovation.conversation.ConversationCommand.SendMessage;
import io.ovation.edge.EdgeClient;
import io.ovation.edge.EdgeTest;
import io.ovation.edge.Sides;
import io.ovation.edge.TestTokens;
import io.ovation.trace.Traces;
import io.rsocket.RSocket;
import io.rsocket.core.RSocketConnector;
import io.rsocket.metadata.CompositeMetadataCodec;
import io.rsocket.metadata.TaggingMetadataCodec;
import io.rsocket.metadata.WellKnownMimeType;
import io.rsocket.transport.netty.client.WebsocketClientTransport;
import io.rsocket.util.DefaultPayload;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.context.TestPropertySource;
import reactor.netty.http.client.HttpClient;

import static org.assertj.core.api.Assertions.assertThat;

/** The trace that a client says it is a part of reaches the command. */
@EdgeTest
@TestPropertySource(properties = "ovation.traces.sampled=1")
class TracedEdgeTest {
    private static final String ROOM = "01990000-0000-7000-8000-00000000000a";
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String PARENT = "00-" + TRACE + "-00f067aa0ba902b7-01";
    private static final ByteBufAllocator HEAP = UnpooledByteBufAllocator.DEFAULT;

    /** Takes what comes, for as long as the tests' JVM runs: the server of this test does, too. */
    private static final HttpServer COLLECTOR = collector();

    @Autowired
    private Sides.Script sides;

    @LocalServerPort
    private int port;

    private static HttpServer collector() {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.createContext("/v1/traces", exchange -> {
                try (exchange) {
                    exchange.getRequestBody().readAllBytes();
                    exchange.sendResponseHeaders(200, -1);
                }
            });
            server.start();
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @DynamicPropertySource
    static void endpoint(DynamicPropertyRegistry properties) {
        properties.add(
                "ovation.traces.endpoint",
                () -> "http://127.0.0.1:" + COLLECTOR.getAddress().getPort() + "/v1/traces");
    }

    @BeforeEach
    void start() {
        sides.reset();
    }

    private String traceOfCommand() {
        assertThat(sides.messages()).hasSize(1);
        assertThat(sides.asked()).first().isInstanceOf(SendMessage.class);
        return String.valueOf(sides.messages().getFirst().getMetaData().get(Traces.KEY));
    }

    @Test
    void overHttp() {
        EdgeClient client = new EdgeClient(port);
        client.exchange(client.request(
                                "POST",
                                "/api/conversations/" + ROOM + "/messages",
                                BodyPublishers.ofString("{\"body\":\"Hello\"}"),
                                TestTokens.of("ada"))
                        .header("Content-Type", "application/json")
                        .header(Traces.KEY, PARENT))
                .is(201);
        assertThat(traceOfCommand()).matches("00-" + TRACE + "-[0-9a-f]{16}-01").isNotEqualTo(PARENT);
    }

    @Test
    void overRSocket() {
        CompositeByteBuf metadata = HEAP.compositeHeapBuffer();
        CompositeMetadataCodec.encodeAndAddMetadata(
                metadata,
                HEAP,
                WellKnownMimeType.MESSAGE_RSOCKET_ROUTING,
                TaggingMetadataCodec.createTaggingContent(HEAP, List.of("conversations." + ROOM + ".send")));
        CompositeMetadataCodec.encodeAndAddMetadata(
                metadata, HEAP, Traces.KEY, Unpooled.copiedBuffer(PARENT, StandardCharsets.US_ASCII));
        HttpClient http = HttpClient.create()
                .host("127.0.0.1")
                .port(port)
                .headers(headers -> headers.set("Authorization", "Bearer " + TestTokens.of("ada")));
        RSocket socket = RSocketConnector.create()
                .metadataMimeType(WellKnownMimeType.MESSAGE_RSOCKET_COMPOSITE_METADATA.getString())
                .dataMimeType("application/json")
                .connect(WebsocketClientTransport.create(http, "/rsocket"))
                .blockOptional()
                .orElseThrow();
        try {
            socket.requestResponse(DefaultPayload.create(
                            Unpooled.copiedBuffer("{\"body\":\"Hello\"}", StandardCharsets.UTF_8), metadata))
                    .block(Duration.ofSeconds(20));
        } finally {
            socket.dispose();
        }
        assertThat(traceOfCommand()).matches("00-" + TRACE + "-[0-9a-f]{16}-01").isNotEqualTo(PARENT);
    }
}
