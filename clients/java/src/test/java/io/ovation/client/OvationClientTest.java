package io.ovation.client;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

import io.rsocket.Payload;
import io.rsocket.RSocket;
import io.rsocket.core.RSocketServer;
import io.rsocket.exceptions.ApplicationErrorException;
import io.rsocket.transport.netty.server.CloseableChannel;
import io.rsocket.transport.netty.server.WebsocketServerTransport;
import io.rsocket.util.DefaultPayload;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

@Timeout(30)
class OvationClientTest {
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final AtomicInteger tokens = new AtomicInteger();
    private final LongAdder cancelled = new LongAdder();
    private final CloseableChannel server = RSocketServer.create((setup, peer) -> Mono.just(new Log(peer)))
            .bindNow(WebsocketServerTransport.create("127.0.0.1", 0));
    private final OvationClient client = new OvationClient(
            ServerAddress.parse("http://127.0.0.1:" + server.address().getPort()),
            Mono.fromSupplier(() -> "token " + tokens.incrementAndGet()));

    @BeforeEach
    void nothingAskedYet() {
        asked.clear();
    }

    @AfterEach
    void close() {
        client.close();
        server.dispose();
    }

    @Test
    void aWatchedStreamGoesOnAfterEveryKindOfEndWithoutAGapOrARepeat() {
        Flux<String> cursors = client.watch("log.watch", null)
                .map(frame -> frame.path("cursor").asString(""));

        StepVerifier.create(cursors)
                .expectNext("1", "2", "3", "4", "5", "6", "7", "8", "9", "10")
                .thenCancel()
                .verify();

        // cut, drained, too slow, expired, ended
        assertThat(asked).containsExactly("{}", after(2), after(4), after(6), after(8), after(9));
        assertThat(tokens).as("a token for each connection").hasValue(3);
    }

    @Test
    void aStreamThatMayNotBeWatchedEndsWithTheReason() {
        StepVerifier.create(client.watch("forbidden.watch", null)).verifyErrorSatisfies(error -> assertThat(error)
                .isInstanceOfSatisfying(RequestRejected.class, rejected -> assertThat(rejected.code())
                        .isEqualTo("forbidden")));
    }

    @Test
    void cancellingAWatchFreesTheStream() throws InterruptedException {
        StepVerifier.create(client.watch("endless.watch", null))
                .expectNextCount(1)
                .thenCancel()
                .verify();

        // frames of a connection are in order, so the cancellation is there before this request
        client.request("echo", Map.of()).block();
        assertThat(cancelled.sum()).isEqualTo(1);
    }

    @Test
    void anAnswerOrARejectionIsWhatTheServerSaid() {
        JsonNode answer =
                client.request("echo", Map.of("text", "é")).blockOptional().orElseThrow();
        assertThat(answer.path("text").asString()).isEqualTo("é");

        assertThatThrownBy(() -> client.request("reject", Map.of()).block())
                .isInstanceOfSatisfying(RequestRejected.class, rejected -> {
                    assertThat(rejected.code()).isEqualTo("rate_limited");
                    assertThat(rejected.detail()).isEqualTo("Slowly; body: is too long");
                    assertThat(rejected.retryAfter()).isEqualTo(Duration.ofSeconds(3));
                });
    }

    @Test
    void whatIsWrongWithOneFieldIsSaidOnce() {
        assertThat(Problems.read(
                                new JsonMapper(),
                                "{\"code\":\"validation_failed\",\"detail\":\"is "
                                        + "bad\",\"errors\":[{\"field\":\"to\",\"message\":\"is bad\"}]}",
                                "")
                        .detail())
                .isEqualTo("to: is bad");
    }

    @Test
    void anErrorSaysWhetherItIsKnownWhatWasRecordedAndWhenItEnds() {
        RequestRejected muted = problem("\"until\":\"2026-12-01T10:00:00.000Z\"");
        assertThat(muted.until()).isEqualTo(Instant.parse("2026-12-01T10:00:00Z"));
        assertThat(muted.outcome()).isNull();

        assertThat(problem("\"outcome\":\"unknown\"").outcome()).isEqualTo("unknown");
        assertThat(problem("\"until\":\"some day\"").until()).isNull();
        assertThat(problem("\"retryAfter\":9223372036854775807").retryAfter()).isEqualTo(Duration.ofDays(1));
    }

    private static RequestRejected problem(String field) {
        return Problems.read(new JsonMapper(), "{\"code\":\"forbidden\"," + field + "}", "");
    }

    @Test
    void whereNobodyAnswersTheConnectionIsLost() {
        server.dispose();
        server.onClose().block();

        assertThatThrownBy(() -> client.request("echo", Map.of()).block()).isInstanceOf(ConnectionLost.class);
    }

    private static String after(int cursor) {
        return "{\"after\":\"" + cursor + "\"}";
    }

    /** A log whose streams end after two frames, each time in another way. */
    private final class Log implements RSocket {
        private final RSocket peer;

        Log(RSocket peer) {
            this.peer = peer;
        }

        @Override
        public Mono<Payload> requestResponse(Payload payload) {
            return payload.getMetadataUtf8().contains("reject")
                    ? Mono.error(new ApplicationErrorException(
                            "{\"code\":\"rate_limited\",\"detail\":\"Slowly\",\"retryAfter\":3,"
                                    + "\"errors\":[{\"field\":\"body\",\"message\":\"is too long\"}]}"))
                    : Mono.just(DefaultPayload.create(payload.getDataUtf8()));
        }

        @Override
        public Flux<Payload> requestStream(Payload payload) {
            String route = payload.getMetadataUtf8();
            if (route.contains("forbidden")) {
                return Flux.error(problem("forbidden"));
            }
            if (route.contains("endless")) {
                return Flux.concat(frames("{\"type\":\"start\"}"), Flux.never())
                        .doOnCancel(cancelled::increment);
            }
            asked.add(payload.getDataUtf8());
            return switch (asked.size()) {
                case 1 ->
                    Flux.concat(
                            told(1, 2),
                            Mono.delay(Duration.ofMillis(100))
                                    .doOnNext(now -> peer.dispose())
                                    .then(Mono.never()));
                case 2 -> Flux.concat(told(3, 4), frames("{\"type\":\"reconnect\",\"after\":10}"), Flux.never());
                case 3 -> Flux.concat(told(5, 6), Flux.error(problem("rate_limited")));
                case 4 -> Flux.concat(told(7, 8), Flux.error(problem("unauthenticated")));
                case 5 -> told(9, 9);
                default -> Flux.concat(told(10, 10), Flux.never());
            };
        }

        private static ApplicationErrorException problem(String code) {
            return new ApplicationErrorException("{\"code\":\"" + code + "\",\"detail\":\"As asked for\"}");
        }

        private static Flux<Payload> told(int from, int to) {
            return Flux.range(from, to - from + 1)
                    .map(cursor -> DefaultPayload.create("{\"type\":\"message\",\"cursor\":\"" + cursor + "\"}"));
        }

        private static Flux<Payload> frames(String frame) {
            return Flux.just(DefaultPayload.create(frame));
        }
    }
}
