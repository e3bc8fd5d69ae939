package io.ovation.rsocket;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import com.nimbusds.jose.JWSAlgorithm;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.websocketx.WebSocketClientHandshakeException;
import io.ovation.conversation.ConversationCommand.RemoveMember;
import io.ovation.conversation.ConversationCommand.SendMessage;
import io.ovation.conversation.ConversationRejection.ConversationNotFound;
import io.ovation.conversation.ConversationRejection.IdTaken;
import io.ovation.conversation.ConversationRejection.NotAMember;
import io.ovation.edge.EdgeTest;
import io.ovation.edge.Sides;
import io.ovation.edge.TestTokens;
import io.ovation.edge.WireCheck;
import io.ovation.live.LiveSide;
import io.ovation.live.Topic;
import io.ovation.live.Watches;
import io.ovation.people.BlockCommand.BlockUser;
import io.ovation.people.BlockCommand.UnblockUser;
import io.ovation.people.BlockQuery.BlockPage;
import io.ovation.people.BlockQuery.BlockView;
import io.rsocket.Payload;
import io.rsocket.RSocket;
import io.rsocket.core.RSocketConnector;
import io.rsocket.core.Resume;
import io.rsocket.exceptions.ApplicationErrorException;
import io.rsocket.exceptions.RejectedSetupException;
import io.rsocket.metadata.AuthMetadataCodec;
import io.rsocket.metadata.CompositeMetadataCodec;
import io.rsocket.metadata.TaggingMetadataCodec;
import io.rsocket.metadata.WellKnownMimeType;
import io.rsocket.transport.netty.client.WebsocketClientTransport;
import io.rsocket.util.DefaultPayload;
import org.axonframework.queryhandling.QueryBus;
import org.axonframework.queryhandling.QueryUpdateEmitter;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.TestPropertySource;
import reactor.core.publisher.Flux;
import reactor.netty.http.client.HttpClient;
import reactor.test.StepVerifier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

@EdgeTest
@Timeout(60)
@TestPropertySource(properties = "ovation.limits.connects-per-second=10000")
class RSocketEdgeTest {
    private static final String ID = "01990000-0000-7000-8000-00000000000a";
    private static final Topic TOPIC = Topic.conversation(ID);
    private static final String WATCH = "conversations." + ID + ".watch";
    private static final String SEND = "conversations." + ID + ".send";
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final JsonMapper JSON = new JsonMapper();

    @Autowired
    private Sides.Script sides;

    @Autowired
    private Watches watches;

    @Autowired
    private Sessions sessions;

    private final List<RSocket> clients = new CopyOnWriteArrayList<>();
    private LiveSide live;
    private int port;

    RSocketEdgeTest(@Autowired QueryBus bus, @Autowired QueryUpdateEmitter emitter) {
        live = new LiveSide(bus, emitter);
    }

    @BeforeEach
    void start(@LocalServerPort int serverPort) {
        sides.reset();
        port = serverPort;
    }

    @AfterEach
    void everythingIsFreed() {
        clients.forEach(RSocket::dispose);
        try {
            await().atMost(PATIENCE).until(() -> watches.topics() == 0 && sessions.size() == 0);
        } finally {
            live.close();
        }
    }

    private WebsocketClientTransport transport(@Nullable String token, String... headers) {
        HttpClient http = HttpClient.create().host("127.0.0.1").port(port).headers(h -> {
            if (token != null) {
                h.set("Authorization", "Bearer " + token);
            }
            for (int i = 0; i < headers.length; i += 2) {
                h.set(headers[i], headers[i + 1]);
            }
        });
        return WebsocketClientTransport.create(http, "/rsocket");
    }

    private static RSocketConnector connector() {
        return RSocketConnector.create()
                .metadataMimeType(WellKnownMimeType.MESSAGE_RSOCKET_COMPOSITE_METADATA.getString())
                .dataMimeType("application/json");
    }

    private RSocket connect(RSocketConnector connector, WebsocketClientTransport transport) {
        RSocket client = connector.connect(transport).block(PATIENCE);
        assertThat(client).isNotNull();
        clients.add(client);
        return new DescribedRSocket(client, WireCheck.of(port));
    }

