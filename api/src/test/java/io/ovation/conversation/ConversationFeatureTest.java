package io.ovation.conversation;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.ovation.Caller;
import io.ovation.conversation.ConversationCommand.AddMember;
import io.ovation.conversation.ConversationCommand.EditMessage;
import io.ovation.conversation.ConversationCommand.OpenConversation;
import io.ovation.conversation.ConversationCommand.Opened;
import io.ovation.conversation.ConversationCommand.RedactMessage;
import io.ovation.conversation.ConversationCommand.RemoveMember;
import io.ovation.conversation.ConversationCommand.SendMessage;
import io.ovation.conversation.ConversationQuery.FindConversations;
import io.ovation.conversation.ConversationQuery.FindHistory;
import io.ovation.edge.EdgeClient;
import io.ovation.edge.EdgeTest;
import io.ovation.edge.Sides;
import io.ovation.edge.TestTokens;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

@EdgeTest
class ConversationFeatureTest {
    private static final String ID = "01990000-0000-7000-8000-00000000000a";
    private static final String MESSAGE = "01990000-0000-7000-8000-00000000000b";
    private static final String ONE = "/api/conversations/" + ID;
    private static final Caller ANN = new Caller("ann", false);

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

    static Stream<Arguments> wrongOpenings() {
        return Stream.of(
                arguments("{}", "kind"),
                arguments("{\"kind\":\"party\"}", "kind"),
                arguments("{\"kind\":null}", "kind"),
                arguments("{\"kind\":\"group\",\"conversationId\":\"7\"}", "conversationId"),
                arguments("{\"kind\":\"group\",\"conversationId\":\"\"}", "conversationId"),
                arguments("{\"kind\":\"group\",\"conversationId\":\"{" + ID + "}\"}", "conversationId"),
                arguments("{\"kind\":\"group\",\"conversationId\":\"" + ID.replace("-", "") + "\"}", "conversationId"),
                arguments("{\"kind\":\"group\",\"conversationId\":\"" + ID + " \"}", "conversationId"),
                arguments("{\"kind\":\"group\",\"title\":\"\"}", "title"),
                arguments("{\"kind\":\"group\",\"title\":\"" + "x".repeat(201) + "\"}", "title"),
                arguments("{\"kind\":\"group\",\"title\":\"" + "😀".repeat(201) + "\"}", "title"),
                arguments("{\"kind\":\"group\",\"members\":[\"bob\",\"bob\"]}", "members[1]"),
                arguments("{\"kind\":\"group\",\"members\":[\"\"]}", "members[0]"),
                arguments("{\"kind\":\"group\",\"members\":[\"a\\nb\"]}", "members[0]"),
                arguments("{\"kind\":\"group\",\"members\":[\"" + "x".repeat(201) + "\"]}", "members[0]"),
                arguments("{\"kind\":\"group\",\"members\":[" + people(5_000) + "]}", "members"),
                arguments("{\"kind\":\"channel\",\"members\":[" + people(5_001) + "]}", "members"),
                arguments("{\"kind\":\"group\",\"posting\":\"moderators\"}", "posting"),
                arguments("{\"kind\":\"channel\",\"posting\":\"owners\"}", "posting"),
                arguments("{\"kind\":\"direct\"}", "members"),
                arguments("{\"kind\":\"direct\",\"members\":[]}", "members"),
                arguments("{\"kind\":\"direct\",\"members\":[\"ann\"]}", "members"),
                arguments("{\"kind\":\"direct\",\"members\":[\"bob\",\"cat\"]}", "members"));
    }

    @ParameterizedTest
    @MethodSource("wrongOpenings")
    void anOpeningThatIsNotValidIsRefusedAtItsField(String json, String field) {
        // each of its own, for the largest of them costs a whole allowance
        String user = "ann" + json.hashCode();
        String opening = json.replace("\"ann\"", "\"" + user + "\"");
        assertThat(client.call("POST", "/api/conversations", opening, TestTokens.of(user))
                        .isProblem(400, "validation_failed")
                        .field())
                .isEqualTo(field);
        assertThat(sides.asked()).isEmpty();
    }

    @Test
    void everyWrongFieldIsTold() {
        EdgeClient.Reply reply = call(
                "POST",
                "/api/conversations",
                "{\"kind\":\"direct\",\"title\":\"\",\"conversationId\":\"x\",\"posting\":\"members\"}");

        assertThat(reply.isProblem(400, "validation_failed")
                        .json()
                        .path("errors")
                        .values())
                .extracting(error -> error.path("field").asString())
                .containsExactly("conversationId", "title", "members", "posting");
    }

