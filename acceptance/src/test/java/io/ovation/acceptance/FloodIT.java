package io.ovation.acceptance;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.stream.IntStream;

import io.netty.buffer.Unpooled;
import io.rsocket.util.DefaultPayload;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import tools.jackson.databind.node.ObjectNode;

/**
 * One user asks for all that they can on one connection, and takes each request back at once; others go on sending and
 * are refused nothing. The p99 of the others is printed, before and meanwhile: docs/performance.md has the table.
 */
@TestMethodOrder(MethodOrderer.MethodName.class)
class FloodIT {
    /** Of its own: what the floods leave in it is for no other test. */
    private static OvationServer server;

    private People people;

    /** Of the flood: 2,000 requests a second, so that it is the server that is tested and not this process. */
    private static final Duration TICK = Duration.ofMillis(20);

    private static final int A_TICK = 40;

    private static final int OTHERS = 4;
    private static final Duration PAUSE = Duration.ofMillis(60);
    private static final Duration QUIET = Duration.ofSeconds(2);
    private static final Duration FLOOD = Duration.ofSeconds(3);

    /** What is asked for: a route, in which ROOM and CONTENT are the flooder's own, and its data. */
    private enum Flood {
        LIKE("contents.CONTENT.like", Json.object()),
        UNLIKE("contents.CONTENT.unlike", Json.object()),
        APPLAUSE("contents.CONTENT.applaud", Json.object("count", 50)),
        HISTORY("conversations.ROOM.history", Json.object("limit", 200)),
        LIST("conversations.list", Json.object("limit", 200)),
        SEND("conversations.ROOM.send", Json.object("body", "x".repeat(8_000))),
        OPEN(
                "conversations.open",
                Json.object(
                        "kind",
                        "group",
                        "members",
                        IntStream.range(0, 4_999).mapToObj(i -> "m" + i).toList())),
        PUBLISH("contents.publish", Json.object("title", "A flood", "body", "x".repeat(8_000))),
        RECEIPT("conversations.ROOM.receipt", Json.object("read", 1)),
        TYPING("conversations.ROOM.typing", Json.object()),
        REFRESH("session.refresh", Json.object("token", "x".repeat(500))),
        INBOX("inbox.read", Json.object("upTo", "01990000-0000-7000-8000-00000000000a"));

        private final String route;
        private final ObjectNode data;

        Flood(String route, ObjectNode data) {
            this.route = route;
            this.data = data;
        }

        /** A group of 5,000 is 40 KB. */
        int aTick() {
            return this == OPEN ? A_TICK / 10 : A_TICK;
        }

        boolean isUnanswered() {
            return this == RECEIPT || this == TYPING;
        }
    }

    @BeforeAll
    static void start() {
        server = OvationServer.fresh("flood").start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void come() {
        people = new People(server);
    }

    @AfterEach
    void leave() throws Exception {
        people.close();
    }

    @ParameterizedTest
    @EnumSource
    void whoFloodsHoldsUpNobodyElse(Flood flood, TestReporter reporter) {
        RSocketApi mallory = people.rsocket("mallory");
        String room = mallory.opens("group");
        mallory.says(room, "The first");
        String content = mallory.call(Endpoint.PUBLISH, Map.of(), Json.object("title", "A", "body", "b"))
                .accepted()
                .text("contentId");
        String route = flood.route.replace("ROOM", room).replace("CONTENT", content);
        String data = flood.data.toString();
        holdsUpNobody(flood.name(), reporter, flood.aTick(), () -> {
            if (flood.isUnanswered()) {
                mallory.tell(route, data);
            } else {
                mallory.request(DefaultPayload.create(
                                Unpooled.copiedBuffer(data, StandardCharsets.UTF_8), RSocketApi.routing(route)))
                        .subscribe(answer -> {}, refused -> {})
                        .dispose();
            }
        });
    }

    @Test
    void whoOpensStreamsWithoutEndHoldsUpNobodyElse(TestReporter reporter) {
        RSocketApi mallory = people.rsocket("mallory");
        String room = mallory.opens("group");
        holdsUpNobody("STREAMS", reporter, A_TICK, () -> mallory.watch(room, null).close());
    }

    private void holdsUpNobody(String name, TestReporter reporter, int aTick, Runnable request) {
        List<RSocketApi> others =
                IntStream.range(0, OTHERS).mapToObj(i -> people.rsocket("p" + i)).toList();
        String id = others.getFirst().opens("group", others.toArray(Api[]::new));
        double quiet = p99(others, id, QUIET);

        Disposable flood = Flux.interval(TICK)
                .onBackpressureDrop()
                .subscribe(tick -> {
                    for (int i = 0; i < aTick; i++) {
                        request.run();
                    }
                });
        double flooded;
        try {
            flooded = p99(others, id, FLOOD);
        } finally {
            flood.dispose();
        }
        reporter.publishEntry(name, "p99 of the others: quiet %.1f ms, meanwhile %.1f ms".formatted(quiet, flooded));
    }

    /** Each sends so many a second, whether or not the last one was answered; answers milliseconds. */
    private static double p99(List<RSocketApi> others, String id, Duration time) {
        Queue<Double> answered = new ConcurrentLinkedQueue<>();
        Consumer<Reply> check = reply -> {
            if (!reply.ok()) {
                throw new AssertionError("One of the others was refused: " + reply.text());
            }
        };
        List<Flux<Reply>> all = new ArrayList<>();
        for (RSocketApi each : others) {
            all.add(Flux.interval(PAUSE).onBackpressureDrop().take(time).flatMap(tick -> {
                long start = System.nanoTime();
                return each.sending(id, Json.object("body", "Hello")).doOnNext(reply -> {
                    answered.add((System.nanoTime() - start) / 1e6);
                    check.accept(reply);
                });
            }));
        }
        Flux.merge(all).blockLast(RSocketApi.PATIENCE.plus(time));
        return Load.percentile(List.copyOf(answered), 99);
    }
}
