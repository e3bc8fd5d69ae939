package io.ovation.acceptance;

import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import reactor.core.publisher.Flux;

import static org.assertj.core.api.Assertions.assertThat;

/** How much is too much. */
@ExtendWith(SharedServer.class)
class LimitsIT {
    @Test
    void aUserSends20MessagesASecondAfterABurstOf60OverAllTransports(People people) {
        HttpApi http = people.http("ada");
        RSocketApi rsocket = people.rsocket("ada");
        RSocketApi bob = people.rsocket("bob");
        String id = http.opens("group", bob);

        long start = System.nanoTime();
        List<Reply> replies = new ArrayList<>(Flux.range(0, 100)
                .flatMap(i -> rsocket.sending(id, Json.object("body", "Over RSocket " + i)), 32)
                .collectList()
                .blockOptional(RSocketApi.PATIENCE)
                .orElseThrow());
        replies.addAll(IntStream.range(0, 20).mapToObj(i -> http.send(id, Json.object("body", "Over HTTP " + i))).toList());
        double seconds = (System.nanoTime() - start) / 1e9;

        long sent = replies.stream().filter(Reply::ok).count();
        assertThat(sent).isGreaterThanOrEqualTo(60).isLessThanOrEqualTo(60 + (long) Math.ceil(20 * seconds));
        List<Reply> limited = replies.stream().filter(each -> !each.ok()).toList();
        assertThat(limited).isNotEmpty().allSatisfy(each -> each.rejected("rate_limited"));
        assertThat(http.lastSeq(id)).as("nothing of a limited request is recorded").isEqualTo(sent);
        bob.says(id, "I am another");
        Await.until("the next is accepted soon", Duration.ofSeconds(5), () -> http.send(id, Json.object("body", "Again")).ok());
    }

    @Test
    void anAddressConnects50TimesASecond(People people) throws Exception {
        String token = Tokens.of(people.name("ada"));
        URI address = URI.create("ws://" + OvationServer.HOST + ":" + people.server().port() + "/rsocket");
        // an address of its own, for nobody else is to be limited by this
        try (HttpClient client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .localAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 77}))
                .build()) {
            List<CompletableFuture<WebSocket>> connects = IntStream.range(0, 200)
                    .mapToObj(_ -> client.newWebSocketBuilder()
                            .header("Authorization", "Bearer " + token)
                            .buildAsync(address, new WebSocket.Listener() {}))
                    .toList();
            List<HttpResponse<?>> refused = new ArrayList<>();
            int connected = 0;
            for (CompletableFuture<WebSocket> each : connects) {
                try {
                    each.get(30, TimeUnit.SECONDS).abort();
                    connected++;
                } catch (ExecutionException e) {
                    if (!(e.getCause() instanceof WebSocketHandshakeException handshake)) {
                        throw e;
                    }
                    refused.add(handshake.getResponse());
                }
            }
            assertThat(connected).isGreaterThanOrEqualTo(50);
            assertThat(refused).isNotEmpty().allSatisfy(each -> {
                assertThat(each.statusCode()).isEqualTo(429);
                assertThat(each.headers().firstValueAsLong("Retry-After").orElse(0)).isPositive();
            });
        }
        people.rsocket("ada").list(Json.object()).accepted();
    }

    @Test
    void aRequestIsAtMost64KiB(People people) {
        HttpApi http = people.http("ada");
        RSocketApi rsocket = people.rsocket("ada");
        String id = http.opens("group");

        for (Api each : List.of(http, rsocket)) {
            each.send(id, UUID.randomUUID().toString(), "x".repeat(60 * 1024)).rejected("validation_failed");
            each.send(id, UUID.randomUUID().toString(), "x".repeat(66 * 1024)).rejected("payload_too_large");
        }

        rsocket.says(id, "The connection goes on");
        assertThat(http.lastSeq(id)).isEqualTo(1);
    }
}
