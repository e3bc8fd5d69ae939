package io.ovation.acceptance;

import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/** The app's own data comes back everywhere as it was given: its keys in their order, its numbers in their digits. */
@ExtendWith(SharedServer.class)
class AppDataIT {
    private static final String DATA =
            "{\"z\":1.50,\"a\":[1,{\"ü\":null,\"B\":0.10}],\"large\":12345678901234567890.50,\"\":\"😀\"}";
    private static final String OTHER = "{\"y\":[],\"x\":{\"b\":2.0,\"a\":1}}";

    @ParameterizedTest
    @EnumSource
    void ofAConversationAndItsMessages(Transport transport, People people) {
        Api ada = people.connect(transport, "ada");
        Api bob = people.connect(transport, "bob");
        String id = ada.open(Json.object("kind", "group", "members", List.of(bob.user()), "data", Json.parse(DATA)))
                .accepted()
                .text("conversationId");
        is(DATA, bob.conversation(id).accepted().body());
        try (Live stream = bob.watch(id, null);
                Live list = bob.watchList(null)) {
            list.frames().opened();
            JsonNode start = stream.frames().nextOf("start");
            ada.change(id, "data", Json.parse(OTHER)).accepted();
            is(OTHER, stream.frames().next("conversation-changed"));
            is(OTHER, bob.conversation(id).accepted().body());

            String message = ada.send(id, Json.object("body", "one", "data", Json.parse(DATA)))
                    .accepted()
                    .text("messageId");
            is(DATA, stream.frames().next("message"));
            is(DATA, bob.messages(id).getFirst());
            JsonNode summary = list.frames().nextOf("summary");
            while (summary.path("lastSeq").asLong() == 0) {
                summary = list.frames().nextOf("summary");
            }
            is(DATA, summary.path("lastMessage"));
            is(
                    DATA,
                    bob.list(Json.object())
                            .accepted()
                            .body()
                            .path("conversations")
                            .path(0)
                            .path("lastMessage"));

            ada.edit(id, message, "an edit without data keeps it").accepted();
            is(DATA, stream.frames().next("message-edited"));
            ada.call(
                            Endpoint.EDIT,
                            Map.of("id", id, "messageId", message),
                            Json.object("body", "two", "data", Json.parse(OTHER)))
                    .accepted();
            is(OTHER, stream.frames().next("message-edited"));
            is(OTHER, bob.messages(id).getFirst());
            try (Live again = bob.watch(id, start.path("cursor").asString())) {
                is(OTHER, again.frames().next("conversation-changed"));
                is(DATA, again.frames().next("message"));
                is(DATA, again.frames().next("message-edited"));
                is(OTHER, again.frames().next("message-edited"));
            }
            assertThat(events(people, id))
                    .as("in the log")
                    .contains("\"data\":" + DATA)
                    .contains("\"data\":" + OTHER);

            ada.redact(id, message).accepted();
            assertThat(bob.messages(id).getFirst().has("data")).isFalse();
            try (Live again = bob.watch(id, start.path("cursor").asString())) {
                again.frames().next("conversation-changed");
                assertThat(again.frames().next("message").has("data")).isFalse();
                assertThat(again.frames().next("message-edited").has("data")).isFalse();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void ofAContentAndItsComments(Transport transport, People people) {
        Api ada = people.connect(transport, "ada");
        String id = ada.call(
                        Endpoint.PUBLISH,
                        Map.of(),
                        Json.object("title", "Tea", "body", "at five", "data", Json.parse(DATA)))
                .accepted()
                .text("contentId");
        is(DATA, content(ada, id));
        ada.call(Endpoint.EDIT_CONTENT, Map.of("id", id), Json.object("title", "Coffee")).accepted();
        is(DATA, content(ada, id));
        ada.call(Endpoint.EDIT_CONTENT, Map.of("id", id), Json.object("data", Json.parse(OTHER)))
                .accepted();
        is(OTHER, content(ada, id));
        try (Live stream = EngagementIT.watchContent(ada, id, null)) {
            stream.frames().opened();
            ada.call(Endpoint.COMMENT, Map.of("id", id), Json.object("body", "yes", "data", Json.parse(DATA)))
                    .accepted();
            is(DATA, stream.frames().next("comment"));
        }
        is(
                DATA,
                ada.call(Endpoint.COMMENTS, Map.of("id", id), Json.object())
                        .accepted()
                        .body()
                        .path("comments")
                        .path(0));
        assertThat(events(people, id)).contains("\"data\":" + DATA).contains("\"data\":" + OTHER);
    }

    private static void is(String data, JsonNode told) {
        assertThat(told.path("data").toString()).as("data of %s", told).isEqualTo(Json.parse(data).toString());
    }

    private static JsonNode content(Api asking, String id) {
        return asking.call(Endpoint.CONTENT, Map.of("id", id), Json.object())
                .accepted()
                .body();
    }

    private static String events(People people, String id) {
        return people.http("analyst", "analyst")
                .get("/api/events?aggregate=" + id)
                .accepted()
                .text();
    }
}