    private RSocket connect(String user) {
        return connect(connector(), transport(TestTokens.of(user)));
    }

    private static Payload payload(String route, String json) {
        CompositeByteBuf metadata = ByteBufAllocator.DEFAULT.compositeBuffer();
        CompositeMetadataCodec.encodeAndAddMetadata(
                metadata,
                ByteBufAllocator.DEFAULT,
                WellKnownMimeType.MESSAGE_RSOCKET_ROUTING,
                TaggingMetadataCodec.createTaggingContent(ByteBufAllocator.DEFAULT, List.of(route)));
        Payload payload = DefaultPayload.create(Unpooled.copiedBuffer(json, StandardCharsets.UTF_8), metadata);
        return payload;
    }

    private static Payload bearer(String token) {
        CompositeByteBuf metadata = ByteBufAllocator.DEFAULT.compositeBuffer();
        ByteBuf content = AuthMetadataCodec.encodeBearerMetadata(ByteBufAllocator.DEFAULT, token.toCharArray());
        CompositeMetadataCodec.encodeAndAddMetadata(
                metadata, ByteBufAllocator.DEFAULT, WellKnownMimeType.MESSAGE_RSOCKET_AUTHENTICATION, content);
        return DefaultPayload.create(Unpooled.EMPTY_BUFFER, metadata);
    }

    private static String token(String user, Duration ttl) {
        return TestTokens.signed(
                TestTokens.claims(user)
                        .expirationTime(Date.from(Instant.now().plus(ttl)))
                        .build(),
                TestTokens.SECRET,
                JWSAlgorithm.HS256);
    }

    private static JsonNode json(Payload payload) {
        try {
            return JSON.readTree(payload.getDataUtf8());
        } finally {
            payload.release();
        }
    }

    private static JsonNode ask(RSocket client, String route, String data) {
        JsonNode answer = client.requestResponse(payload(route, data))
                .map(RSocketEdgeTest::json)
                .block(PATIENCE);
        assertThat(answer).isNotNull();
        return answer;
    }

    /** Without what is told of who else watches. */
    private static Flux<JsonNode> watch(RSocket client, String data) {
        return client.requestStream(payload(WATCH, data))
                .map(RSocketEdgeTest::json)
                .filter(frame -> !frame.path("type").asString("").equals("audience"));
    }

    private static boolean isProblem(Throwable failure, int status, String code) {
        assertThat(failure).isInstanceOf(ApplicationErrorException.class);
        JsonNode problem = JSON.readTree(String.valueOf(failure.getMessage()));
        assertThat(problem.path("code").asString()).isEqualTo(code);
        assertThat(problem.path("status").asInt()).isEqualTo(status);
        assertThat(problem.path("title").asString()).isNotBlank();
        assertThat(problem.path("detail").asString()).isNotBlank();
        return true;
    }

    private static void refuses(RSocket client, String route, String data, int status, String code) {
        StepVerifier.create(client.requestResponse(payload(route, data)))
                .expectErrorMatches(failure -> isProblem(failure, status, code))
                .verify(PATIENCE);
    }

    @Test
    void anOperationIsAnsweredAsOverHttp() {
        RSocket ann = connect("ann");
        JsonNode sent = ask(ann, SEND, "{\"body\":\"hello\"}");
        assertThat(sent.path("seq").asLong()).isEqualTo(1);
        assertThat(sides.asked()).singleElement().isInstanceOfSatisfying(SendMessage.class, send -> {
            assertThat(send.conversationId()).isEqualTo(ID);
            assertThat(send.by().user()).isEqualTo("ann");
        });
        assertThat(ask(ann, "conversations.list", "").path("conversations").isArray())
                .isTrue();
    }

