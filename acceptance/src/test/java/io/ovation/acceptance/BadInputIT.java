package io.ovation.acceptance;

import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Every endpoint and route with what it should turn down: each time the error object of the contract, nothing recorded,
 * and a server that goes on.
 *
 * <p>Ada owns the group, Bob is its other member, and Eve is neither. The first message is Ada's.
 */
@ExtendWith(SharedServer.class)
class BadInputIT {
    private static final String LONG_NAME = "x".repeat(201);

    /** Well-formed JSON objects that say what they may not, by what is to be done. */
    static final List<Arguments> WRONG_FIELDS = Stream.of(
                    wrong(
                            Endpoint.OPEN,
                            "{}",
                            "{'kind':null}",
                            "{'kind':'club'}",
                            "{'kind':'GROUP'}",
                            "{'kind':0}",
                            "{'kind':['group']}",
                            "{'kind':'group','title':3}",
                            "{'kind':'group','title':true}",
                            "{'kind':'group','title':{}}",
                            "{'kind':'group','title':'" + LONG_NAME + "'}",
                            "{'kind':'group','members':'bob'}",
                            "{'kind':'group','members':{}}",
                            "{'kind':'group','members':[1]}",
                            "{'kind':'group','members':[null]}",
                            "{'kind':'group','members':['']}",
                            "{'kind':'group','members':[['bob']]}",
                            "{'kind':'group','members':['" + LONG_NAME + "']}",
                            "{'kind':'channel','posting':'nobody'}",
                            "{'kind':'channel','posting':1}",
                            "{'kind':'group','conversationId':'nope'}",
                            "{'kind':'group','conversationId':''}",
                            "{'kind':'group','conversationId':7}",
                            "{'kind':'group','conversationId':'0-0-0-0-0'}",
                            "{'kind':'group','conversationId':'{01932c07-209c-7a52-8b5e-5f1a5cf4b3a1}'}",
                            "{'kind':'group','owner':'bob'}",
                            "{'kind':'group','Title':'Tea'}"),
                    wrong(
                            Endpoint.SEND,
                            "{}",
                            "{'body':null}",
                            "{'body':3}",
                            "{'body':1.5}",
                            "{'body':true}",
                            "{'body':['a']}",
                            "{'body':{'text':'a'}}",
                            "{'body':'" + "x".repeat(8_193) + "'}",
                            "{'body':'a','messageId':'nope'}",
                            "{'body':'a','messageId':''}",
                            "{'body':'a','messageId':7}",
                            "{'body':'a','messageId':['01932c07-209c-7a52-8b5e-5f1a5cf4b3a1']}",
                            "{'body':'a','replyTo':1}",
                            "{'body':'a','mentions':'bob'}",
                            "{'body':'a','mentions':[1]}",
                            "{'body':'a','mentions':[null]}",
                            "{'body':'a','mentions':{'0':'bob'}}",
                            "{'body':'a','seq':7}",
                            "{'body':'a','sentAt':'2020-01-01T00:00:00Z'}",
                            "{'body':'a','conversationId':'01932c07-209c-7a52-8b5e-5f1a5cf4b3a1'}"),
                    wrong(
                            Endpoint.EDIT,
                            "{}",
                            "{'body':null}",
                            "{'body':3}",
                            "{'body':['a']}",
                            "{'body':'a','title':'b'}"),
                    wrong(
                            Endpoint.ADD_MEMBER,
                            "{}",
                            "{'role':'member'}",
                            "{'user':null}",
                            "{'user':3}",
                            "{'user':''}",
                            "{'user':['bob']}",
                            "{'user':'" + LONG_NAME + "'}",
                            "{'user':'bob','role':'king'}",
                            "{'user':'bob','role':''}",
                            "{'user':'bob','role':0}",
                            "{'user':'bob','since':1}"))
            .flatMap(List::stream)
            .toList();

    /** Counts that are none. */
    static final List<String> NO_COUNTS = List.of(
            "\"3\"",
            "1.5",
            "true",
            "false",
            "[3]",
            "{}",
            "\"\"",
            "\"abc\"",
            "1e400",
            "99999999999999999999",
            "-99999999999999999999");

