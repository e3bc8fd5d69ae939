package io.ovation.client;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

import io.rsocket.Payload;
import io.rsocket.RSocket;
import io.rsocket.core.RSocketServer;
import io.rsocket.exceptions.ApplicationErrorException;
import io.rsocket.transport.ServerTransport;
import io.rsocket.transport.netty.server.CloseableChannel;
import io.rsocket.transport.netty.server.WebsocketRouteTransport;
import io.rsocket.transport.netty.server.WebsocketServerTransport;
import io.rsocket.util.DefaultPayload;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.WebsocketServerSpec;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/** How a connection comes about, and what its failures are to those who wait for it. */
@Timeout(30)
class ConnectingTest {
    private final AtomicInteger calls = new AtomicInteger();
    private final AtomicInteger connections = new AtomicInteger();
    private volatile int cuts;
    private final CloseableChannel server = RSocketServer.create((setup, peer) -> {
                if (connections.incrementAndGet() <= cuts) {
                    peer.dispose();
                }
                return Mono.just(new Echo());
            })
            .bindNow(WebsocketServerTransport.create("127.0.0.1", 0));

    @AfterEach
    void close() {
        VirtualTimeScheduler.reset();
        server.dispose();
    }

    @Test
    void aCutIsOneFailureHoweverManyStreamsAndRequestsWereOnTheConnection() {
        cuts = 3;
        try (OvationClient client = client(Mono.fromSupplier(() -> "token " + calls.incrementAndGet()))) {
            List<JsonNode> answers = Flux.range(0, 20)
                    .flatMap(
                            i -> i % 2 == 0
                                    ? client.ask("echo", Map.of())
                                    : client.watch("endless.watch", null).next(),
                            20)
                    .collectList()
                    // three failures are 3.5 s at most; sixty would be up to 30 s for each
                    .blockOptional(Duration.ofSeconds(10))
                    .orElseThrow();

            assertThat(answers).hasSize(20);
            assertThat(calls).as("all make one attempt together").hasValue(4);
        }
    }

    @Test
    void aRequestThatIsTooLargeIsTurnedDownAndCutsNobodyOff() {
        AtomicInteger heads = new AtomicInteger();
        ServerTransport.ConnectionAcceptor acceptor = RSocketServer.create((setup, peer) -> {
                    heads.incrementAndGet();
                    return Mono.just(new Narrow());
                })
                .asConnectionAcceptor();
        // as the server's: a message of more than four requests' size ends its connection
        WebsocketServerSpec limit =
                WebsocketServerSpec.builder().maxFramePayloadLength(256 * 1024).build();
        DisposableServer narrow = HttpServer.create()
                .host("127.0.0.1")
                .port(0)
                .route(routes -> routes.ws("/rsocket", WebsocketRouteTransport.newHandler(acceptor), limit))
                .bindNow();
        try (OvationClient client = client(narrow.port(), Mono.just("token"))) {
            StepVerifier.create(client.ask("echo", Map.of("text", "x".repeat(1_000_000))))
                    .expectErrorSatisfies(error -> assertThat(error)
                            .isInstanceOfSatisfying(RequestRejected.class, rejected -> assertThat(rejected.code())
                                    .isEqualTo("payload_too_large")))
                    .verify(Duration.ofSeconds(10));
            assertThat(heads).hasValue(1);
        } finally {
            narrow.disposeNow();
        }
    }

    @Test
    void aConnectThatIsNotAnsweredIsGivenUpAfter15Seconds() throws IOException {
        VirtualTimeScheduler time = VirtualTimeScheduler.getOrSet();
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                OvationClient client = client(silent.getLocalPort(), Mono.just("token"))) {
            CompletableFuture<JsonNode> asked = client.request("echo", Map.of()).toFuture();
            try (Socket upgrading = silent.accept()) {
                upgrading.setSoTimeout(10_000);
                time.advanceTimeBy(Duration.ofMillis(14_999));
                assertThat(asked).isNotDone();
                time.advanceTimeBy(Duration.ofMillis(1));

                assertThat(asked)
                        .failsWithin(Duration.ZERO)
                        .withThrowableThat()
                        .withCauseInstanceOf(ConnectionLost.class)
                        .withRootCauseInstanceOf(TimeoutException.class);
                // to its end
                upgrading.getInputStream().readAllBytes();
            }
        }
    }

    @Test
    void whatTheSupplierOfTokensFailsWithIsToldAndNotAskedForAgain() {
        try (OvationClient client = client(Mono.fromSupplier(() -> {
            calls.incrementAndGet();
            throw new IllegalStateException("Nobody is signed in");
        }))) {
            assertNoToken(client.request("echo", Map.of()).flux(), IllegalStateException.class);
            assertNoToken(client.ask("echo", Map.of()).flux(), IllegalStateException.class);
            assertNoToken(client.watch("endless.watch", null), IllegalStateException.class);
            assertThat(calls).hasValue(3);
        }
    }

    @Test
    void aSupplierOfTokensThatGivesNoneIsToldSo() {
        try (OvationClient client = client(Mono.empty())) {
            assertNoToken(client.ask("echo", Map.of()).flux(), IllegalStateException.class);
        }
    }

    @Test
    void aSupplierOfTokensThatDoesNotAnswerIsGivenUpAfter15Seconds() {
        VirtualTimeScheduler time = VirtualTimeScheduler.getOrSet();
        try (OvationClient client = client(Mono.never())) {
            CompletableFuture<JsonNode> asked = client.request("echo", Map.of()).toFuture();
            time.advanceTimeBy(Duration.ofSeconds(15));

            assertThat(asked)
                    .failsWithin(Duration.ZERO)
                    .withThrowableThat()
                    .withCauseInstanceOf(NoToken.class)
                    .withRootCauseInstanceOf(TimeoutException.class);
        }
    }

    @Test
    void aFailureOfTheNetworkBeneathTheSupplierPasses() {
        try (OvationClient client = client(Mono.fromSupplier(() -> {
            if (calls.incrementAndGet() <= 2) {
                throw new UncheckedIOException(new IOException("No route to host"));
            }
            return "token";
        }))) {
            assertNoToken(client.request("echo", Map.of()).flux(), UncheckedIOException.class);
            assertThat(client.ask("echo", Map.of()).blockOptional()).isPresent();
            assertThat(calls).hasValue(3);
        }
    }

    private static void assertNoToken(Flux<JsonNode> waiting, Class<? extends Throwable> cause) {
        StepVerifier.create(waiting)
                .verifyErrorSatisfies(
                        error -> assertThat(error).isInstanceOf(NoToken.class).hasCauseInstanceOf(cause));
    }

    private OvationClient client(Mono<String> token) {
        return client(server.address().getPort(), token);
    }

    private static OvationClient client(int port, Mono<String> token) {
        return new OvationClient(ServerAddress.parse("http://127.0.0.1:" + port), token);
    }

    private static final class Narrow implements RSocket {
        @Override
        public Mono<Payload> requestResponse(Payload payload) {
            return payload.data().readableBytes() <= 64 * 1024
                    ? Mono.just(DefaultPayload.create("{}"))
                    : Mono.error(new ApplicationErrorException("{\"code\":\"payload_too_large\"}"));
        }
    }

    private static final class Echo implements RSocket {
        @Override
        public Mono<Payload> requestResponse(Payload payload) {
            return Mono.just(DefaultPayload.create(payload.getDataUtf8()));
        }

        @Override
        public Flux<Payload> requestStream(Payload payload) {
            return Flux.concat(Mono.just(DefaultPayload.create("{\"type\":\"start\"}")), Flux.never());
        }
    }
}