    @Test
    void aNameThatOnlyThePathHasIsAFieldOfTheData() {
        RSocket ann = connect("ann");
        assertThat(ask(ann, "conversations." + ID + ".members.remove", "{\"user\":\"bob.smith\"}")
                        .toString())
                .isEqualTo("{}");
        assertThat(sides.asked()).singleElement().isInstanceOfSatisfying(RemoveMember.class, remove -> assertThat(
                        remove.user())
                .isEqualTo("bob.smith"));
        refuses(ann, "conversations." + ID + ".members.remove", "{}", 400, "validation_failed");
        sides.reset();
        ask(ann, "blocks.add", "{\"user\":\"bob smith\"}");
        ask(ann, "blocks.remove", "{\"user\":\"bob smith\"}");
        assertThat(sides.asked())
                .usingRecursiveFieldByFieldElementComparatorIgnoringFields("at")
                .containsExactly(
                        new BlockUser("ann", "bob smith", Instant.EPOCH),
                        new UnblockUser("ann", "bob smith", Instant.EPOCH));
        sides.answer(new BlockPage(List.of(new BlockView("bob smith", Instant.EPOCH)), null));
        assertThat(ask(ann, "blocks.list", "{\"limit\":1}").path("blocks").path(0).path("user").asString())
                .isEqualTo("bob smith");
    }

    @Test
    void whatIsWrongIsAProblemInAnApplicationError() {
        RSocket ann = connect("ann");
        refuses(ann, "conversations.nothing.here", "{}", 404, "not_found");
        refuses(ann, "", "{}", 404, "not_found");
        refuses(ann, WATCH, "{}", 404, "not_found");
        refuses(ann, SEND, "{", 400, "validation_failed");
        refuses(ann, SEND, "{\"body\":3}", 400, "validation_failed");
        refuses(ann, SEND, "{\"body\":\"a\",\"colour\":1}", 400, "validation_failed");
        refuses(ann, SEND, "{\"body\":\"" + "a".repeat(10_000) + "\"}", 400, "validation_failed");
        sides.fail(new IdTaken("messageId"));
        refuses(ann, SEND, "{\"body\":\"a\"}", 409, "conflict");
        sides.fail(new NotAMember());
        refuses(ann, SEND, "{\"body\":\"a\"}", 403, "forbidden");
        sides.fail(new IllegalStateException("SELECT secret FROM host"));
        refuses(ann, SEND, "{\"body\":\"a\"}", 503, "unavailable");
        StepVerifier.create(ann.requestResponse(DefaultPayload.create("{}")))
                .expectErrorMatches(failure -> isProblem(failure, 404, "not_found"))
                .verify(PATIENCE);
        StepVerifier.create(ann.requestResponse(DefaultPayload.create("{}", "no composite metadata")))
                .expectErrorMatches(failure -> isProblem(failure, 400, "validation_failed"))
                .verify(PATIENCE);
        StepVerifier.create(ann.requestChannel(Flux.just(payload(SEND, "{}"), payload(SEND, "{}"))))
                .expectErrorMatches(failure -> isProblem(failure, 404, "not_found"))
                .verify(PATIENCE);
        StepVerifier.create(ann.requestStream(payload(SEND, "{}")))
                .expectErrorMatches(failure -> isProblem(failure, 404, "not_found"))
                .verify(PATIENCE);
        sides.reset();
        assertThat(ask(ann, SEND, "{\"body\":\"still here\"}").path("seq").asLong())
                .isEqualTo(1);
    }

    @Test
    void fireAndForgetDoesTheSameAndDropsErrors() {
        RSocket ann = connect("ann");
        ann.fireAndForget(payload(SEND, "{\"body\":3}")).block(PATIENCE);
        ann.fireAndForget(payload("nowhere", "{}")).block(PATIENCE);
        ann.fireAndForget(payload(SEND, "{\"body\":\"a\"}")).block(PATIENCE);
        await().atMost(PATIENCE).until(() -> sides.asked().size() == 1);
    }

