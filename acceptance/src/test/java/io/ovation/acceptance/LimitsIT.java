package io.ovation.acceptance;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import reactor.core.publisher.Flux;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
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
        List<Reply> replies = new ArrayList<>(Flux.range(0, 400)
                .flatMap(i -> rsocket.sending(id, Json.object("body", "Over RSocket " + i)), 128)
                .collectList()
                .blockOptional(RSocketApi.PATIENCE)
                .orElseThrow());
        replies.addAll(IntStream.range(0, 20)
                .mapToObj(i -> http.send(id, Json.object("body", "Over HTTP " + i)))
                .toList());
        double seconds = (System.nanoTime() - start) / 1e9;

        long sent = replies.stream().filter(Reply::ok).count();
        assertThat(sent).isGreaterThanOrEqualTo(60).isLessThanOrEqualTo(60 + (long) Math.ceil(20 * seconds));
        List<Reply> limited = replies.stream().filter(each -> !each.ok()).toList();
        assertThat(limited).isNotEmpty().allSatisfy(each -> each.rejected("rate_limited"));
        assertThat(http.lastSeq(id))
                .as("nothing of a limited request is recorded")
                .isEqualTo(sent);
        bob.says(id, "I am another");
        Await.until(
                "the next is accepted soon", Duration.ofSeconds(5), () -> http.send(id, Json.object("body", "Again"))
                        .ok());
    }

    @Test
    void anAddressConnects50TimesASecond(People people) throws Exception {
        String upgrade =
                "GET /rsocket HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + Tokens.of(people.name("ada"))
                        + "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                        + "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n";
        List<Socket> sockets = new ArrayList<>();
        try {
            for (int i = 0; i < 200; i++) {
                // an address of its own, for nobody else is to be limited by this
                Socket socket =
                        new Socket(OvationServer.HOST, people.server().port(), InetAddress.getByName("127.0.0.77"), 0);
                socket.setSoTimeout(30_000);
                sockets.add(socket);
            }
            for (Socket each : sockets) {
                each.getOutputStream().write(upgrade.getBytes(US_ASCII));
            }
            List<Reply> refused = new ArrayList<>();
            for (Socket each : sockets) {
                Reply reply = reply(each);
                if (reply.status() != 101) {
                    refused.add(reply);
                }
            }
            assertThat(sockets.size() - refused.size())
                    .as("those who connected")
                    .isGreaterThanOrEqualTo(50);
            assertThat(refused).isNotEmpty().allSatisfy(each -> each.accepted(429)
                    .rejected("rate_limited"));
        } finally {
            for (Socket each : sockets) {
                each.close();
            }
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

    /** The answer to a request that was written to the socket. */
    private static Reply reply(Socket socket) throws IOException {
        DataInputStream in = new DataInputStream(socket.getInputStream());
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) in.readUnsignedByte());
        }
        int status = Integer.parseInt(head.substring(9, 12));
        String length = header(head, "content-length");
        byte[] body = in.readNBytes(status == 101 || length.isEmpty() ? 0 : Integer.parseInt(length));
        String retryAfter = header(head, "retry-after");
        return new Reply(
                status,
                header(head, "content-type"),
                retryAfter.isEmpty() ? 0 : Long.parseLong(retryAfter),
                new String(body, UTF_8));
    }

    private static String header(StringBuilder head, String name) {
        return head.toString()
                .lines()
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name + ":"))
                .findFirst()
                .map(line -> line.substring(name.length() + 1).strip())
                .orElse("");
    }
}
