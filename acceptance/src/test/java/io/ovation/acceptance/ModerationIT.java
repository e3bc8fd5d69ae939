package io.ovation.acceptance;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import static org.assertj.core.api.Assertions.assertThat;

/** What owners and moderators decide is in force for everybody at once, on open streams too: over real sockets. */
@ExtendWith(SharedServer.class)
class ModerationIT {
    private static final Duration SHORT = Duration.ofSeconds(2);

    @ParameterizedTest
    @EnumSource
    void whoIsBannedFromAGroupIsOutAndNoStreamOfTheirsLivesOn(Transport transport, People people) {
        Api ada = people.connect(transport, "ada");
        Api bob = people.connect(transport, "bob");
        Api eve = people.connect(transport, "eve");
        String id = ada.opens("group", bob, eve);
        String until = inAnHour();
        try (Live one = bob.watch(id, null);
                Live other = bob.watch(id, null);
                Live list = bob.watchList(null);
                Live eves = eve.watch(id, null)) {
            List.of(one, other, list, eves).forEach(each -> each.frames().opened());
            ada.ban(id, bob.user(), "until", until, "reason", "Rude").accepted();
            ada.says(id, "Not for Bob");

            for (Live each : List.of(one, other)) {
                JsonNode frame = each.frames().poll(Frames.PATIENCE);
                if (frame != null) {
                    assertThat(type(frame)).as("at most the news of it").isEqualTo("member");
                }
                assertThat(each.frames().error().path("code").asString()).isEqualTo("forbidden");
            }
            assertThat(list.frames().next("conversation").path("change").asString())
                    .isEqualTo("left");
            JsonNode removed = eves.frames().next("member");
            assertThat(removed.path("user").asString()).isEqualTo(bob.user());
            assertThat(removed.path("removed").asBoolean()).isTrue();
            eves.frames().next("message");
        }
        bob.history(id, Json.object()).rejected("forbidden");
        bob.send(id, Json.object("body", "still here")).rejected("forbidden");
        assertThat(bob.list(Json.object()).accepted().body().path("conversations"))
                .isEmpty();
        assertThat(ada.addMember(id, bob.user(), "member").rejected("forbidden").text("until"))
                .isEqualTo(until);
        JsonNode ban = bans(ada, id).getFirst();
        assertThat(ban.path("user").asString()).isEqualTo(bob.user());
        assertThat(ban.path("until").asString()).isEqualTo(until);
        assertThat(ban.path("reason").asString()).isEqualTo("Rude");
        assertThat(ban.path("by").asString()).isEqualTo(ada.user());
        assertThat(ban.path("at").asString()).isNotEmpty();
        eve.call(Endpoint.BANS, Map.of("id", id), Json.object()).rejected("forbidden");
        eve.ban(id, ada.user()).rejected("forbidden");
        eve.unban(id, bob.user()).rejected("forbidden");

        ada.unban(id, bob.user()).accepted();
        ada.unban(id, bob.user()).rejected("not_found");
        assertThat(bans(ada, id)).isEmpty();
        ada.addMember(id, bob.user(), "member").accepted();
        bob.says(id, "back");
    }

    @ParameterizedTest
    @EnumSource
    void whoIsBannedFromAChannelReadsAndWatchesItAndTheBanEndsByItself(Transport transport, People people) {
        Api ada = people.connect(transport, "ada");
        Api bob = people.connect(transport, "bob");
        String id = opensForAll(ada);
        joins(bob, id).accepted();
        try (Live stream = bob.watch(id, null)) {
            stream.frames().opened();
            Instant end = Instant.now().plus(SHORT).truncatedTo(ChronoUnit.MILLIS);
            ada.ban(id, bob.user(), "until", end.toString()).accepted();
            Reply refused = bob.send(id, Json.object("body", "x"));
            Reply refusedToJoin = joins(bob, id);
            if (Instant.now().isBefore(end)) {
                refused.rejected("forbidden");
                assertThat(Instant.parse(refusedToJoin.rejected("forbidden").text("until")))
                        .isEqualTo(end);
            }
            stream.frames().next("member");
            ada.says(id, "for all");
            assertThat(stream.frames().next("message").path("body").asString()).isEqualTo("for all");
            assertThat(bob.messages(id)).hasSize(1);

            Await.until("the ban has ended", Frames.PATIENCE, () -> joins(bob, id).ok());
            assertThat(Instant.now()).isAfterOrEqualTo(end);
            assertThat(bans(ada, id)).isEmpty();
            ada.unban(id, bob.user()).rejected("not_found");
            bob.says(id, "back");
            stream.frames().next("member");
            stream.frames().next("message");
        }
    }