    @Test
    void aRequestInPiecesIsPutTogetherAndOneThatIsTooLargeIsRefused() {
        RSocket ann = connect(connector().fragment(64), transport(TestTokens.of("ann")));
        assertThat(ask(ann, SEND, "{\"body\":\"" + "a".repeat(8_000) + "\"}")
                        .path("seq")
                        .asLong())
                .isEqualTo(1);
        refuses(ann, SEND, "{\"body\":\"" + "a".repeat(100_000) + "\"}", 413, "payload_too_large");
        assertThat(ask(ann, SEND, "{\"body\":\"a\"}").path("seq").asLong()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"https://evil.example", "null", "http://127.0.0.1:1"})
    void aPageOfAnotherOriginGetsNoUpgrade(String origin) {
        refusesUpgrade(transport(TestTokens.of("ann"), "Origin", origin), 403);
    }

    @Test
    void aPageOfThisServerDoes() {
        RSocket ann = connect(connector(), transport(TestTokens.of("ann"), "Origin", "http://127.0.0.1:" + port));
        assertThat(ask(ann, SEND, "{\"body\":\"a\"}").path("seq").asLong()).isEqualTo(1);
    }

    @Test
    void aBadTokenGetsNoUpgrade() throws IOException {
        refusesUpgrade(transport("x"), 401);
        refusesUpgrade(transport(token("ann", Duration.ofSeconds(-10))), 401);
        refusesUpgrade(transport(null, "Authorization", "Basic YTpi"), 401);
        refusesUpgrade(
                WebsocketClientTransport.create(
                        HttpClient.create().host("127.0.0.1").port(port), "/rsocket?access_token=x"),
                401);
        // as no client of HTTP would send it
        try (RawWebSocket malformed = new RawWebSocket(port, "/rsocket?access_token=%GG")) {
            assertThat(malformed.status()).isEqualTo(400);
        }
    }

    private static void refusesUpgrade(WebsocketClientTransport transport, int status) {
        StepVerifier.create(connector().connect(transport))
                .expectErrorSatisfies(failure -> assertThat(failure)
                        .isInstanceOfSatisfying(WebSocketClientHandshakeException.class, refused -> assertThat(
                                        refused.response().status().code())
                                .isEqualTo(status)))
                .verify(PATIENCE);
    }

    @Test
    void theTokenMayStandInTheAddress() {
        RSocket ann = connect(
                connector(),
                WebsocketClientTransport.create(
                        HttpClient.create().host("127.0.0.1").port(port),
                        "/rsocket?access_token=" + TestTokens.of("ann")));
        assertThat(ask(ann, SEND, "{\"body\":\"a\"}").path("seq").asLong()).isEqualTo(1);
    }

    @Test
    void theTokenMayStandInSetup() {
        RSocket ann = connect(connector().setupPayload(bearer(TestTokens.of("ann"))), transport(null));
        assertThat(ask(ann, SEND, "{\"body\":\"a\"}").path("seq").asLong()).isEqualTo(1);
    }

    @Test
    void aSetupThatWillNotDoIsRejected() {
        rejectsSetup(connector(), null, "unauthenticated");
        rejectsSetup(connector().setupPayload(bearer("x")), null, "unauthenticated");
        rejectsSetup(connector().setupPayload(DefaultPayload.create("", "what")), null, "validation_failed");
        String good = TestTokens.of("ann");
        rejectsSetup(connector().metadataMimeType("text/plain"), good, "validation_failed");
        rejectsSetup(connector().dataMimeType("application/cbor"), good, "validation_failed");
        // with a token of its own: the one that the client would make reads the system's random numbers on its event
        // loop
        rejectsSetup(
                connector().resume(new Resume().token(() -> Unpooled.copiedBuffer("resume", StandardCharsets.UTF_8))),
                good,
                null);
        rejectsSetup(connector().lease(), good, null);
    }

    private void rejectsSetup(RSocketConnector connector, @Nullable String token, @Nullable String code) {
        List<Throwable> why = new ArrayList<>();
        RSocket client = connector.connect(transport(token)).block(PATIENCE);
        assertThat(client).isNotNull();
        client.onClose()
                .onErrorResume(failure -> {
                    why.add(failure);
                    return reactor.core.publisher.Mono.empty();
                })
                .block(PATIENCE);
        if (code == null) {
            return;
        }
        assertThat(why).singleElement().isInstanceOfSatisfying(RejectedSetupException.class, rejected -> assertThat(
                        JSON.readTree(String.valueOf(rejected.getMessage()))
                                .path("code")
                                .asString())
                .isEqualTo(code));
    }