    @Test
    void anOpeningBecomesACommand() {
        EdgeClient.Reply reply = call(
                "POST",
                "/api/conversations",
                "{\"kind\":\"channel\",\"conversationId\":\"" + ID.toUpperCase(Locale.ROOT) + "\",\"title\":\""
                        + "😀".repeat(200) + "\",\"members\":[\"bob\",\"ann\"],\"posting\":\"moderators\"}");

        assertThat(reply.status()).isEqualTo(201);
        assertThat(reply.response().body()).isEqualTo("{\"conversationId\":\"" + ID + "\"}");
        OpenConversation command = (OpenConversation) sides.asked().getFirst();
        assertThat(command)
                .isEqualTo(new OpenConversation(
                        ID, Kind.channel, "😀".repeat(200), List.of("bob"), Posting.moderators, ANN, command.at()));
        assertThat(command.at().getNano() % 1_000_000).isZero();
    }

    @Test
    void whoeverGivesNoIdGetsANewOne() {
        String first = call("POST", "/api/conversations", "{\"kind\":\"group\"}")
                .json()
                .path("conversationId")
                .asString();
        String second = call("POST", "/api/conversations", "{\"kind\":\"group\"}")
                .json()
                .path("conversationId")
                .asString();

        assertThat(first)
                .matches("[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
                .isNotEqualTo(second);
    }

    @Test
    void thePairsConversationThatIsOpenAlreadyIsAnsweredWith200() {
        sides.answer(new Opened(MESSAGE, true));

        EdgeClient.Reply reply = call("POST", "/api/conversations", "{\"kind\":\"direct\",\"members\":[\"bob\"]}");

        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.json().path("conversationId").asString()).isEqualTo(MESSAGE);
    }

    @Test
    void aTextOfWhiteSpaceOnlyIsATextToo() {
        assertThat(call("POST", "/api/conversations", "{\"kind\":\"group\",\"title\":\"  \"}")
                        .status())
                .isEqualTo(201);
        assertThat(call("POST", ONE + "/messages", "{\"body\":\" \\n\"}").status())
                .isEqualTo(201);
    }

    static Stream<Arguments> wrongMessages() {
        return Stream.of(
                arguments("{}", "body"),
                arguments("{\"body\":\"\"}", "body"),
                arguments("{\"body\":\"" + "x".repeat(8 * 1024 + 1) + "\"}", "body"),
                arguments("{\"body\":\"" + "é".repeat(4 * 1024) + "x\"}", "body"),
                arguments("{\"body\":\"a\",\"sender\":\"bob\"}", "sender"),
                arguments("{\"body\":\"a\",\"messageId\":\"1\"}", "messageId"),
                arguments("{\"body\":\"a\",\"replyTo\":\"1\"}", "replyTo"),
                arguments("{\"body\":\"a\",\"mentions\":[\"bob\",\"cat\",\"bob\"]}", "mentions[2]"),
                arguments("{\"body\":\"a\",\"mentions\":[" + people(51) + "]}", "mentions"),
                arguments("{\"body\":\"a\",\"mentions\":[\" \"]}", "mentions[0]"));
    }

    @ParameterizedTest
    @MethodSource("wrongMessages")
    void aMessageThatIsNotValidIsRefusedAtItsField(String json, String field) {
        String token = TestTokens.of("a sender of wrong messages like " + json.hashCode());

        assertThat(client.call("POST", ONE + "/messages", json, token)
                        .isProblem(400, "validation_failed")
                        .field())
                .isEqualTo(field);
        assertThat(sides.asked()).isEmpty();
    }

    @Test
    void aMessageBecomesACommandAndItsAnswer() {
        String body = "é".repeat(4 * 1024);

        EdgeClient.Reply reply = call(
                "POST",
                ONE + "/messages",
                "{\"messageId\":\"" + MESSAGE + "\",\"body\":\"" + body + "\",\"replyTo\":\"" + ID
                        + "\",\"mentions\":[\"bob\"]}");

        SendMessage command = (SendMessage) sides.asked().getFirst();
        assertThat(command).isEqualTo(new SendMessage(ID, MESSAGE, body, ID, List.of("bob"), ANN, command.at()));
        assertThat(reply.status()).isEqualTo(201);
        assertThat(reply.response().body())
                .isEqualTo("{\"messageId\":\"" + MESSAGE + "\",\"seq\":1,\"sentAt\":\"" + command.at() + "\"}");
    }

