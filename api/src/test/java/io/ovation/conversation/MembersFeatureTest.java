package io.ovation.conversation;

import java.time.Instant;
import java.util.List;

import io.ovation.AppData;
import io.ovation.Caller;
import io.ovation.conversation.ConversationCommand.BanMember;
import io.ovation.conversation.ConversationCommand.ChangeConversation;
import io.ovation.conversation.ConversationCommand.EditMessage;
import io.ovation.conversation.ConversationCommand.LiftBan;
import io.ovation.conversation.ConversationCommand.LiftMute;
import io.ovation.conversation.ConversationCommand.MuteMember;
import io.ovation.conversation.ConversationCommand.OpenConversation;
import io.ovation.conversation.ConversationCommand.SendMessage;
import io.ovation.conversation.ConversationQuery.BanPage;
import io.ovation.conversation.ConversationQuery.BanView;
import io.ovation.conversation.ConversationQuery.ConversationDetails;
import io.ovation.conversation.ConversationQuery.FindBans;
import io.ovation.conversation.ConversationQuery.FindConversation;
import io.ovation.conversation.ConversationQuery.FindMembers;
import io.ovation.conversation.ConversationQuery.MemberPage;
import io.ovation.conversation.ConversationQuery.MemberView;
import io.ovation.conversation.ConversationRejection.Banned;
import io.ovation.conversation.ConversationRejection.SlowModeHolds;
import io.ovation.edge.EdgeClient;
import io.ovation.edge.EdgeTest;
import io.ovation.edge.Sides;
import io.ovation.edge.TestTokens;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;

import static org.assertj.core.api.Assertions.assertThat;

@EdgeTest
class MembersFeatureTest {
    private static final String ID = "01990000-0000-7000-8000-00000000000a";
    private static final String MESSAGE = "01990000-0000-7000-8000-00000000000b";
    private static final String ONE = "/api/conversations/" + ID;
    private static final Caller ANN = new Caller("ann", false);
    private static final AppData DATA = new AppData("{\"z\":1.50,\"a\":[\"\\u2028\"]}");
    private static final Instant LATER = Instant.parse("2999-01-02T03:04:05.678Z");

    @Autowired
    private Sides.Script sides;

    private EdgeClient client;

    @BeforeEach
    void connect(@LocalServerPort int port) {
        sides.reset();
        client = new EdgeClient(port);
    }

    private EdgeClient.Reply call(String method, String path, @Nullable String json) {
        return client.call(method, path, json, TestTokens.of("ann"));
    }

    @Test
    void bansAndMutesBecomeCommands() {
        String until = "\"until\":\"2999-01-02T03:04:05.678901Z\"";
        assertThat(call("PUT", ONE + "/bans/b%2F%20c", "{" + until + ",\"reason\":\"Rude\"}")
                        .status())
                .isEqualTo(204);
        call("PUT", ONE + "/bans/bob", "{}");
        call("DELETE", ONE + "/bans/bob", null);
        call("PUT", ONE + "/mutes/bob", "{" + until + "}");
        call("DELETE", ONE + "/mutes/bob", null);

        assertThat(sides.asked())
                .usingRecursiveFieldByFieldElementComparatorIgnoringFields("at")
                .containsExactly(
                        new BanMember(ID, "b/ c", LATER, "Rude", ANN, Instant.EPOCH),
                        new BanMember(ID, "bob", null, null, ANN, Instant.EPOCH),
                        new LiftBan(ID, "bob", ANN, Instant.EPOCH),
                        new MuteMember(ID, "bob", LATER, ANN, Instant.EPOCH),
                        new LiftMute(ID, "bob", ANN, Instant.EPOCH));
    }

    @ParameterizedTest
    @CsvSource({
        "bans/bob, '{\"until\":\"tomorrow\"}', until",
        "bans/bob, '{\"until\":5}', until",
        "bans/bob, '{\"until\":\"+10000-01-01T00:00:00Z\"}', until",
        "bans/bob, '{\"reason\":\"\"}', reason",
        "bans/bob, '{\"user\":\"bob\"}', user",
        "mutes/bob, '{\"reason\":\"x\"}', reason",
        "mutes/%20bob, '{}', user"
    })
    void whatIsNotValidIsRefusedAtItsField(String path, String json, String field) {
        assertThat(call("PUT", ONE + "/" + path, json)
                        .isProblem(400, "validation_failed")
                        .field())
                .isEqualTo(field);
        assertThat(sides.asked()).isEmpty();
    }

    @Test
    void aReasonHasAtMost200Characters() {
        assertThat(call("PUT", ONE + "/bans/bob", "{\"reason\":\"" + "😀".repeat(201) + "\"}")
                        .isProblem(400, "validation_failed")
                        .field())
                .isEqualTo("reason");
        assertThat(call("PUT", ONE + "/bans/bob", "{\"reason\":\"" + "😀".repeat(200) + "\"}")
                        .status())
                .isEqualTo(204);
    }

    @Test
    void whatForbidsTellsWhenItEndsAndSlowModeWhenToTryAgain() {
        sides.fail(new Banned(LATER));
        assertThat(call("POST", ONE + "/messages", "{\"body\":\"a\"}")
                        .isProblem(403, "forbidden")
                        .json()
                        .path("until")
                        .asString())
                .isEqualTo("2999-01-02T03:04:05.678Z");
        sides.fail(new Banned(null));
        assertThat(call("POST", ONE + "/messages", "{\"body\":\"a\"}")
                        .isProblem(403, "forbidden")
                        .json()
                        .has("until"))
                .isFalse();
        sides.fail(new SlowModeHolds(7));
        EdgeClient.Reply slow = call("POST", ONE + "/messages", "{\"body\":\"a\"}").isProblem(429, "rate_limited");
        assertThat(slow.header("Retry-After")).isEqualTo("7");
    }