    @Test
    void aStreamHonoursRequestNToTheFrame() {
        RSocket ann = connect("ann");
        StepVerifier.create(watch(ann, "{}"), 1)
                .expectNextMatches(frame -> frame.path("type").asString().equals("start"))
                .then(() -> {
                    for (int i = 0; i < 5; i++) {
                        live.append(TOPIC, i, 200);
                    }
                })
                .expectNoEvent(Duration.ofMillis(200))
                .thenRequest(2)
                .expectNextMatches(frame -> frame.path("seq").asLong() == 0)
                .expectNextMatches(frame -> frame.path("seq").asLong() == 1)
                .expectNoEvent(Duration.ofMillis(200))
                .thenRequest(3)
                .expectNextCount(3)
                .thenCancel()
                .verify(PATIENCE);
        await().atMost(PATIENCE).until(() -> watches.topics() == 0);
    }

    @Test
    void aStreamResumesFromACursor() {
        live.append(TOPIC, 0, 200);
        RSocket ann = connect("ann");
        List<String> cursors = new CopyOnWriteArrayList<>();
        StepVerifier.create(watch(ann, "{}"))
                .expectNextCount(1)
                .then(() -> live.append(TOPIC, 1, 200))
                .consumeNextWith(frame -> cursors.add(frame.path("cursor").asString()))
                .thenCancel()
                .verify(PATIENCE);
        live.append(TOPIC, 2, 200);
        StepVerifier.create(watch(ann, "{\"after\":\"" + cursors.getFirst() + "\"}"))
                .expectNextCount(1)
                .expectNextMatches(frame -> frame.path("seq").asLong() == 2)
                .then(() -> live.append(TOPIC, 3, 200))
                .expectNextMatches(frame -> frame.path("seq").asLong() == 3)
                .thenCancel()
                .verify(PATIENCE);
    }

    @Test
    void aStreamThatMayNotBeFailsWithItsRejection() {
        RSocket ann = connect("ann");
        live.refuse(caller -> new ConversationNotFound());
        StepVerifier.create(watch(ann, "{}"))
                .expectErrorMatches(failure -> isProblem(failure, 404, "not_found"))
                .verify(PATIENCE);
        live.refuse(caller -> new NotAMember());
        StepVerifier.create(watch(ann, "{}"))
                .expectErrorMatches(failure -> isProblem(failure, 403, "forbidden"))
                .verify(PATIENCE);
        StepVerifier.create(watch(ann, "{\"after\":7}"))
                .expectErrorMatches(failure -> isProblem(failure, 400, "validation_failed"))
                .verify(PATIENCE);
    }

    @Test
    void aConnectionHasAtMost256Streams() {
        RSocket ann = connect("ann");
        List<reactor.core.Disposable> open = new ArrayList<>();
        for (int i = 0; i < 256; i++) {
            open.add(watch(ann, "{}").onErrorComplete().subscribe());
        }
        StepVerifier.create(watch(ann, "{}"))
                .expectErrorMatches(failure -> isProblem(failure, 429, "rate_limited"))
                .verify(PATIENCE);
        open.getFirst().dispose();
        StepVerifier.create(watch(ann, "{}").retryWhen(reactor.util.retry.Retry.fixedDelay(50, Duration.ofMillis(50))))
                .expectNextCount(1)
                .thenCancel()
                .verify(PATIENCE);
    }

    @Test
    void anExpiredTokenEndsEveryStreamAndThenTheConnection() {
        RSocket ann = connect(connector(), transport(token("ann", Duration.ofSeconds(2))));
        StepVerifier.create(Flux.merge(
                        watch(ann, "{}").then().onErrorResume(failure -> {
                            isProblem(failure, 401, "unauthenticated");
                            return reactor.core.publisher.Mono.empty();
                        }),
                        watch(ann, "{}").then().onErrorResume(failure -> {
                            isProblem(failure, 401, "unauthenticated");
                            return reactor.core.publisher.Mono.empty();
                        }),
                        ann.onClose().onErrorResume(failure -> reactor.core.publisher.Mono.empty())))
                .expectComplete()
                .verify(Duration.ofSeconds(2 + 5));
    }