    @Test
    void anEditARedactionAndMembersBecomeCommands() {
        assertThat(call("PATCH", ONE + "/messages/" + MESSAGE, "{\"body\":\"b\"}")
                        .status())
                .isEqualTo(204);
        assertThat(call("DELETE", ONE + "/messages/" + MESSAGE, null).status()).isEqualTo(204);
        assertThat(call("POST", ONE + "/members", "{\"user\":\"bob\"}").status())
                .isEqualTo(204);
        assertThat(call("POST", ONE + "/members", "{\"user\":\"bob\",\"role\":\"moderator\"}")
                        .status())
                .isEqualTo(204);
        assertThat(call("DELETE", ONE + "/members/b%2F%C3%A9%20%3B%25%5C..%20😀".replace("😀", "%F0%9F%98%80"), null)
                        .status())
                .isEqualTo(204);

        assertThat(sides.asked())
                .usingRecursiveFieldByFieldElementComparatorIgnoringFields("at")
                .containsExactly(
                        new EditMessage(ID, MESSAGE, "b", ANN, Instant.EPOCH),
                        new RedactMessage(ID, MESSAGE, ANN, Instant.EPOCH),
                        new AddMember(ID, "bob", null, ANN, Instant.EPOCH),
                        new AddMember(ID, "bob", Role.moderator, ANN, Instant.EPOCH),
                        new RemoveMember(ID, "b/é ;%\\.. 😀", ANN, Instant.EPOCH));
    }

    @Test
    void anAdminIsKnownAsOne() {
        client.call("DELETE", ONE + "/messages/" + MESSAGE, null, TestTokens.of("root", "admin"));

        assertThat(((RedactMessage) sides.asked().getFirst()).by()).isEqualTo(new Caller("root", true));
    }

    @ParameterizedTest
    @CsvSource({
        "POST, /api/conversations/x/messages, '{\"body\":\"a\"}'",
        "PATCH, /api/conversations/x/messages/" + MESSAGE + ", '{\"body\":\"a\"}'",
        "PATCH, " + ONE + "/messages/x, '{\"body\":\"a\"}'",
        "DELETE, " + ONE + "/messages/x,",
        "POST, /api/conversations/x/members, '{\"user\":\"a\"}'",
        "GET, /api/conversations/x/messages,"
    })
    void anIdInThePathThatIsNoneOfOursIsNotFound(String method, String path, @Nullable String json) {
        call(method, path, json).isProblem(404, "not_found");
        assertThat(sides.asked()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "POST, {}, user",
        "POST, '{\"user\":\"\"}', user",
        "POST, '{\"user\":\"a\",\"role\":\"king\"}', role",
        "POST, '{\"user\":[\"a\"]}', user"
    })
    void aMemberThatIsNotValidIsRefusedAtItsField(String method, String json, String field) {
        assertThat(call(method, ONE + "/members", json)
                        .isProblem(400, "validation_failed")
                        .field())
                .isEqualTo(field);
        assertThat(sides.asked()).isEmpty();
    }

    @Test
    void pagesBecomeQueries() {
        call("GET", "/api/conversations", null);
        call("GET", "/api/conversations?limit=1000&before=" + ID, null);
        call("GET", "/api/conversations?before=" + ListPlace.write(7L), null);
        call("GET", ONE + "/messages", null);
        call("GET", ONE + "/messages?after=0&before=9&limit=200", null);

        assertThat(sides.asked())
                .containsExactly(
                        new FindConversations(ANN, null, null, 50),
                        new FindConversations(ANN, ID, null, 200),
                        new FindConversations(ANN, null, 7L, 50),
                        new FindHistory(ID, ANN, null, null, 50),
                        new FindHistory(ID, ANN, 0L, 9L, 200));
    }

    @ParameterizedTest
    @CsvSource({"after=-1", "before=x", "limit=0", "after=1&after=2", "cursor=1"})
    void aPageThatIsNotValidIsRefused(String query) {
        call("GET", ONE + "/messages?" + query, null).isProblem(400, "validation_failed");
        assertThat(sides.asked()).isEmpty();
    }

    private static String people(int count) {
        return IntStream.range(0, count).mapToObj(i -> "\"u" + i + "\"").collect(Collectors.joining(","));
    }
}