    @Test
    void pagesOfPeopleBecomeQueries() {
        sides.answer(new MemberPage(List.of(new MemberView("bob", Role.moderator)), "bob"));
        assertThat(call("GET", ONE + "/members?limit=1&after=b%20c", null)
                        .response()
                        .body())
                .isEqualTo("{\"members\":[{\"user\":\"bob\",\"role\":\"moderator\"}],\"next\":\"bob\"}");
        sides.answer(new BanPage(List.of(new BanView("bob", LATER, "Rude", "ann", LATER)), null));
        assertThat(call("GET", ONE + "/bans", null).response().body())
                .isEqualTo("{\"bans\":[{\"user\":\"bob\",\"until\":\"2999-01-02T03:04:05.678Z\",\"reason\":\"Rude\","
                        + "\"by\":\"ann\",\"at\":\"2999-01-02T03:04:05.678Z\"}]}");

        assertThat(sides.asked())
                .usingRecursiveFieldByFieldElementComparatorIgnoringFields("at")
                .containsExactly(
                        new FindMembers(ID, ANN, "b c", 1), new FindBans(ID, ANN, null, 50, Instant.EPOCH));
    }

    @Test
    void aConversationIsShownAndChanged() {
        sides.answer(new ConversationDetails(
                ID,
                Kind.channel,
                "Tea",
                Posting.members,
                Joining.open,
                DATA,
                3,
                Role.owner,
                9,
                2L,
                30));
        assertThat(call("GET", ONE, null).response().body())
                .isEqualTo("{\"conversationId\":\"" + ID + "\",\"kind\":\"channel\",\"title\":\"Tea\","
                        + "\"posting\":\"members\",\"joining\":\"open\",\"data\":" + DATA.json()
                        + ",\"memberCount\":3,\"role\":\"owner\",\"lastSeq\":9,\"unread\":2,\"slowMode\":30}");
        assertThat(call(
                                "PATCH",
                                ONE,
                                "{\"title\":\"Tea\",\"posting\":\"moderators\",\"joining\":\"open\",\"data\":"
                                        + DATA.json() + ",\"slowMode\":3600}")
                        .status())
                .isEqualTo(204);
        assertThat(call("PATCH", ONE, "{\"title\":null}").status()).isEqualTo(204);

        assertThat(sides.asked())
                .usingRecursiveFieldByFieldElementComparatorIgnoringFields("at")
                .containsExactly(
                        new FindConversation(ID, ANN),
                        new ChangeConversation(
                                ID, "Tea", Posting.moderators, Joining.open, DATA, 3_600, ANN, Instant.EPOCH),
                        new ChangeConversation(ID, null, null, null, null, null, ANN, Instant.EPOCH));
    }

    @ParameterizedTest
    @CsvSource({
        "'{\"slowMode\":3601}', slowMode",
        "'{\"slowMode\":-1}', slowMode",
        "'{\"slowMode\":1.5}', slowMode",
        "'{\"title\":\"\"}', title",
        "'{\"data\":[]}', data",
        "'{\"kind\":\"group\"}', kind"
    })
    void aChangeThatIsNotValidIsRefusedAtItsField(String json, String field) {
        assertThat(call("PATCH", ONE, json).isProblem(400, "validation_failed").field())
                .isEqualTo(field);
        assertThat(sides.asked()).isEmpty();
    }

    @Test
    void dataComesWithOpeningsMessagesAndEditsUpTo4KiB() {
        String most = "{\"a\" : \"" + "x".repeat(4_096 - 8) + "\"}";
        assertThat(call("POST", ONE + "/messages", "{\"body\":\"a\",\"data\":" + most + "}")
                        .status())
                .isEqualTo(201);
        String more = most.replace("x\"", "xx\"");
        assertThat(call("POST", ONE + "/messages", "{\"body\":\"a\",\"data\":" + more + "}")
                        .isProblem(400, "validation_failed")
                        .field())
                .isEqualTo("data");
        sides.reset();
        call("POST", "/api/conversations", "{\"kind\":\"channel\",\"joining\":\"open\",\"data\":" + DATA.json() + "}");
        call("POST", ONE + "/messages", "{\"body\":\"a\",\"data\":" + DATA.json() + "}");
        call("PATCH", ONE + "/messages/" + MESSAGE, "{\"body\":\"a\",\"data\":" + DATA.json() + "}");

        assertThat(((OpenConversation) sides.asked().getFirst()))
                .returns(Joining.open, OpenConversation::joining)
                .returns(DATA, OpenConversation::data);
        assertThat(((SendMessage) sides.asked().get(1)).data()).isEqualTo(DATA);
        assertThat(((EditMessage) sides.asked().get(2)).data()).isEqualTo(DATA);
    }

    @Test
    void onlyAChannelIsOpenedForAllToJoin() {
        assertThat(call("POST", "/api/conversations", "{\"kind\":\"group\",\"joining\":\"open\"}")
                        .isProblem(400, "validation_failed")
                        .field())
                .isEqualTo("joining");
        assertThat(call("POST", "/api/conversations", "{\"kind\":\"group\",\"joining\":\"invited\"}")
                        .status())
                .isEqualTo(201);
    }
}
