package io.ovation.acceptance;

import java.net.URI;
import java.net.http.HttpRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/** Live streams: what they tell, from where, and how they end. */
@ExtendWith(SharedServer.class)
class StreamsIT {
    @ParameterizedTest
    @EnumSource(Transport.class)
    void aStreamTellsWhatIsRecordedAfterItsHead(Transport transport, People people) {
        Api ada = people.connect(transport, "ada");
        Api bob = people.connect(transport, "bob");
        String id = ada.opens("group", bob);
        ada.says(id, "Before");
        try (Live stream = bob.watch(id, null)) {
            stream.frames().opened();

            String messageId = ada.says(id, "Hello");
            JsonNode sent = ada.messages(id).getLast();
            ada.edit(id, messageId, "Hello, all").accepted();
            ada.redact(id, messageId).accepted();
            ada.addMember(id, people.name("eve"), "moderator").accepted();
            ada.removeMember(id, people.name("eve")).accepted();

            JsonNode message = stream.frames().next("message");
            assertThat(message.path("conversationId").asString()).isEqualTo(id);
            assertThat(message.path("messageId").asString()).isEqualTo(messageId);
            assertThat(message.path("seq").asLong()).isEqualTo(2);
            assertThat(message.path("sender").asString()).isEqualTo(ada.user());
            assertThat(message.path("body").asString()).isEqualTo("Hello");
            assertThat(message.path("sentAt"))
                    .as("the same text wherever it appears")
                    .isEqualTo(sent.path("sentAt"));
            JsonNode edited = stream.frames().next("message-edited");
            assertThat(edited.path("messageId").asString()).isEqualTo(messageId);
            assertThat(edited.path("body").asString()).isEqualTo("Hello, all");
            assertThat(edited.path("editedAt").asString()).endsWith("Z");
            JsonNode redacted = stream.frames().next("message-redacted");
            assertThat(redacted.path("messageId").asString()).isEqualTo(messageId);
            JsonNode added = stream.frames().next("member");
            assertThat(added.path("user").asString()).isEqualTo(people.name("eve"));
            assertThat(added.path("role").asString()).isEqualTo("moderator");
            JsonNode removed = stream.frames().next("member");
            assertThat(removed.path("user").asString()).isEqualTo(people.name("eve"));
            assertThat(removed.path("removed").asBoolean()).isTrue();
            assertThat(List.of(message, edited, redacted, added, removed))
                    .extracting(each -> each.path("cursor").asString(""))
                    .doesNotContain("")
                    .doesNotHaveDuplicates();
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aStreamFromACursorTellsWhatWasMissedAndGoesOnLive(Transport transport, People people) {
        Api ada = people.connect(transport, "ada");
        String id = ada.opens("group");
        List<JsonNode> told;
        try (Live live = ada.watch(id, null)) {
            live.frames().opened();
            for (int i = 0; i < 10; i++) {
                ada.says(id, "Number " + i);
            }
            told = live.frames().next("message", 10);
        }

        try (Live first = ada.watch(id, told.get(0).path("cursor").asString());
                Live fifth = ada.watch(id, told.get(4).path("cursor").asString());
                Live last = ada.watch(id, told.get(9).path("cursor").asString())) {
            assertThat(first.frames().next("message", 9)).isEqualTo(told.subList(1, 10));
            assertThat(fifth.frames().next("message", 5)).isEqualTo(told.subList(5, 10));
            last.frames().opened();

            String messageId = ada.says(id, "And live");

            for (Live each : List.of(first, fifth, last)) {
                assertThat(each.frames().next("message").path("messageId").asString())
                        .isEqualTo(messageId);
            }
        }
    }

    @Test
    void aCursorIsGoodOnTheOtherTransport(People people) {
        HttpApi ada = people.http("ada");
        RSocketApi alsoAda = people.rsocket("ada");
        String id = ada.opens("group");
        String cursor;
        try (Live live = ada.watch(id, null)) {
            live.frames().opened();
            ada.says(id, "One");
            cursor = live.frames().next("message").path("cursor").asString();
        }
        ada.says(id, "Two");
        try (Live resumed = alsoAda.watch(id, cursor)) {
            JsonNode two = resumed.frames().next("message");
            assertThat(two.path("body").asString()).isEqualTo("Two");
            cursor = two.path("cursor").asString();
        }
        ada.says(id, "Three");
        try (Live resumed = ada.watch(id, cursor)) {
            assertThat(resumed.frames().next("message").path("body").asString()).isEqualTo("Three");
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void whatWasRedactedSinceIsReplayedWithoutItsText(Transport transport, People people) {
        Api ada = people.connect(transport, "ada");
        String id = ada.opens("group");
        String start;
        String secret;
        try (Live live = ada.watch(id, null)) {
            live.frames().opened();
            ada.says(id, "A start");
            start = live.frames().next("message").path("cursor").asString();
            secret = ada.says(id, "The secret");
            ada.edit(id, secret, "Still the secret").accepted();
            ada.says(id, "Harmless");
            ada.redact(id, secret).accepted();
            assertThat(live.frames().next("message").path("body").asString()).isEqualTo("The secret");
        }

        try (Live resumed = ada.watch(id, start)) {
            JsonNode message = resumed.frames().next("message");
            JsonNode edited = resumed.frames().next("message-edited");
            assertThat(List.of(message, edited)).allSatisfy(each -> {
                assertThat(each.path("messageId").asString()).isEqualTo(secret);
                assertThat(each.path("redacted").asBoolean()).isTrue();
                assertThat(each.path("body").asString("")).isEmpty();
                assertThat(each.toString()).doesNotContain("secret");
            });
            assertThat(resumed.frames().next("message").path("body").asString()).isEqualTo("Harmless");
            assertThat(resumed.frames()
                            .next("message-redacted")
                            .path("messageId")
                            .asString())
                    .isEqualTo(secret);
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aCursorThatCannotBeServedGetsAResetAndThenTheStreamIsLive(Transport transport, People people) {
        Api ada = people.connect(transport, "ada");
        String id = ada.opens("group");
        String elsewhere = ada.opens("group");
        String foreign;
        try (Live live = ada.watch(elsewhere, null)) {
            live.frames().opened();
            for (int i = 0; i < 3; i++) {
                ada.says(elsewhere, "Elsewhere");
            }
            foreign = live.frames().next("message", 3).getLast().path("cursor").asString();
        }
        ada.says(id, "Before");

        List<String> cursors = List.of(
                "garbage",
                "99999999999999999999",
                "-1",
                "0x",
                "%00",
                "é",
                foreign,
                foreign + "x",
                foreign.substring(1));
        for (String cursor : cursors) {
            // an HTTP header holds no such text
            if (transport == Transport.HTTP && cursor.equals("é")) {
                continue;
            }
            try (Live stream = ada.watch(id, cursor)) {
                stream.frames().next("reset");
                String messageId = ada.says(id, "After " + cursor);
                assertThat(stream.frames().next("message").path("messageId").asString())
                        .as("after %s", cursor)
                        .isEqualTo(messageId);
            }
        }
    }

    @Test
    void lastEventIdWinsOverAfter(People people) {
        HttpApi ada = people.http("ada");
        String id = ada.opens("group");
        List<JsonNode> told;
        try (Live live = ada.watch(id, null)) {
            live.frames().opened();
            for (int i = 0; i < 3; i++) {
                ada.says(id, "Number " + i);
            }
            told = live.frames().next("message", 3);
        }
        String first = told.get(0).path("cursor").asString();
        String second = told.get(1).path("cursor").asString();

        try (Live byAfter =
                SseStream.open(ada.request("/api/conversations/" + id + "/stream?after=" + Endpoint.encode(first)))) {
            assertThat(byAfter.frames().next("message", 2)).isEqualTo(told.subList(1, 3));
        }
        HttpRequest.Builder both = ada.request("/api/conversations/" + id + "/stream?after=" + Endpoint.encode(first));
        try (Live byBoth = SseStream.open(both.header("Last-Event-ID", second))) {
            assertThat(byBoth.frames().next("message")).isEqualTo(told.get(2));
        }
    }

    @Test
    void aStreamTakesItsTokenFromTheAddressToo(People people) {
        HttpApi ada = people.http("ada");
        String id = ada.opens("group");
        URI address = people.server().uri("/api/conversations/" + id + "/stream?access_token=" + Tokens.of(ada.user()));

        try (Live stream = SseStream.open(HttpRequest.newBuilder(address))) {
            stream.frames().opened();
            ada.says(id, "Hello");
            stream.frames().next("message");
        }
    }

    @Test
    void demandIsHonouredToTheFrame(People people) {
        RSocketApi ada = people.rsocket("ada");
        String id = ada.opens("group");
        try (Live all = ada.watch(id, null);
                RSocketApi.RSocketStream some = ada.watch(id, null, 4)) {
            all.frames().opened();
            some.frames().opened();

            for (int i = 0; i < 10; i++) {
                ada.says(id, "Number " + i);
            }
            all.frames().next("message", 10);
            List<JsonNode> got =
                    new ArrayList<>(List.of(some.frames().next(), some.frames().next()));
            // an answer on the same connection comes after all that was sent before it
            ada.lastSeq(id);
            assertThat(some.frames().received()).as("start, audience, and these").isEqualTo(4);

            some.request(2);
            got.addAll(List.of(some.frames().next(), some.frames().next()));
            ada.lastSeq(id);
            assertThat(some.frames().received()).isEqualTo(6);

            some.request(Integer.MAX_VALUE);
            got.addAll(some.frames().next("message", 10 - got.size()));
            assertThat(got)
                    .extracting(each -> each.path("seq").asLong())
                    .containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L);
        }
    }

    @Test
    void aReplayHonoursDemandToo(People people) {
        RSocketApi ada = people.rsocket("ada");
        String id = ada.opens("group");
        String cursor;
        try (Live all = ada.watch(id, null)) {
            all.frames().opened();
            for (int i = 0; i < 20; i++) {
                ada.says(id, "Number " + i);
            }
            cursor = all.frames().next("message", 20).getFirst().path("cursor").asString();
        }

        try (RSocketApi.RSocketStream some = ada.watch(id, cursor, 1)) {
            JsonNode head = some.frames().next();
            int messages = head.path("type").asString().equals("message") ? 1 : 0;
            for (int asked = 1; asked < 19 + (1 - messages); asked++) {
                ada.lastSeq(id);
                assertThat(some.frames().received()).isEqualTo(asked);
                some.request(1);
                some.frames().next();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void theStreamsOfARemovedMemberEndAtOnceAndSayWhy(Transport transport, People people) {
        Api ada = people.connect(transport, "ada");
        Api bob = people.connect(transport, "bob");
        Api eve = people.connect(transport, "eve");
        String id = ada.opens("group", bob, eve);
        try (Live one = bob.watch(id, null);
                Live other = bob.watch(id, null);
                Live eves = eve.watch(id, null)) {
            List.of(one, other, eves).forEach(each -> each.frames().opened());

            ada.removeMember(id, bob.user()).accepted();
            ada.says(id, "Not for Bob");

            for (Live each : List.of(one, other)) {
                JsonNode frame = each.frames().poll(Frames.PATIENCE);
                if (frame != null) {
                    assertThat(frame.path("type").asString())
                            .as("at most the news of the removal")
                            .isEqualTo("member");
                }
                assertThat(each.frames().error().path("code").asString()).isEqualTo("forbidden");
            }
            eves.frames().next("member");
            assertThat(eves.frames().next("message").path("body").asString()).isEqualTo("Not for Bob");
        }
        assertThat(refusal(bob, id)).isEqualTo("forbidden");
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void onlyMembersWatchAGroupAndNobodyWhatDoesNotExist(Transport transport, People people) {
        Api ada = people.connect(transport, "ada");
        Api eve = people.connect(transport, "eve");
        String id = ada.opens("group");

        assertThat(refusal(eve, id)).isEqualTo("forbidden");
        assertThat(refusal(eve, UUID.randomUUID().toString())).isEqualTo("not_found");
    }

    @Test
    void aConnectionHas256StreamsAndTheNextIsLimited(People people) {
        SharedServer.needsOneNode("the nodes of these tests have no limits");
        RSocketApi ada = people.rsocket("ada");
        String id = ada.opens("group");
        List<Live> streams = new ArrayList<>();
        for (int i = 0; i < 256; i++) {
            streams.add(ada.watch(id, null));
        }
        streams.forEach(each -> each.frames().opened());

        JsonNode error = ada.watch(id, null).frames().error();
        assertThat(error.path("code").asString()).isEqualTo("rate_limited");
        assertThat(error.path("retryAfter").asLong()).isPositive();

        streams.getFirst().close();
        Await.until("there is room for one more", Frames.PATIENCE, () -> {
            ada.watch(id, null).frames().opened();
            return true;
        });
        ada.says(id, "Hello");
        streams.subList(1, streams.size()).forEach(each -> each.frames().next("message"));
    }

    private static String refusal(Api api, String conversationId) {
        try (Live stream = api.watch(conversationId, null)) {
            return stream.frames().error().path("code").asString();
        } catch (SseStream.Refused refused) {
            return refused.reply().code();
        }
    }
}
