package io.ovation.acceptance;

import java.util.List;
import java.util.Map;
import java.util.UUID;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/** What concerns a user: folded while it is not read, told at once, resumed, and the same after a kill. */
@ExtendWith(SharedServer.class)
class InboxIT {
    @ParameterizedTest
    @EnumSource
    void eachIsToldOnceOfTheMostSpecificAndNobodyOfTheirOwn(Transport transport, People people) {
        Api ada = people.connect(transport, "ada");
        Api bob = people.connect(transport, "bob");
        String direct = ada.opens("direct", bob);
        String group = ada.opens("group", bob);
        String mine = ada.says(group, "first");
        bob.send(group, Json.object("body", "yes", "replyTo", mine)).accepted();
        String named = UUID.randomUUID().toString();
        bob.send(
                        group,
                        Json.object(
                                "messageId",
                                named,
                                "body",
                                "@ada",
                                "replyTo",
                                mine,
                                "mentions",
                                List.of(ada.user(), bob.user())))
                .accepted();
        bob.says(direct, "hello");
        bob.says(group, "to nobody");

        List<JsonNode> told = ada.notifications();

        assertThat(told)
                .extracting(each -> each.path("kind").asString())
                .containsExactly("message", "mention", "reply");
        assertThat(told).allSatisfy(each -> {
            assertThat(each.path("actors")).extracting(JsonNode::asString).containsExactly(bob.user());
            assertThat(each.path("count").asLong()).isEqualTo(1);
            assertThat(each.path("read").asBoolean(true)).isFalse();
        });
        assertThat(told.get(1).path("target"))
                .isEqualTo(Json.object("conversationId", group, "messageId", named, "seq", 3));
        assertThat(bob.notifications()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void unreadOnesCountUpAndAfterReadingTheNextIsNew(Transport transport, People people) {
        Api ada = people.connect(transport, "ada");
        Api bob = people.connect(transport, "bob");
        String direct = ada.opens("direct", bob);
        bob.says(direct, "one");
        String latest = bob.says(direct, "two");
        JsonNode both = ada.inbox(Json.object()).accepted().body();
        assertThat(both.path("unread").asLong()).isEqualTo(1);
        JsonNode first = both.path("notifications").path(0);
        assertThat(first.path("count").asLong()).isEqualTo(2);
        assertThat(first.path("target").path("messageId").asString()).isEqualTo(latest);

        Reply read = ada.readsInbox(first.path("notificationId").asString()).accepted();
        assertThat(read.status()).isIn(200, 204);
        assertThat(ada.inbox(Json.object()).body().path("unread").asLong()).isZero();
        ada.readsInbox(first.path("notificationId").asString()).accepted();

        bob.says(direct, "three");
        List<JsonNode> told = ada.notifications();
        assertThat(told).extracting(each -> each.path("read").asBoolean()).containsExactly(false, true);
        assertThat(told).extracting(each -> each.path("count").asLong()).containsExactly(1L, 2L);
        assertThat(told.get(1).path("notificationId")).isEqualTo(first.path("notificationId"));
        String before = told.getFirst().path("notificationId").asString();
        assertThat(ada.inbox(Json.object("before", before, "limit", 1))
                        .accepted()
                        .body()
                        .path("notifications"))
                .containsExactly(told.get(1));
    }

    @ParameterizedTest
    @EnumSource
    void aStreamTellsAtOnceAndAResumedOneWhatHasChangedSinceAsItIsNow(Transport transport, People people) {
        Api ada = people.connect(transport, "ada");
        Api bob = people.connect(transport, "bob");
        String direct = ada.opens("direct", bob);
        String group = ada.opens("group", bob);
        Live live = people.closing(ada.watchInbox(null));
        JsonNode head = live.frames().opened().next();
        assertThat(head).isEqualTo(Json.object("type", "unread", "unread", 0));

        bob.says(direct, "one");
        JsonNode first = live.frames().next("notification");
        assertThat(first.path("kind").asString()).isEqualTo("message");
        assertThat(live.frames().nextOf("unread").path("unread").asLong()).isEqualTo(1);
        JsonNode listed = ada.notifications().getFirst();
        listed.propertyNames()
                .forEach(field -> assertThat(first.path(field)).as(field).isEqualTo(listed.path(field)));
        live.close();

        bob.send(group, Json.object("body", "@ada", "mentions", List.of(ada.user())))
                .accepted();
        bob.says(direct, "two");
        bob.says(direct, "three");

        Frames resumed =
                people.closing(ada.watchInbox(first.path("cursor").asString())).frames().opened();
        assertThat(resumed.next()).isEqualTo(Json.object("type", "unread", "unread", 2));
        assertThat(resumed.next("notification").path("kind").asString()).isEqualTo("mention");
        JsonNode folded = resumed.next("notification");
        assertThat(folded.path("count").asLong()).isEqualTo(3);
        assertThat(folded.path("notificationId")).isEqualTo(first.path("notificationId"));

        ada.readsInbox(folded.path("notificationId").asString()).accepted();
        assertThat(resumed.nextOf("unread").path("unread").asLong())
                .as("the mention, whose first event is later, is not read by that")
                .isEqualTo(1);
        ada.readsInboxTo(folded.path("cursor").asString()).accepted();
        assertThat(resumed.nextOf("unread").path("unread").asLong())
                .as("on another device of hers")
                .isZero();
        Frames again = people.closing(ada.watchInbox(folded.path("cursor").asString()))
                .frames()
                .opened();
        bob.says(direct, "four");
        assertThat(again.next("notification").path("count").asLong())
                .as("nothing twice, and the next is new")
                .isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource
    void aCursorReadsWhatWasToldAndAnIdWhatBeganBefore(Transport transport, People people) {
        Api ada = people.connect(transport, "ada");
        Api bob = people.connect(transport, "bob");
        String direct = ada.opens("direct", bob);
        String group = ada.opens("group", bob);
        bob.says(direct, "one");
        String seen = ada.inbox(Json.object()).accepted().text("cursor");
        bob.send(group, Json.object("body", "@ada", "mentions", List.of(ada.user())))
                .accepted();
        bob.says(direct, "two");

        ada.call(Endpoint.READ_INBOX, Map.of(), Json.object("cursor", seen)).accepted();
        assertThat(ada.inbox(Json.object()).body().path("unread").asLong())
                .as("what folded since is not read, nor what came")
                .isEqualTo(2);
        String folded = ada.notifications().getFirst().path("notificationId").asString();
        ada.readsInbox(folded).accepted();
        assertThat(ada.notifications())
                .extracting(each -> each.path("kind").asString() + " "
                        + each.path("read").asBoolean())
                .as("the mention began later")
                .containsExactly("message true", "mention false");
        ada.reads(group, 1).accepted();
        assertThat(ada.inbox(Json.object()).body().path("unread").asLong())
                .as("reading a message reads its notifications")
                .isZero();
    }

    @ParameterizedTest
    @EnumSource
    void whoWasRemovedHasNothingOfItUntilTheyAreLetInAgain(Transport transport, People people) {
        Api ada = people.connect(transport, "ada");
        Api bob = people.connect(transport, "bob");
        String group = bob.opens("group", ada);
        bob.send(group, Json.object("body", "@ada", "mentions", List.of(ada.user())))
                .accepted();
        assertThat(ada.notifications()).hasSize(1);
        Frames live = people.closing(ada.watchInbox(null)).frames().opened();
        live.nextOf("unread");

        bob.removeMember(group, ada.user()).accepted();
        assertThat(live.nextOf("unread").path("unread").asLong()).isZero();
        assertThat(ada.notifications()).isEmpty();
        assertThat(ada.inbox(Json.object()).body().path("unread").asLong()).isZero();

        bob.addMember(group, ada.user(), "member").accepted();
        assertThat(live.nextOf("unread").path("unread").asLong()).isEqualTo(1);
        assertThat(ada.notifications()).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource
    void whatIsNotOnesOwnIsNotThere(Transport transport, People people) {
        Api ada = people.connect(transport, "ada");
        Api bob = people.connect(transport, "bob");
        bob.says(ada.opens("direct", bob), "hello");
        String adas = ada.notifications().getFirst().path("notificationId").asString();

        bob.readsInbox(adas).rejected("not_found");
        bob.inbox(Json.object("before", adas)).rejected("not_found");
        ada.readsInbox(UUID.randomUUID().toString()).rejected("not_found");
        assertThat(ada.inbox(Json.object()).body().path("unread").asLong()).isEqualTo(1);
        Frames watching = people.closing(ada.watchInbox("bm90IGEgY3Vyc29y")).frames();
        assertThat(watching.nextOfLog().path("type").asString()).isEqualTo("reset");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{'upTo':null}",
                "{'upTo':7}",
                "{'upTo':''}",
                "{'upTo':'nope'}",
                "{'upTo':['a']}",
                "{'upto':'x'}",
                "[]",
                "null",
                ""
            })
    void whatNamesNoNotificationIsRefused(String body, People people) {
        String json = body.replace('\'', '"');
        people.http("ada").call("POST", "/api/inbox/read", json).rejected("validation_failed");
        people.rsocket("ada").call("inbox.read", json).rejected("validation_failed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"limit=0", "limit=-1", "limit=x", "before=x", "after=1", "limit=1&limit=2"})
    void whatIsNoPageIsRefused(String query, People people) {
        people.http("ada").get("/api/inbox?" + query).rejected("validation_failed");
    }

    @Test
    void anInboxIsTheSameAfterAKill() throws Exception {
        OvationServer.Launch launch = OvationServer.fresh("inbox");
        OvationServer server = launch.start();
        try {
            HttpApi ada = new HttpApi(server, "ada", Tokens.of("ada"));
            HttpApi bob = new HttpApi(server, "bob", Tokens.of("bob"));
            String direct = ada.opens("direct", bob);
            bob.says(direct, "one");
            ada.readsInbox(ada.notifications().getFirst().path("notificationId").asString())
                    .accepted(204);
            bob.says(direct, "two");
            bob.says(direct, "three");
            String before = withoutCursors(ada.inbox(Json.object()).accepted(200).text());

            server.killAll();
            server = launch.start();

            assertThat(withoutCursors(new HttpApi(server, "ada", Tokens.of("ada"))
                            .inbox(Json.object())
                            .accepted(200)
                            .text()))
                    .isEqualTo(before);
        } finally {
            server.close();
        }
    }

    /** Each start of a server gives the log another id, which cursors tell; the earlier ones stay good. */
    private static String withoutCursors(String page) {
        return page.replaceAll("\"cursor\":\"[^\"]*\"", "\"cursor\":\"\"");
    }
}
