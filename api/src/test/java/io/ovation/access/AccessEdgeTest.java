package io.ovation.access;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

import com.nimbusds.jose.JWSAlgorithm;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.CompositeByteBuf;
import io.ovation.edge.EdgeClient;
import io.ovation.edge.EdgeTest;
import io.ovation.edge.Sides;
import io.ovation.edge.TestTokens;
import io.ovation.live.LiveSide;
import io.rsocket.Payload;
import io.rsocket.RSocket;
import io.rsocket.core.RSocketConnector;
import io.rsocket.metadata.CompositeMetadataCodec;
import io.rsocket.metadata.TaggingMetadataCodec;
import io.rsocket.metadata.WellKnownMimeType;
import io.rsocket.transport.netty.client.WebsocketClientTransport;
import io.rsocket.util.ByteBufPayload;
import org.axonframework.queryhandling.QueryBus;
import org.axonframework.queryhandling.QueryUpdateEmitter;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.TestPropertySource;
import reactor.netty.http.client.HttpClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What becomes of a user whom an admin signs out: of requests, streams and connections, and of tokens to come. */
@EdgeTest
@TestPropertySource(properties = "ovation.limits.enabled=false")
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class AccessEdgeTest {
    private static final String STREAM = "/api/conversations/01990000-0000-7000-8000-00000000000a/stream";
    private static final Duration SOON = Duration.ofSeconds(10);

    private final String user = "ann-" + UUID.randomUUID();
    private final EdgeClient client;
    private final int port;

    @Autowired
    private Sides.Script sides;

    @Autowired
    private QueryBus queries;

    @Autowired
    private QueryUpdateEmitter emitter;

    AccessEdgeTest(@LocalServerPort int port) {
        this.port = port;
        this.client = new EdgeClient(port);
    }

    @BeforeEach
    void begin() {
        sides.reset();
    }

    private String issued(Instant at) {
        return TestTokens.signed(
                TestTokens.claims(user).issueTime(Date.from(at)).build(), TestTokens.SECRET, JWSAlgorithm.HS256);
    }

    private EdgeClient.Reply signOut(String whom, String token) {
        return client.call("POST", "/api/admin/users/" + whom + "/sign-out", null, token);
    }

    private EdgeClient.Reply list(String token) {
        return client.call("GET", "/api/conversations", null, token);
    }

    @Test
    void whatWasIssuedBeforeCountsNoMoreAndWhatIsIssuedAfterDoes() {
        String before = issued(Instant.now().minusSeconds(5));
        String without = TestTokens.of(user);
        list(before).is(200);
        list(without).is(200);

        signOut(user, TestTokens.of("root", "admin")).is(204);

        list(before).isProblem(401, "unauthenticated");
        // it could be of any time
        list(without).isProblem(401, "unauthenticated");
        // whoever signs in when the answer is there is let in, though most tokens know no parts of a second
        list(issued(Instant.now())).is(200);
        list(TestTokens.of("somebody-else")).is(200);
    }

    @Test
    void aStreamAndAConnectionEndWithinTwoSecondsAndSayWhy() throws Exception {
        String token = issued(Instant.now().minusSeconds(5));
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + port + STREAM))
                .header("Authorization", "Bearer " + token)
                .build();
        RSocket connection = connect(token);
        try (LiveSide live = new LiveSide(queries, emitter);
                java.net.http.HttpClient http = java.net.http.HttpClient.newHttpClient()) {
            assertThat(live).isNotNull();
            var response = http.send(request, HttpResponse.BodyHandlers.ofInputStream());
            assertThat(response.statusCode()).isEqualTo(200);
            BufferedReader lines =
                    new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
            assertThat(lines.readLine()).isNotNull();

            long start = System.nanoTime();
            signOut(user, TestTokens.of("root", "admin")).is(204);

            String last = "";
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                last = line.isEmpty() ? last : line;
            }
            assertThat(last).contains("\"type\":\"error\"", "\"unauthenticated\"", "signed out");
            connection.onClose().onErrorComplete().block(SOON);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
        }
    }

    @Test
    void aConnectionIsNotCarriedOnByATokenFromBefore() {
        signOut(user, TestTokens.of("root", "admin")).is(204);
        RSocket connection = connect(issued(Instant.now()));

        assertThatThrownBy(() -> refresh(connection, issued(Instant.now().minusSeconds(5))))
                .hasMessageContaining("unauthenticated");
        refresh(connection, issued(Instant.now()));
        connection.dispose();
        assertThatThrownBy(() -> connect(issued(Instant.now().minusSeconds(5)))).isNotNull();
    }

    @Test
    void anAdminSignsOutOverRSocketToo() {
        list(TestTokens.of(user)).is(200);
        RSocket admin = connect(TestTokens.of("root", "admin"));
        ask(admin, "admin.users.sign-out", "{\"user\":\"" + user + "\"}");
        admin.dispose();
        list(TestTokens.of(user)).isProblem(401, "unauthenticated");
    }

    private RSocket connect(String token) {
        RSocket connection = RSocketConnector.create()
                .metadataMimeType(WellKnownMimeType.MESSAGE_RSOCKET_COMPOSITE_METADATA.getString())
                .dataMimeType("application/json")
                .connect(WebsocketClientTransport.create(
                        HttpClient.create()
                                .host("127.0.0.1")
                                .port(port)
                                .headers(headers -> headers.set("Authorization", "Bearer " + token)),
                        "/rsocket"))
                .block(SOON);
        assertThat(connection).isNotNull();
        return connection;
    }

    private static void refresh(RSocket connection, String token) {
        ask(connection, "session.refresh", "{\"token\":\"" + token + "\"}");
    }

    private static void ask(RSocket connection, String route, String json) {
        CompositeByteBuf metadata = ByteBufAllocator.DEFAULT.compositeBuffer();
        CompositeMetadataCodec.encodeAndAddMetadata(
                metadata,
                ByteBufAllocator.DEFAULT,
                WellKnownMimeType.MESSAGE_RSOCKET_ROUTING,
                TaggingMetadataCodec.createTaggingContent(ByteBufAllocator.DEFAULT, List.of(route)));
        connection
                .requestResponse(ByteBufPayload.create(ByteBufUtil.writeUtf8(ByteBufAllocator.DEFAULT, json), metadata))
                .doOnNext(Payload::release)
                .block(SOON);
    }

    @Test
    void onlyAnAdminSignsOutAndOnlyWhoCanBeSomebody() {
        signOut(user, TestTokens.of(user)).isProblem(403, "forbidden");
        signOut(user, TestTokens.of("eve", "analyst")).isProblem(403, "forbidden");
        signOut("%20", TestTokens.of("root", "admin")).isProblem(400, "validation_failed");
        client.call("POST", "/api/admin/users/" + user + "/sign-out", null, null)
                .isProblem(401, "unauthenticated");
        list(TestTokens.of(user)).is(200);
    }
}
