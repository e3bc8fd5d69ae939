package io.ovation.client;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

import io.rsocket.Payload;
import io.rsocket.RSocket;
import io.rsocket.core.RSocketServer;
import io.rsocket.exceptions.ApplicationErrorException;
import io.rsocket.transport.netty.server.CloseableChannel;
import io.rsocket.transport.netty.server.WebsocketServerTransport;
import io.rsocket.util.DefaultPayload;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What is asked is answered once, in order, whatever becomes of connections and tokens. */
@Timeout(30)
class AskingTest {
    private static final String ROOM = "01990000-0000-7000-8000-000000000001";

    private static final String HISTORY = "{\"messages\":[{\"messageId\":\"" + ROOM + "\",\"seq\":1,\"sender\":\"ada\","
            + "\"body\":\"Hello\",\"sentAt\":\"2026-11-30T12:00:00.000Z\",\"mood\":3}],\"lastSeq\":1}";

    private final JsonMapper json = new JsonMapper();
    private final List<String> tokens = new CopyOnWriteArrayList<>();
    private final List<String> refreshed = new CopyOnWriteArrayList<>();
    private final Sinks.Many<String> refreshes = Sinks.many().replay().all();
    private final Room room = new Room();
    private final CloseableChannel server = RSocketServer.create((setup, peer) -> {
                tokens.add(setup.getMetadataUtf8());
                return Mono.just(room.on(peer));
            })
            .bindNow(WebsocketServerTransport.create("127.0.0.1", 0));
    private final AtomicInteger calls = new AtomicInteger();
    private final OvationClient client = client("an opaque token ");

    private OvationClient client(String token) {
        return new OvationClient(
                ServerAddress.parse("http://127.0.0.1:" + server.address().getPort()),
                Mono.fromSupplier(() -> token + calls.incrementAndGet()));
    }

    @AfterEach
    void close() {
        client.close();
        server.dispose();
    }

    @Test
    void whatIsSentIsRecordedOnceAndInOrderThoughTheConnectionIsCutBeforeAndAfterEachAnswer() {
        Conversation tea = client.conversation(ROOM);
        room.cutEvery = 6;

        List<Conversation.Sent> sent = Flux.range(0, 10)
                .flatMapSequential(i -> tea.send("line " + i), 10)
                .collectList()
                .blockOptional()
                .orElseThrow();

        assertThat(room.bodies).containsExactlyElementsOf(lines(10));
        assertThat(sent).extracting(Conversation.Sent::seq).containsExactlyElementsOf(numbers(10));
        assertThat(room.asked.get()).as("some were asked twice").isGreaterThan(10);
    }

    @Test
    void whoGivesUpWaitingLetsNobodyPassThoseBefore() {
        Conversation tea = client.conversation(ROOM);
        room.hold = Sinks.empty();
        Sinks.Empty<Void> hold = room.hold;

        List<Conversation.Sent> sent = new CopyOnWriteArrayList<>();
        tea.send("line 0").subscribe(sent::add);
        Disposable second = tea.send("never").subscribe();
        Mono<Conversation.Sent> third = tea.send("line 1").cache();
        third.subscribe(sent::add);
        second.dispose();
        client.request("echo", Map.of()).block();
        assertThat(sent).isEmpty();
        hold.tryEmitEmpty();
        third.block();

        assertThat(room.bodies).containsExactly("line 0", "line 1");
    }