    @Test
    void aNewerTokenOfTheSameUserKeepsTheConnection() {
        RSocket ann = connect(connector(), transport(token("ann", Duration.ofSeconds(4))));
        refuses(ann, "session.refresh", "{\"token\":\"" + TestTokens.of("bob") + "\"}", 403, "forbidden");
        refuses(ann, "session.refresh", "{\"token\":\"x\"}", 401, "unauthenticated");
        refuses(ann, "session.refresh", "{}", 400, "validation_failed");
        assertThat(ask(ann, "session.refresh", "{\"token\":\"" + TestTokens.of("ann") + "\"}")
                        .toString())
                .isEqualTo("{}");
        // longer than the first token lives
        StepVerifier.create(watch(ann, "{}"))
                .expectNextCount(1)
                .expectNoEvent(Duration.ofSeconds(5))
                .then(() -> live.append(TOPIC, 0, 200))
                .expectNextCount(1)
                .thenCancel()
                .verify(PATIENCE);
    }

    private static String admin(String user) {
        return TestTokens.of(user, "admin");
    }

    private static JsonNode refresh(RSocket client, String token) {
        return ask(client, "session.refresh", "{\"token\":\"" + token + "\"}");
    }

    @Test
    void aStreamThatTheNewTokenDoesNotAllowEndsAtOnceAndTheConnectionGoesOn() {
        RSocket root = connect(connector(), transport(admin("root")));
        StepVerifier.create(watch(root, "{}"), 1)
                .expectNextCount(1)
                .then(() -> refresh(root, admin("root")))
                .expectNoEvent(Duration.ofMillis(200))
                .then(() -> {
                    live.refuse(caller -> caller.admin() ? null : new NotAMember());
                    refresh(root, TestTokens.of("root"));
                })
                // without any demand
                .expectErrorMatches(failure -> isProblem(failure, 403, "forbidden"))
                .verify(PATIENCE);
        StepVerifier.create(watch(root, "{}"))
                .expectErrorMatches(failure -> isProblem(failure, 403, "forbidden"))
                .verify(PATIENCE);
        assertThat(ask(root, SEND, "{\"body\":\"still here\"}").path("seq").asLong())
                .isEqualTo(1);
    }

    @Test
    void aNewTokenThatEndsEarlierIsTheOneThatCounts() {
        RSocket ann = connect("ann");
        refresh(ann, token("ann", Duration.ofSeconds(1)));
        StepVerifier.create(watch(ann, "{}"))
                .expectNextCount(1)
                .expectErrorMatches(failure -> isProblem(failure, 401, "unauthenticated"))
                .verify(Duration.ofSeconds(1 + 5));
    }

    @Test
    void theTokenOfAnotherUserTakesNothingAway() {
        RSocket root = connect(connector(), transport(admin("root")));
        live.refuse(caller -> caller.admin() ? null : new NotAMember());
        refuses(root, "session.refresh", "{\"token\":\"" + TestTokens.of("bob") + "\"}", 403, "forbidden");
        StepVerifier.create(watch(root, "{}")).expectNextCount(1).thenCancel().verify(PATIENCE);
    }

    @Test
    void aHeaderOfAnotherSchemeIsPassedOverBesideATokenInTheAddress() {
        HttpClient http = HttpClient.create()
                .host("127.0.0.1")
                .port(port)
                .headers(h -> h.set("Authorization", "Basic YTpi"));
        RSocket ann = connect(
                connector(),
                WebsocketClientTransport.create(http, "/rsocket?access_token=" + TestTokens.of("ann")));
        assertThat(ask(ann, SEND, "{\"body\":\"a\"}").path("seq").asLong()).isEqualTo(1);
    }
}
