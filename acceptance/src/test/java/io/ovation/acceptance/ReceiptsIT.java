package io.ovation.acceptance;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/** Who has got and read what: exact, told at once, cheap, and there after a kill. */
@ExtendWith(SharedServer.class)
class ReceiptsIT {
    @ParameterizedTest
    @EnumSource
    void marksOnlyRiseAndWhatIsReadHasArrived(Transport transport, People people) {
        Api ada = people.connect(transport, "ada");
        Api bob = people.connect(transport, "bob");
        String talk = ada.opens("group", bob);
        assertThat(mark(ada, talk, bob, "read")).isZero();
        for (int i = 0; i < 5; i++) {
            ada.says(talk, "text " + i);
        }
        assertThat(bob.unread(talk)).isEqualTo(5);
        assertThat(ada.unread(talk)).isZero();

        bob.acknowledge(talk, Json.object("delivered", 4)).accepted();
        assertThat(mark(ada, talk, bob, "delivered")).isEqualTo(4);
        assertThat(bob.unread(talk)).as("what has arrived is not read").isEqualTo(5);

        bob.reads(talk, 3).accepted();
        assertThat(mark(ada, talk, bob, "delivered")).isEqualTo(4);
        assertThat(mark(ada, talk, bob, "read")).isEqualTo(3);
        assertThat(bob.unread(talk)).isEqualTo(2);

        bob.acknowledge(talk, Json.object("delivered", 1, "read", 2)).accepted();
        assertThat(mark(ada, talk, bob, "read")).as("never back").isEqualTo(3);

        bob.reads(talk, Long.MAX_VALUE).accepted();
        assertThat(mark(ada, talk, bob, "read"))
                .as("beyond the last is the last")
                .isEqualTo(5);
        assertThat(mark(ada, talk, bob, "delivered")).isEqualTo(5);
        ada.says(talk, "one more");
        assertThat(bob.unread(talk)).isEqualTo(1);
        bob.says(talk, "mine is not unread");
        assertThat(bob.unread(talk)).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource
    void aWatcherIsToldAtOnceAndOfTheCurrentOnesAtTheStart(Transport transport, People people) {
        Api ada = people.connect(transport, "ada");
        Api bob = people.connect(transport, "bob");
        String talk = ada.opens("direct", bob);
        ada.says(talk, "one");
        ada.says(talk, "two");
        Frames watching = people.closing(ada.watch(talk, null)).frames().opened();

        bob.reads(talk, 1).accepted();
        JsonNode told = watching.nextOf("receipt");
        assertThat(told.path("user").asString()).isEqualTo(bob.user());
        assertThat(told.path("conversationId").asString()).isEqualTo(talk);
        assertThat(told.path("read").asLong()).isEqualTo(1);
        assertThat(told.path("delivered").asLong()).isEqualTo(1);
        assertThat(told.has("cursor")).as("a state has no cursor").isFalse();

        JsonNode first =
                people.closing(ada.watch(talk, null)).frames().opened().next();
        assertThat(first).as("the head of a stream that opens later").isEqualTo(told);
    }

    @Test
    void oneOfTwoDevicesLearnsWhatTheOtherHasRead(People people) {
        Api ada = people.http("ada");
        Api phone = people.rsocket("bob");
        Api desk = people.http("bob");
        String talk = ada.opens("group", phone);
        ada.says(talk, "one");
        Frames onTheDesk = people.closing(desk.watch(talk, null)).frames().opened();

        phone.reads(talk, 1).accepted();

        assertThat(onTheDesk.nextOf("receipt").path("read").asLong()).isEqualTo(1);
        assertThat(desk.unread(talk)).isZero();
        desk.acknowledge(talk, Json.object("read", 0, "delivered", 0)).accepted();
        assertThat(mark(ada, talk, phone, "read")).isEqualTo(1);
    }

    @Test
    void typingIsToldToTheOthersAndNotToOneselfAndStoredNowhere(People people) {
        RSocketApi ada = people.rsocket("ada");
        RSocketApi bob = people.rsocket("bob");
        RSocketApi eve = people.rsocket("eve");
        String talk = ada.opens("channel", bob);
        Frames adas = people.closing(ada.watch(talk, null)).frames().opened();
        Frames bobs = people.closing(bob.watch(talk, null)).frames().opened();

        eve.fireAndForget("conversations." + talk + ".typing", "{}");
        bob.fireAndForget("conversations." + talk + ".typing", "{}");

        JsonNode told = adas.next();
        assertThat(told.path("type").asString()).isEqualTo("typing");
        assertThat(told.path("user").asString())
                .as("who is no member does not write")
                .isEqualTo(bob.user());
        ada.says(talk, "go on");
        assertThat(bobs.next().path("type").asString())
                .as("nothing of his own before it")
                .isEqualTo("message");
        assertThat(people.closing(people.http("cid").watch(talk, null))
                        .frames()
                        .nextOf("typing")
                        .path("user")
                        .asString())
                .as("who comes within five seconds sees it")
                .isEqualTo(bob.user());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}", "{'read':null}", "{'read':-1}", "{'delivered':-1}", "{'read':'3'}", "{'read':1.5}",
                        "{'read':true}", "{'read':[1]}",
                "{'read':9223372036854775808}", "{'seen':3}", "[]", "3", "null", "{'read':1,'read':2}", "{'read':1} x",
                        ""
            })
    void whatIsNoMarkIsRefusedOnBothTransports(String body, People people) {
        HttpApi ada = people.http("ada");
        RSocketApi bob = people.rsocket("bob");
        String talk = ada.opens("group", bob);
        ada.says(talk, "one");
        String json = body.replace('\'', '"');

        ada.call("PUT", "/api/conversations/" + talk + "/receipts/me", json).rejected("validation_failed");
        bob.call("conversations." + talk + ".receipt", json).rejected("validation_failed");
        assertThat(mark(ada, talk, bob, "delivered")).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void onlyMembersAcknowledgeAndOnlyReadersSeeIt(Transport transport, People people) {
        Api ada = people.connect(transport, "ada");
        Api bob = people.connect(transport, "bob");
        Api eve = people.connect(transport, "eve");
        String talk = ada.opens("group", bob);
        String channel = ada.opens("channel");
        ada.says(channel, "one");

        eve.reads(talk, 1).rejected("forbidden");
        eve.receipts(talk).rejected("forbidden");
        eve.reads(channel, 1).rejected("forbidden");
        assertThat(eve.receipts(channel).accepted().body().path("receipts")).isEmpty();
        for (String unknown : List.of(UUID.randomUUID().toString(), "nope")) {
            ada.reads(unknown, 1).rejected("not_found");
            ada.receipts(unknown).rejected("not_found");
        }
        ada.removeMember(talk, bob.user()).accepted();
        bob.reads(talk, 1).rejected("forbidden");
    }

    @Test
    void twoHundredMembersReadingAThousandMessagesCostFewEventsAndAreExactAfterAKill() throws Exception {
        int members = 199; // and the owner
        int messages = 1_000;
        OvationServer.Launch launch = OvationServer.fresh("receipts").with("--ovation.limits.enabled=false");
        OvationServer server = launch.start();
        try {
            List<String> names =
                    IntStream.range(0, members).mapToObj(i -> "reader-" + i).toList();
            HttpApi owner = new HttpApi(server, "owner", Tokens.of("owner"));
            String talk = owner.open(Json.object("kind", "group", "members", names))
                    .accepted()
                    .text("conversationId");
            for (int i = 0; i < messages; i++) {
                owner.says(talk, "text " + i);
            }

            long before = position(server);
            Map<String, Long> acknowledged = new ConcurrentHashMap<>();
            List<Future<?>> readers = new ArrayList<>();
            try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
                for (String name : names) {
                    OvationServer running = server;
                    readers.add(threads.submit(() -> reads(running, talk, name, messages, acknowledged)));
                }
                for (Future<?> reader : readers) {
                    reader.get();
                }
            }
            long recorded = position(server) - before;
            assertThat(recorded)
                    .as("events of %d reads", members * messages)
                    .isLessThanOrEqualTo(members * messages / 50);

            server.killAll();
            server = launch.start();
            HttpApi after = new HttpApi(server, "owner", Tokens.of("owner"));
            Map<String, Long> kept = new HashMap<>();
            after.receipts(talk)
                    .accepted()
                    .body()
                    .path("receipts")
                    .forEach(each -> kept.put(
                            each.path("user").asString(), each.path("read").asLong()));
            assertThat(acknowledged).hasSize(members);
            acknowledged.forEach(
                    (name, seq) -> assertThat(kept).as("what was acknowledged").containsEntry(name, seq));
            assertThat(new HttpApi(server, "reader-7", Tokens.of("reader-7")).unread(talk))
                    .isEqualTo(messages - acknowledged.getOrDefault("reader-7", 0L));
        } finally {
            server.close();
        }
    }

    /**
     * Reads message by message without waiting for each, and then to the last one that is to be durable: for each
     * reader another.
     */
    private static void reads(
            OvationServer server, String talk, String name, int messages, Map<String, Long> acknowledged) {
        long last = messages - name.hashCode() % 7 - 7;
        try (RSocketApi reader = RSocketApi.connect(server, name, Tokens.of(name))) {
            for (long seq = 1; seq <= last; seq++) {
                reader.fireAndForget("conversations." + talk + ".receipt", "{\"read\":" + seq + "}");
            }
            reader.reads(talk, last).accepted();
            acknowledged.put(name, last);
        }
    }

    /**
     * The position in the log of an event that is recorded for that: the cursors of an inbox hold one. A client need
     * not know, but what lies between two of them is what was recorded, or less.
     */
    private static long position(OvationServer server) {
        HttpApi asking = new HttpApi(server, "asking", Tokens.of("asking"));
        HttpApi asked = new HttpApi(server, "asked", Tokens.of("asked"));
        try (Live live = asked.watchInbox(null)) {
            live.frames().opened();
            asking.says(asking.opens("direct", asked), "where are we?");
            String cursor = live.frames().next("notification").path("cursor").asString();
            return ByteBuffer.wrap(Base64.getUrlDecoder().decode(cursor)).getLong();
        }
    }

    private static long mark(Api who, String talk, Api whose, String mark) {
        return who.receipts(talk)
                .accepted()
                .body()
                .path("receipts")
                .valueStream()
                .filter(each -> each.path("user").asString().equals(whose.user()))
                .mapToLong(each -> each.path(mark).asLong())
                .findFirst()
                .orElseThrow();
    }
}