    @Test
    void whatIsBusyIsAskedAgainAndWhatIsWrongIsNot() {
        room.refusals.add("{\"code\":\"unavailable\",\"detail\":\"Later\",\"outcome\":\"unknown\"}");
        room.refusals.add("{\"code\":\"unauthenticated\",\"detail\":\"Expired\"}");
        assertThat(client.conversation(ROOM).send("line 0").block()).isNotNull();
        assertThat(tokens).as("a new connection, with a new token").hasSize(2);

        room.refusals.add("{\"code\":\"forbidden\",\"detail\":\"Not yours\"}");
        assertThatThrownBy(() -> client.conversation(ROOM).send("x").block())
                .isInstanceOfSatisfying(RequestRejected.class, rejected -> assertThat(rejected.code())
                        .isEqualTo("forbidden"));
        assertThatThrownBy(() -> client.conversation("a.members.add"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("'a.members.add' is no id");
    }

    @Test
    void whatIsNotKnownHereIsPassedOverAndWhatIsAbsentIsNothing() {
        Conversation.History history =
                client.conversation(ROOM).history(Page.latest()).blockOptional().orElseThrow();

        assertThat(history.messages()).singleElement().satisfies(message -> {
            assertThat(message.body()).isEqualTo("Hello");
            assertThat(message.redacted()).isFalse();
            assertThat(message.replyTo()).isNull();
        });
    }

    @Test
    void aTokenIsRenewedOnTheConnectionBeforeItExpires() {
        String claims = "{\"exp\":" + (System.currentTimeMillis() / 1_000 + 2) + "}";
        String jwt = "head." + Base64.getUrlEncoder().encodeToString(claims.getBytes(StandardCharsets.UTF_8)) + ".";
        OvationClient brief = client(jwt);

        brief.conversation(ROOM).send("line 0").block();
        refreshes.asFlux().blockFirst(Duration.ofSeconds(10));

        assertThat(tokens).hasSize(1);
        assertThat(refreshed).containsExactly(jwt + 2);
        brief.close();
    }

    @Test
    void aServerThatIsTooBusyToTakeATokenKeepsTheConnection() {
        String claims = "{\"exp\":" + (System.currentTimeMillis() / 1_000 + 3) + "}";
        String jwt = "head." + Base64.getUrlEncoder().encodeToString(claims.getBytes(StandardCharsets.UTF_8)) + ".";
        room.refreshRefusals.add("{\"code\":\"rate_limited\",\"detail\":\"Slowly\"}");
        try (OvationClient brief = client(jwt)) {
            brief.conversation(ROOM).send("line 0").block();
            refreshes.asFlux().take(2).blockLast(Duration.ofSeconds(10));

            assertThat(tokens).hasSize(1);
            assertThat(refreshed).containsExactly(jwt + 2, jwt + 3);
        }
    }

    private static List<String> lines(int count) {
        return Flux.range(0, count).map(i -> "line " + i).collectList().blockOptional().orElseThrow();
    }

    private static List<Long> numbers(int count) {
        return Flux.range(1, count).map(Integer::longValue).collectList().blockOptional().orElseThrow();
    }

    /** A conversation that records each id once, and cuts the connection of whoever asks too often. */
    private final class Room {
        private final Map<String, Integer> known = new HashMap<>();
        private final List<String> bodies = new ArrayList<>();
        private final AtomicInteger asked = new AtomicInteger();
        private final List<String> refusals = new CopyOnWriteArrayList<>();
        private final List<String> refreshRefusals = new CopyOnWriteArrayList<>();
        private volatile int cutEvery;
        private volatile Sinks.Empty<Void> hold = Sinks.empty();

        Room() {
            hold.tryEmitEmpty();
        }

        RSocket on(RSocket peer) {
            return new RSocket() {
                @Override
                public Mono<Payload> requestResponse(Payload payload) {
                    String route = payload.getMetadataUtf8();
                    JsonNode data = json.readTree(payload.getDataUtf8());
                    if (route.contains("session.refresh")) {
                        refreshed.add(data.path("token").asString());
                        refreshes.tryEmitNext(route);
                        return refreshRefusals.isEmpty()
                                ? Mono.just(DefaultPayload.create("{}"))
                                : Mono.error(new ApplicationErrorException(refreshRefusals.removeFirst()));
                    }
                    return route.contains(".send")
                            ? hold.asMono().then(send(peer, data))
                            : Mono.just(DefaultPayload.create(route.contains(".history") ? HISTORY : "{}"));
                }
            };
        }

        private Mono<Payload> send(RSocket peer, JsonNode data) {
            return Mono.defer(() -> {
                int number = asked.incrementAndGet();
                if (!refusals.isEmpty()) {
                    return Mono.error(new ApplicationErrorException(refusals.removeFirst()));
                }
                if (cutEvery > 0 && number % cutEvery == 1) {
                    peer.dispose();
                    return Mono.never();
                }
                int seq = record(data);
                if (cutEvery > 0 && number % cutEvery == 0) {
                    peer.dispose();
                    return Mono.never();
                }
                return Mono.just(DefaultPayload.create("{\"messageId\":" + data.path("messageId") + ",\"seq\":" + seq
                        + ",\"sentAt\":\"2026-11-30T12:00:00.000Z\",\"later\":true}"));
            });
        }

        private synchronized int record(JsonNode data) {
            return known.computeIfAbsent(data.path("messageId").asString(), id -> {
                bodies.add(data.path("body").asString());
                return bodies.size();
            });
        }
    }
}