    /** What is no JSON object at all; bytes, for not all of it is text. */
    static final List<byte[]> NO_OBJECTS = List.of(
            bytes("null"),
            bytes("[]"),
            bytes("3"),
            bytes("\"body\""),
            bytes("{"),
            bytes("}"),
            bytes("{'body':'a'"),
            bytes("{'body':'a',}"),
            bytes("{body:'a'}"),
            bytes("{'body':'a'} x"),
            bytes("{'body':'a'}{'body':'b'}"),
            bytes("{'body':'a'}]"),
            bytes("{'body':'a','body':'a'}"),
            bytes("{'user':'a','user':'a'}"),
            bytes("{'kind':'group','kind':'group'}"),
            bytes("{'body':'a','\\u0062ody':'b'}"),
            bytes("/* a */{'body':'a'}"),
            bytes("{'body':NaN}"),
            bytes("{'body':'a\nb'}"),
            bytes("{'body':'\\x'}"),
            "{\"body\":\"\u00c3(\"}".getBytes(ISO_8859_1),
            "{\"body\":\"\u00ff\"}".getBytes(ISO_8859_1),
            "{\"body\":\"\u00ed\u00a0\u0080\"}".getBytes(ISO_8859_1),
            "{\"body\":\"\u00c0\u0080\"}".getBytes(ISO_8859_1),
            "{\"b\u00ffdy\":\"a\"}".getBytes(ISO_8859_1),
            "\u00ff\u00fe{\u0000}\u0000".getBytes(ISO_8859_1),
            bytes("[".repeat(20_000)),
            bytes("{'body':".repeat(5_000)),
            new byte[] {0},
            bytes(" "));

    private Map<String, String> names = Map.of();
    private String before = "";

    @BeforeEach
    void aGroup(People people) {
        HttpApi ada = people.http("ada");
        String id = ada.opens("group", people.http("bob"));
        String messageId = ada.says(id, "Hello");
        names = Map.of("id", id, "messageId", messageId, "user", people.name("bob"));
        before = recorded(people);
    }

    @AfterEach
    void nothingIsRecordedAndTheServerIsHealthy(People people) {
        assertThat(recorded(people)).isEqualTo(before);
        assertThat(people.server().isReady()).isTrue();
    }

    @AfterAll
    static void theLogShowsNoStackTrace(OvationServer server) {
        assertThat((server.stdout() + server.stderr())
                        .lines()
                        .filter(line -> line.startsWith("\tat "))
                        .limit(20))
                .isEmpty();
    }

    @ParameterizedTest
    @FieldSource("WRONG_FIELDS")
    void aFieldThatIsWrongIsNamed(Endpoint endpoint, String json, People people) {
        both(people, endpoint, bytes(json)).forEach(reply -> reply.rejected("validation_failed"));
    }

    @ParameterizedTest
    @MethodSource("noObjects")
    void whatIsNoJsonObjectIsNoRequest(Endpoint endpoint, byte[] body, People people) {
        both(people, endpoint, body).forEach(reply -> reply.rejected("validation_failed"));
    }

    static Stream<Arguments> noObjects() {
        return Stream.of(Endpoint.OPEN, Endpoint.ADD_MEMBER, Endpoint.SEND, Endpoint.EDIT)
                .flatMap(endpoint -> NO_OBJECTS.stream().map(body -> Arguments.of(endpoint, body)));
    }