    @ParameterizedTest
    @EnumSource
    void whoIsMutedReadsAndNeitherSendsNorEditsNorTypes(Transport transport, People people) {
        Api ada = people.connect(transport, "ada");
        RSocketApi bob = people.rsocket("bob");
        Api bobs = transport == Transport.HTTP ? people.http("bob") : bob;
        String id = ada.opens("group", bob);
        String mine = bobs.says(id, "mine");
        String until = inAnHour();
        try (Live stream = ada.watch(id, null);
                Live his = bobs.watch(id, null)) {
            stream.frames().opened();
            his.frames().opened();
            bobs.mute(id, ada.user()).rejected("forbidden");
            ada.mute(id, bob.user(), "until", until).accepted();

            assertThat(bobs.send(id, Json.object("body", "x")).rejected("forbidden").text("until"))
                    .isEqualTo(until);
            assertThat(bobs.edit(id, mine, "x").rejected("forbidden").text("until"))
                    .isEqualTo(until);
            bob.fireAndForget("conversations." + id + ".typing", "{}");
            bobs.reads(id, 1).accepted();
            ada.says(id, "he listens");
            assertThat(his.frames().next("message").path("body").asString()).isEqualTo("he listens");
            JsonNode told = stream.frames().next();
            while (!type(told).equals("message")) {
                assertThat(type(told)).as("nobody is told that he writes").isNotEqualTo("typing");
                told = stream.frames().next();
            }
            bobs.redact(id, mine).accepted();

            ada.unmute(id, bob.user()).accepted();
            ada.unmute(id, bob.user()).rejected("not_found");
            bobs.says(id, "again");
        }
    }

    @ParameterizedTest
    @EnumSource
    void anyoneJoinsAnOpenChannelAndNobodyAnother(Transport transport, People people) {
        Api ada = people.connect(transport, "ada");
        Api eve = people.connect(transport, "eve");
        String id = opensForAll(ada);
        eve.send(id, Json.object("body", "x")).rejected("forbidden");
        eve.addMember(id, eve.user(), "moderator").rejected("forbidden");
        eve.addMember(id, people.name("zoe"), "member").rejected("forbidden");
        joins(eve, id).accepted();
        eve.says(id, "I write");
        assertThat(eve.conversation(id).accepted().text("role")).isEqualTo("member");
        assertThat(eve.list(Json.object()).body().path("conversations")).hasSize(1);
        eve.removeMember(id, eve.user()).accepted();
        eve.removeMember(id, eve.user()).accepted();
        eve.send(id, Json.object("body", "x")).rejected("forbidden");

        ada.change(id, "joining", "invited").accepted();
        joins(eve, id).rejected("forbidden");
        ada.change(ada.opens("group"), "joining", "open").rejected("validation_failed");
    }

    @ParameterizedTest
    @EnumSource
    void whoMayPostIsChangedForOpenStreamsToo(Transport transport, People people) {
        Api ada = people.connect(transport, "ada");
        Api bob = people.connect(transport, "bob");
        String id = ada.opens("channel", bob);
        bob.says(id, "as a member");
        ada.change(id, "posting", "moderators").accepted();
        bob.send(id, Json.object("body", "x")).rejected("forbidden");
        ada.addMember(id, bob.user(), "moderator").accepted();
        bob.says(id, "as a moderator");
        ada.change(id, "posting", "members").accepted();
        ada.addMember(id, bob.user(), "member").accepted();
        bob.says(id, "as a member again");
    }

    @ParameterizedTest
    @EnumSource
    void slowModeHoldsMembersUpAndNobodyElse(Transport transport, People people) {
        Api ada = people.connect(transport, "ada");
        Api bob = people.connect(transport, "bob");
        String id = ada.opens("group", bob);
        bob.change(id, "slowMode", 2).rejected("forbidden");
        ada.change(id, "slowMode", 2).accepted();
        assertThat(bob.conversation(id).accepted().number("slowMode")).isEqualTo(2);
        bob.says(id, "first");
        Instant first = Instant.now();
        Reply early = bob.send(id, Json.object("body", "x"));
        if (Instant.now().isBefore(first.plusSeconds(1))) {
            assertThat(early.rejected("rate_limited").retryAfter()).isBetween(1L, 2L);
        }
        ada.says(id, "one");
        ada.says(id, "two");
        // whoever asks all the time uses up what a user may do
        Await.until("the time has gone by", Frames.PATIENCE, () -> Instant.now().isAfter(first.plusSeconds(2)));
        bob.says(id, "second");
        assertThat(bob.messages(id)).hasSize(4);
        ada.change(id, "slowMode", 0).accepted();
        bob.says(id, "as fast");
        bob.says(id, "as I like");
    }

