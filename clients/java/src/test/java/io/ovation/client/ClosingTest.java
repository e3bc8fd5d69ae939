package io.ovation.client;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

import io.rsocket.Payload;
import io.rsocket.RSocket;
import io.rsocket.core.RSocketServer;
import io.rsocket.transport.netty.server.CloseableChannel;
import io.rsocket.transport.netty.server.WebsocketServerTransport;
import io.rsocket.util.DefaultPayload;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** A client that was closed asks nobody for anything, and leaves nobody waiting. */
@Timeout(30)
class ClosingTest {
    private static final String ROOM = "01990000-0000-7000-8000-000000000001";

    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicInteger tokens = new AtomicInteger();
    private final Sinks.Empty<Void> ended = Sinks.empty();
    private final Sinks.Many<String> asked = Sinks.many().replay().all();
    private final CloseableChannel server = RSocketServer.create((setup, peer) -> {
                connections.incrementAndGet();
                peer.onClose().subscribe(nothing -> {}, error -> ended.tryEmitEmpty(), ended::tryEmitEmpty);
                return Mono.just(new Silent());
            })
            .bindNow(WebsocketServerTransport.create("127.0.0.1", 0));
    private final OvationClient client = client(
            server.address().getPort(), Mono.fromSupplier(() -> "token " + tokens.incrementAndGet()));

    @AfterEach
    void close() {
        client.close();
        server.dispose();
    }

    @Test
    void allThatIsAskedAndWatchedEndsWithTheReasonAndNothingConnectsAgain() {
        List<CompletableFuture<?>> waiting = new ArrayList<>();
        waiting.add(client.ask("answer.never", Map.of()).toFuture());
        waiting.add(client.request("answer.never", Map.of()).toFuture());
        // far more than fit on one stack, if each ended the next one
        Flux.range(0, 20_000).subscribe(i -> waiting.add(
                client.conversation(ROOM).send("line " + i).toFuture()));
        asked.asFlux().filter(route -> route.contains(".send")).blockFirst();

        StepVerifier.create(client.watch("endless.watch", null))
                .expectNextCount(1)
                .then(client::close)
                .verifyError(ClientClosed.class);

        assertThat(CompletableFuture.allOf(waiting.toArray(CompletableFuture[]::new)))
                .as("all have ended")
                .failsWithin(Duration.ofSeconds(10));
        assertThat(waiting)
                .extracting(CompletableFuture::exceptionNow)
                .hasOnlyElementsOfType(ClientClosed.class);
        ended.asMono().block(Duration.ofSeconds(10));
        assertThat(connections).hasValue(1);
        assertThat(tokens).hasValue(1);
    }

    @Test
    void whatIsAskedOfAClosedClientIsNotBegun() {
        client.close();

        assertThatThrownBy(() -> client.request("echo", Map.of()).block()).isInstanceOf(ClientClosed.class);
        assertThatThrownBy(() -> client.ask("echo", Map.of()).block()).isInstanceOf(ClientClosed.class);
        assertThatThrownBy(() -> client.stream("log.watch", Map.of()).blockLast())
                .isInstanceOf(ClientClosed.class);
        assertThatThrownBy(() -> client.watch("log.watch", null).blockLast()).isInstanceOf(ClientClosed.class);
        assertThat(client.conversation(ROOM).typing().blockOptional()).isEmpty();
        assertThat(tokens).hasValue(0);
    }

    @Test
    void anAttemptToConnectEndsWithTheClient() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                OvationClient hopeful = client(silent.getLocalPort(), Mono.just("token"))) {
            CompletableFuture<?> asking = hopeful.ask("echo", Map.of()).toFuture();
            try (Socket upgrading = silent.accept()) {
                upgrading.setSoTimeout(10_000);
                hopeful.close();

                assertThat(asking)
                        .failsWithin(Duration.ofSeconds(10))
                        .withThrowableThat()
                        .withCauseInstanceOf(ClientClosed.class);
                // to its end
                upgrading.getInputStream().readAllBytes();
            }
        }
    }

    @Test
    void whoIsAskedForATokenIsAskedNoMore() {
        Sinks.Empty<Void> cancelled = Sinks.empty();
        OvationClient hopeful =
                client(server.address().getPort(), Mono.<String>never().doOnCancel(cancelled::tryEmitEmpty));

        StepVerifier.create(hopeful.watch("endless.watch", null))
                .then(hopeful::close)
                .verifyError(ClientClosed.class);
        cancelled.asMono().block();
    }

    @Test
    void whoWaitsForTheNextAttemptWaitsNoMore() {
        server.dispose();
        server.onClose().block();
        CompletableFuture<?> asking = client.ask("echo", Map.of()).toFuture();
        assertThatThrownBy(() -> client.request("echo", Map.of()).block()).isInstanceOf(ConnectionLost.class);

        client.close();

        assertThat(asking)
                .failsWithin(Duration.ofSeconds(10))
                .withThrowableThat()
                .withCauseInstanceOf(ClientClosed.class);
    }

    private static OvationClient client(int port, Mono<String> token) {
        return new OvationClient(ServerAddress.parse("http://127.0.0.1:" + port), token);
    }

    /** Begins streams, and says nothing else. */
    private final class Silent implements RSocket {
        @Override
        public Mono<Payload> requestResponse(Payload payload) {
            asked.tryEmitNext(payload.getMetadataUtf8());
            return Mono.never();
        }

        @Override
        public Flux<Payload> requestStream(Payload payload) {
            return Flux.concat(Mono.just(DefaultPayload.create("{\"type\":\"start\"}")), Flux.never());
        }
    }
}