    @ParameterizedTest
    @FieldSource("NO_COUNTS")
    void whatIsNoCountIsNoCountOverRSocket(String value, People people) {
        RSocketApi ada = people.rsocket("ada");

        for (String field : List.of("limit", "after", "before")) {
            ada.call(Endpoint.HISTORY.route(names), "{\"" + field + "\":" + value + "}")
                    .rejected("validation_failed");
        }
        ada.call(Endpoint.LIST.route(names), "{\"limit\":" + value + "}").rejected("validation_failed");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "abc",
                "1.5",
                "true",
                "",
                "%20",
                "99999999999999999999",
                "1e3",
                "0x10",
                "1,2",
                "%EF%BC%93",
                "1&FIELD=2"
            })
    void whatIsNoCountIsNoCountInAnAddress(String value, People people) {
        HttpApi ada = people.http("ada");

        for (String field : List.of("limit", "after", "before")) {
            ada.get(Endpoint.HISTORY.path(names) + "?" + field + "=" + value.replace("FIELD", field))
                    .rejected("validation_failed");
        }
        ada.get("/api/conversations?limit=" + value.replace("FIELD", "limit")).rejected("validation_failed");
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aLimitIsAtLeastOneAndOtherFieldsAreUnknown(Transport transport, People people) {
        Api ada = people.connect(transport, "ada");
        String id = names.getOrDefault("id", "");

        for (int limit : List.of(0, -1)) {
            ada.history(id, Json.object("limit", limit)).rejected("validation_failed");
            ada.list(Json.object("limit", limit)).rejected("validation_failed");
        }
        ada.history(id, Json.object("offset", 1)).rejected("validation_failed");
        ada.list(Json.object("page", 1)).rejected("validation_failed");
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void whatIsNotYoursIsForbidden(Transport transport, People people) {
        Api eve = people.connect(transport, "eve");

        everythingIn(eve, names).forEach(reply -> reply.rejected("forbidden"));
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void whatDoesNotExistIsNotFoundForEverybody(Transport transport, People people) {
        String messageId = names.getOrDefault("messageId", "");
        for (Api each : List.of(people.connect(transport, "ada"), people.connect(transport, "root", "admin"))) {
            for (String unknown : List.of(UUID.randomUUID().toString(), "nope", messageId)) {
                Map<String, String> elsewhere = Map.of("id", unknown, "messageId", messageId, "user", each.user());
                everythingIn(each, elsewhere).forEach(reply -> reply.rejected("not_found"));
            }
        }
        Api ada = people.connect(transport, "ada");
        String id = names.getOrDefault("id", "");
        String elsewhere = people.http("bob").says(people.http("bob").opens("group"), "Elsewhere");
        before = recorded(people);
        for (String unknown : List.of(UUID.randomUUID().toString(), "nope", elsewhere)) {
            ada.edit(id, unknown, "Hello").rejected("not_found");
            ada.redact(id, unknown).rejected("not_found");
        }
        ada.list(Json.object("before", UUID.randomUUID().toString())).rejected("not_found");
        ada.removeMember(id, people.name("nobody")).rejected("not_found");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/plain",
                "application/x-www-form-urlencoded",
                "application/xml",
                "multipart/form-data; boundary=x",
                "application/octet-stream",
                ""
            })
    void onlyJsonIsTaken(String type, People people) {
        HttpApi ada = people.http("ada");
        for (Endpoint endpoint : List.of(Endpoint.OPEN, Endpoint.ADD_MEMBER, Endpoint.SEND, Endpoint.EDIT)) {
            HttpRequest.Builder request = ada.request(endpoint.path(names))
                    .method(endpoint.method, BodyPublishers.ofString("{\"body\":\"a\"}"));
            HttpApi.send(type.isEmpty() ? request : request.header("Content-Type", type))
                    .rejected("unsupported_media_type");
        }
    }

    @Test
    void anErrorIsJsonWhateverTheClientWouldRatherHave(People people) {
        HttpApi ada = people.http("ada");
        for (String accept : List.of("text/html", "image/png", "text/event-stream", "nonsense", "application/json")) {
            for (String what : List.of("messages", "stream")) {
                HttpRequest.Builder request = ada.request("/api/conversations/" + UUID.randomUUID() + "/" + what);
                HttpApi.send(request.header("Accept", accept)).rejected("not_found");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /api",
                "GET /api/nope",
                "POST /api/nope",
                "GET /api/conversations/nope",
                "GET /api/conversations/ID/nope",
                "GET /api/conversations/ID/messages/MESSAGE/nope",
                "GET /api/conversations/%00/messages",
                "GET /api/conversations//messages",
                "GET /api/conversations/ID/messages/",
                "GET /api/conversations/%2e%2e/messages",
                "GET /nope",
                "GET /api/dev/nope"
            })
    void anUnknownPathIsNotFound(String request, People people) {
        call(people.http("ada"), request).accepted(404).rejected("not_found");
    }

    @Test
    void anAddressThatIsNotUtf8IsRefused(People people) {
        call(people.http("ada"), "GET /api/conversations/%ff/messages")
                .accepted(400)
                .rejected("validation_failed");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PUT /api/conversations",
                "DELETE /api/conversations",
                "PATCH /api/conversations",
                "PUT /api/conversations/ID/messages",
                "PUT /api/conversations/ID/members",
                "GET /api/conversations/ID/messages/MESSAGE",
                "POST /api/conversations/ID/messages/MESSAGE",
                "POST /api/conversations/ID/stream",
                "GET /api/dev/tokens"
            })
    void aMethodThatAPathLacksIsNotFoundToo(String request, People people) {
        call(people.http("ada"), request).accepted(405).rejected("not_found");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "nope",
                "conversations",
                "conversations.",
                "conversations.nope",
                "conversations.ID.nope",
                "contents.ID.nope",
                "conversations..send",
                "conversations.ID.send.x",
                "conversations.ID.edit",
                "conversations.ID.edit.",
                "Conversations.list",
                "conversations.list ",
                "/api/conversations",
                "conversations.ID.watch",
                "events.nope"
            })
    void anUnknownRouteIsNotFound(String route, People people) {
        RSocketApi ada = people.rsocket("ada");
        String filled = route.replace("ID", names.getOrDefault("id", ""));

        ada.call(filled, "{}").rejected("not_found");
        JsonNode error = ada.stream(filled.endsWith("watch") ? "nope" : filled, "{}", 1)
                .frames()
                .error();
        assertThat(error.path("code").asString()).isEqualTo("not_found");
        ada.fireAndForget(filled, "{}");
        ada.list(Json.object()).accepted();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'after':3}",
                "{'after':true}",
                "{'after':[]}",
                "{'from':'a'}",
                "[]",
                "nonsense",
                "{'after':'a','after':'b'}"
            })
    void aStreamTakesACursorAndNothingElse(String data, People people) {
        RSocketApi ada = people.rsocket("ada");
        JsonNode error = ada.stream("conversations." + names.get("id") + ".watch", data.replace('\'', '"'), 1)
                .frames()
                .error();
        Reply.ofRSocketError(error.toString()).rejected("validation_failed");
        people.http("ada")
                .get("/api/conversations/" + names.get("id") + "/stream?from=x")
                .rejected("validation_failed");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{'user':3}",
                "{'user':''}",
                "{'user':null}",
                "{'user':'x','ttl':'3'}",
                "{'user':'x','ttl':1.5}",
                "{'user':'x','ttl':true}",
                "{'user':'x','ttl':0}",
                "{'user':'x','ttl':-1}",
                "{'user':'x','ttl':99999999999999999999}",
                "{'user':'x','roles':'admin'}",
                "{'user':'x','roles':['king']}",
                "{'user':'x','roles':[1]}",
                "{'user':'x','exp':1}",
                "{'user':'x','user':'y'}",
                "nonsense"
            })
    void aDevTokenIsForANameAndKnownRoles(String json, People people) {
        people.http("ada").call("POST", "/api/dev/tokens", bytes(json)).rejected("validation_failed");
        people.http("ada")
                .call("POST", "/api/dev/tokens", bytes("{'user':'" + LONG_NAME + "'}"))
                .rejected("validation_failed");
    }

    @Test
    void aRequestOverItsLimitIsTooLarge(People people) {
        String large = "{'body':'" + "x".repeat(65 * 1024) + "'}";
        for (Endpoint endpoint : List.of(Endpoint.OPEN, Endpoint.ADD_MEMBER, Endpoint.SEND, Endpoint.EDIT)) {
            both(people, endpoint, bytes(large)).forEach(reply -> reply.rejected("payload_too_large"));
        }
        people.rsocket("ada").call(Endpoint.HISTORY.route(names), bytes(large)).rejected("payload_too_large");
        people.http("ada").call("POST", "/api/dev/tokens", bytes(large)).rejected("payload_too_large");
    }

    @Test
    void aRequestOfUnknownLengthIsCutOffAtItsLimit(People people) {
        HttpApi ada = people.http("ada");
        byte[] large = bytes("{'body':'" + "x".repeat(200 * 1024) + "'}");

        HttpApi.send(ada.request(Endpoint.SEND.path(names))
                        .header("Content-Type", "application/json")
                        // without a Content-Length
                        .POST(BodyPublishers.fromPublisher(BodyPublishers.ofByteArray(large))))
                .rejected("payload_too_large");
    }

    @Test
    void anEndlessAddressOrHeaderIsTurnedDown(People people) {
        HttpApi ada = people.http("ada");

        for (HttpRequest.Builder each : List.of(
                ada.request("/api/conversations?before=" + "x".repeat(100_000)),
                ada.request("/api/conversations").header("X-Endless", "x".repeat(100_000)))) {
            Reply reply = HttpApi.send(each);
            assertThat(reply.status()).isBetween(400, 499);
            assertThat(reply.text()).doesNotContainPattern(Reply.INSIDE);
        }
    }

    @Test
    void thePartsOfThePathDoNotLeadOutOfTheConversation(People people) {
        HttpApi eve = people.http("eve");
        String own = eve.opens("group");

        for (String up : List.of("/../", "%2F..%2F", "/%2e%2e/", "%5C..%5C", ";/../")) {
            Reply reply = eve.get("/api/conversations/" + own + up + names.get("id") + "/messages");
            assertThat(reply.ok()).as(up).isFalse();
            assertThat(reply.status()).isLessThan(500);
            assertThat(reply.text()).doesNotContain("Hello").doesNotContainPattern(Reply.INSIDE);
        }
    }

    /** What the group holds, as Ada sees it. */
    private String recorded(People people) {
        HttpApi ada = people.http("ada");
        return ada.history(names.getOrDefault("id", ""), Json.object())
                        .accepted()
                        .text()
                + ada.list(Json.object()).accepted().text();
    }

    /** That request over both transports, as Ada. */
    private List<Reply> both(People people, Endpoint endpoint, byte[] body) {
        return List.of(
                people.http("ada").call(endpoint.method, endpoint.path(names), body),
                people.rsocket("ada").call(endpoint.route(names), body));
    }

    /** Everything that can be asked of a conversation, well-formed; a stream too. */
    private static List<Reply> everythingIn(Api api, Map<String, String> names) {
        BiFunction<Endpoint, ObjectNode, Reply> call = (endpoint, fields) -> api.call(endpoint, names, fields);
        List<Reply> replies = new ArrayList<>(List.of(
                call.apply(Endpoint.ADD_MEMBER, Json.object("user", "another")),
                call.apply(Endpoint.REMOVE_MEMBER, Json.object()),
                call.apply(Endpoint.SEND, Json.object("body", "Hello")),
                call.apply(Endpoint.EDIT, Json.object("body", "Hello")),
                call.apply(Endpoint.REDACT, Json.object()),
                call.apply(Endpoint.HISTORY, Json.object())));
        try (Live stream = api.watch(names.getOrDefault("id", ""), null)) {
            replies.add(Reply.ofRSocketError(stream.frames().error().toString()));
        } catch (SseStream.Refused refused) {
            replies.add(refused.reply());
        }
        return replies;
    }

    private Reply call(HttpApi api, String request) {
        String method = request.substring(0, request.indexOf(' '));
        String path = request.substring(request.indexOf(' ') + 1)
                .replace("ID", names.getOrDefault("id", ""))
                .replace("MESSAGE", names.getOrDefault("messageId", ""));
        return method.equals("GET") ? api.get(path) : api.call(method, path, "{}");
    }

    private static List<Arguments> wrong(Endpoint endpoint, String... objects) {
        return Stream.of(objects).map(object -> Arguments.of(endpoint, object)).toList();
    }

    /** JSON is easier to read in single quotes. */
    private static byte[] bytes(String json) {
        return json.replace('\'', '"').getBytes(UTF_8);
    }
}