    @ParameterizedTest
    @EnumSource
    void whatHasChangedIsToldToWhoWatchesAndInTheList(Transport transport, People people) {
        Api ada = people.connect(transport, "ada");
        Api bob = people.connect(transport, "bob");
        String id = ada.opens("channel", bob);
        try (Live stream = bob.watch(id, null);
                Live list = bob.watchList(null)) {
            stream.frames().opened();
            list.frames().opened();
            bob.change(id, "title", "Mine").rejected("forbidden");
            ada.change(id).accepted();
            ada.change(id, "title", "Tea", "data", Json.parse("{\"b\":1,\"a\":2}")).accepted();
            JsonNode told = stream.frames().next("conversation-changed");
            assertThat(told.path("title").asString()).isEqualTo("Tea");
            assertThat(told.path("data").toString()).isEqualTo("{\"b\":1,\"a\":2}");
            assertThat(told.has("posting") || told.has("joining") || told.has("slowMode"))
                    .as("what has not changed, in %s", told)
                    .isFalse();
            assertThat(list.frames().next("conversation").path("change").asString())
                    .isEqualTo("renamed");

            // of what is so already nothing is said
            ada.change(id, "title", "Tea", "data", Json.parse("{\"b\":1,\"a\":2}"), "posting", "members")
                    .accepted();
            ada.change(id, "title", "Tea", "data", Json.parse("{\"b\":1,\"a\":2}"), "slowMode", 5)
                    .accepted();
            told = stream.frames().next("conversation-changed");
            assertThat(told.path("slowMode").asLong()).isEqualTo(5);
            assertThat(told.has("title") || told.has("data")).as("%s", told).isFalse();
        }
        JsonNode now = bob.conversation(id).accepted().body();
        assertThat(now.path("title").asString()).isEqualTo("Tea");
        assertThat(now.path("memberCount").asLong()).isEqualTo(2);
        assertThat(now.path("data").toString()).isEqualTo("{\"b\":1,\"a\":2}");
    }

    @ParameterizedTest
    @EnumSource
    void membersComePageByPageAndOfAChannelMostSeeWhoModeratesAndThemselves(Transport transport, People people) {
        Api ada = people.connect(transport, "ada");
        Api bob = people.connect(transport, "bob");
        Api eve = people.connect(transport, "eve");
        String group = ada.opens("group", bob, eve);
        JsonNode page = members(bob, group, Json.object("limit", 2));
        assertThat(page.path("members")).hasSize(2);
        assertThat(page.path("members").path(0).path("role").asString()).isEqualTo("owner");
        JsonNode rest =
                members(bob, group, Json.object("limit", 2, "after", page.path("next").asString()));
        assertThat(users(rest)).containsExactly(eve.user());
        assertThat(rest.has("next")).isFalse();

        String channel = ada.opens("channel", bob, eve);
        assertThat(users(members(ada, channel, Json.object()))).containsExactly(ada.user(), bob.user(), eve.user());
        assertThat(users(members(bob, channel, Json.object()))).containsExactly(ada.user(), bob.user());
        assertThat(users(members(people.connect(transport, "zoe"), channel, Json.object())))
                .containsExactly(ada.user());
    }

    @Test
    void anAdminBansTheLastOwnerAndTheModeratorFollows(People people) {
        Api ada = people.http("ada");
        Api bob = people.http("bob");
        Api eve = people.http("eve");
        Api root = people.http("root", "admin");
        String id = ada.opens("group", eve, bob);
        ada.addMember(id, bob.user(), "moderator").accepted();
        bob.ban(id, ada.user()).rejected("forbidden");
        root.ban(id, ada.user()).accepted();
        assertThat(bob.conversation(id).accepted().text("role")).isEqualTo("owner");
        ada.conversation(id).rejected("forbidden");
        String direct = ada.opens("direct", bob);
        ada.ban(direct, bob.user()).rejected("conflict");
        ada.mute(direct, bob.user()).rejected("conflict");
        bob.ban(id, eve.user(), "until", "2020-01-01T00:00:00.000Z").rejected("validation_failed");
    }

    private static String opensForAll(Api owner) {
        return owner.open(Json.object("kind", "channel", "title", "All", "joining", "open"))
                .accepted()
                .text("conversationId");
    }

    private static Reply joins(Api user, String id) {
        return user.call(Endpoint.ADD_MEMBER, Map.of("id", id), Json.object("user", user.user()));
    }

    private static List<JsonNode> bans(Api asking, String id) {
        return List.copyOf(asking.call(Endpoint.BANS, Map.of("id", id), Json.object())
                .accepted()
                .body()
                .path("bans")
                .values());
    }

    private static JsonNode members(Api asking, String id, ObjectNode fields) {
        return asking.call(Endpoint.MEMBERS, Map.of("id", id), fields).accepted().body();
    }

    private static List<String> users(JsonNode page) {
        return page.path("members")
                .valueStream()
                .map(member -> member.path("user").asString())
                .toList();
    }

    private static String type(JsonNode frame) {
        return frame.path("type").asString();
    }

    /** As the wire writes it. */
    private static String inAnHour() {
        return Instant.now().plus(1, ChronoUnit.HOURS).truncatedTo(ChronoUnit.SECONDS).toString().replace("Z", ".000Z");
    }
}
