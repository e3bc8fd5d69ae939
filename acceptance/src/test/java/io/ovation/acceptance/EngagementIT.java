package io.ovation.acceptance;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.FieldSource;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/** Publishing, commenting, liking, applauding and viewing, and the numbers that move. */
@ExtendWith(SharedServer.class)
class EngagementIT {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int CROWD = 10_000;

    /** Counts that are none, as JSON. */
    static final List<String> NO_COUNTS = List.of(
            "0",
            "51",
            "-1",
            "1e9",
            "1000000000",
            "99999999999999999999",
            "1.5",
            "\"x\"",
            "\"3\"",
            "true",
            "null",
            "[1]");

    private static String publishes(Api author) {
        return author.call(Endpoint.PUBLISH, Map.of(), Json.object("title", "News", "body", "It is out"))
                .accepted()
                .text("contentId");
    }

    private static String comments(Api author, String contentId, String body) {
        return author.call(Endpoint.COMMENT, Map.of("id", contentId), Json.object("body", body))
                .accepted()
                .text("commentId");
    }

    private static Reply ask(Api api, Endpoint endpoint, String contentId) {
        return api.call(endpoint, Map.of("id", contentId), Json.object());
    }

    private static JsonNode counters(Api reader, String contentId) {
        return ask(reader, Endpoint.COUNTERS, contentId).accepted().body();
    }

    private static JsonNode counters(long views, long likes, long applause, long comments) {
        return Json.parse("{\"views\":%d,\"likes\":%d,\"applause\":%d,\"comments\":%d}"
                .formatted(views, likes, applause, comments));
    }

    /** A stream of the same topic over the client's own transport. */
    private static Live watch(Api api, String path, String route, @Nullable String after) {
        return switch (api) {
            case HttpApi http ->
                SseStream.open(http.request(path + (after == null ? "" : "?after=" + after))
                        .header("Accept", "text/event-stream"));
            case RSocketApi rsocket ->
                rsocket.stream(
                        route,
                        (after == null ? Json.object() : Json.object("after", after)).toString(),
                        Integer.MAX_VALUE);
            default -> throw new AssertionError(api);
        };
    }

    static Live watchContent(Api api, String contentId, @Nullable String after) {
        return watch(api, "/api/contents/" + contentId + "/stream", "contents." + contentId + ".watch", after);
    }

    private static Live watchFeed(Api api, @Nullable String after) {
        return watch(api, "/api/feed/stream", "feed.watch", after);
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aContentIsReadAtOnceAsItWasPublishedAndTheSameRequestGetsTheSameAnswer(Transport transport, People people) {
        Api ada = people.connect(transport, "ada");
        Api bob = people.connect(transport, "bob");
        String id = UUID.randomUUID().toString();
        var publication = Json.object("contentId", id, "title", "Zoë’s news 🚀", "body", "Line\n\"quoted\"");

        Reply first = ada.call(Endpoint.PUBLISH, Map.of(), publication).accepted();
        Reply content = ask(ada, Endpoint.CONTENT, id).accepted();

        assertThat(content.text("title")).isEqualTo("Zoë’s news 🚀");
        assertThat(content.text("body")).isEqualTo("Line\n\"quoted\"");
        assertThat(content.text("author")).isEqualTo(ada.user());
        assertThat(content.text("publishedAt")).isEqualTo(first.text("publishedAt"));
        assertThat(content.body().path("counters")).isEqualTo(counters(0, 0, 0, 0));
        assertThat(content.body().path("likedByMe").asBoolean()).isFalse();
        ada.call(Endpoint.EDIT_CONTENT, Map.of("id", id), Json.object("title", "Old news"))
                .accepted();
        assertThat(ask(ada, Endpoint.CONTENT, id).text("title")).isEqualTo("Old news");
        assertThat(ada.call(Endpoint.PUBLISH, Map.of(), publication).text()).isEqualTo(first.text());
        bob.call(Endpoint.PUBLISH, Map.of(), publication).rejected("conflict");
        bob.call(Endpoint.EDIT_CONTENT, Map.of("id", id), Json.object("title", "Mine"))
                .rejected("forbidden");
        ask(bob, Endpoint.RETRACT, id).rejected("forbidden");
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void theFeedIsNewestFirstAndPagedAndToldLiveAndAgain(Transport transport, People people) {
        Api ada = people.connect(transport, "ada");
        try (Live live = watchFeed(ada, null)) {
            live.frames().opened();
            List<String> ids =
                    IntStream.range(0, 5).mapToObj(i -> publishes(ada)).toList();
            List<JsonNode> told = live.frames().next("published", 5);
            assertThat(told)
                    .extracting(frame -> frame.path("contentId").asString())
                    .isEqualTo(ids);

            List<String> read = new ArrayList<>();
            for (int page = 0; page < 2; page++) {
                var fields = Json.object("limit", 2);
                if (!read.isEmpty()) {
                    fields.put("before", read.getLast());
                }
                ada.call(Endpoint.FEED, Map.of(), fields)
                        .accepted()
                        .body()
                        .path("contents")
                        .values()
                        .forEach(content -> read.add(content.path("contentId").asString()));
            }
            assertThat(read).isEqualTo(ids.reversed().subList(0, 4));
            ada.call(
                            Endpoint.FEED,
                            Map.of(),
                            Json.object("before", UUID.randomUUID().toString()))
                    .rejected("not_found");

            ask(ada, Endpoint.RETRACT, ids.get(2)).accepted();
            try (Live again = watchFeed(ada, told.getFirst().path("cursor").asString())) {
                assertThat(again.frames().next("published", 3))
                        .isEqualTo(List.of(told.get(1), told.get(3), told.get(4)));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void anEditAndARetractionAreToldOnTheContentAndTheFeed(Transport transport, People people) {
        Api ada = people.connect(transport, "ada");
        try (Live feed = watchFeed(ada, null)) {
            feed.frames().opened();
            var data = Json.object("b", 1, "a", 2);
            String id = ada.call(
                            Endpoint.PUBLISH, Map.of(), Json.object("title", "News", "body", "It is out", "data", data))
                    .accepted()
                    .text("contentId");
            JsonNode published = feed.frames().next("published");
            try (Live content = watchContent(ada, id, null)) {
                content.frames().opened();
                ada.call(Endpoint.EDIT_CONTENT, Map.of("id", id), Json.object("body", "It is in"))
                        .accepted();
                JsonNode edited = content.frames().next("content-edited");
                assertThat(edited.path("title").asString()).isEqualTo("News");
                assertThat(ask(ada, Endpoint.CONTENT, id).body().path("data")).isEqualTo(data);
                ask(ada, Endpoint.RETRACT, id).accepted();
                content.frames().next("content-retracted");
                assertThat(content.frames().error().path("code").asString()).isEqualTo("not_found");
                assertThat(feed.frames().next("content-edited").path("editedAt"))
                        .isEqualTo(edited.path("editedAt"));
                assertThat(feed.frames().next("content-retracted").path("contentId").asString())
                        .isEqualTo(id);
            }
            try (Live again = watchFeed(ada, published.path("cursor").asString())) {
                assertThat(again.frames().next("content-retracted").path("contentId").asString())
                        .as("of what was retracted nothing else is told again")
                        .isEqualTo(id);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void commentsAreNumberedAndToldAndRedactedLikeMessages(Transport transport, People people) {
        Api ada = people.connect(transport, "ada");
        Api bob = people.connect(transport, "bob");
        Api eve = people.connect(transport, "eve");
        String id = publishes(ada);
        try (Live live = watchContent(ada, id, null)) {
            live.frames().opened();
            var comment = Json.object("commentId", UUID.randomUUID().toString(), "body", "First");
            Reply first = bob.call(Endpoint.COMMENT, Map.of("id", id), comment).accepted();
            assertThat(bob.call(Endpoint.COMMENT, Map.of("id", id), comment).text())
                    .isEqualTo(first.text());
            String second = comments(eve, id, "Second");
            String reply = bob.call(Endpoint.COMMENT, Map.of("id", id), Json.object("body", "Reply", "replyTo", second))
                    .accepted()
                    .text("commentId");

            List<JsonNode> told = live.frames().next("comment", 3);
            assertThat(told).extracting(frame -> frame.path("seq").asLong()).containsExactly(1L, 2L, 3L);
            assertThat(told.getLast().path("replyTo").asString()).isEqualTo(second);
            eve.call(Endpoint.REDACT_COMMENT, Map.of("id", id, "commentId", reply), Json.object())
                    .rejected("forbidden");
            ada.call(Endpoint.REDACT_COMMENT, Map.of("id", id, "commentId", second), Json.object())
                    .accepted();
            ada.call(Endpoint.REDACT_COMMENT, Map.of("id", id, "commentId", second), Json.object())
                    .accepted();
            live.frames().next("comment-redacted");

            Reply page = bob.call(Endpoint.COMMENTS, Map.of("id", id), Json.object("after", 1, "limit", 1))
                    .accepted();
            assertThat(page.number("lastSeq")).isEqualTo(3);
            assertThat(page.body().path("comments").path(0).path("redacted").asBoolean())
                    .isTrue();
            assertThat(page.body().path("comments").path(0).has("body")).isFalse();
            assertThat(counters(bob, id)).isEqualTo(counters(0, 0, 0, 2));
            try (Live again =
                    watchContent(bob, id, told.getFirst().path("cursor").asString())) {
                JsonNode missed = again.frames().next("comment");
                assertThat(missed.path("redacted").asBoolean()).isTrue();
                assertThat(missed.has("body")).isFalse();
                assertThat(again.frames().next("comment")).isEqualTo(told.getLast());
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void oneLikeAUserHoweverOftenAskedOfContentsCommentsAndMessages(Transport transport, People people) {
        Api ada = people.connect(transport, "ada");
        Api bob = people.connect(transport, "bob");
        String id = publishes(ada);
        String commentId = comments(ada, id, "text");
        for (int i = 0; i < 3; i++) {
            ask(bob, Endpoint.LIKE, id).accepted();
            bob.call(Endpoint.LIKE_COMMENT, Map.of("id", id, "commentId", commentId), Json.object())
                    .accepted();
        }
        assertThat(counters(bob, id)).isEqualTo(counters(0, 1, 0, 1));
        assertThat(ask(bob, Endpoint.CONTENT, id).body().path("likedByMe").asBoolean())
                .isTrue();
        assertThat(ask(ada, Endpoint.CONTENT, id).body().path("likedByMe").asBoolean())
                .isFalse();
        assertThat(ask(ada, Endpoint.COMMENTS, id)
                        .body()
                        .path("comments")
                        .path(0)
                        .path("reactions")
                        .path("like")
                        .asLong())
                .isEqualTo(1);
        for (int i = 0; i < 2; i++) {
            ask(bob, Endpoint.UNLIKE, id).accepted();
        }
        ask(ada, Endpoint.UNLIKE, id).accepted();
        assertThat(counters(bob, id)).isEqualTo(counters(0, 0, 0, 1));
        ask(bob, Endpoint.LIKE, id).accepted();
        assertThat(counters(bob, id)).isEqualTo(counters(0, 1, 0, 1));

        String group = ada.opens("group");
        Map<String, String> message = Map.of("id", group, "messageId", ada.says(group, "text"));
        ada.call(Endpoint.LIKE_MESSAGE, message, Json.object()).accepted();
        bob.call(Endpoint.LIKE_MESSAGE, message, Json.object()).rejected("forbidden");
        ada.addMember(group, bob.user(), "member").accepted();
        bob.call(Endpoint.LIKE_MESSAGE, message, Json.object()).accepted();
        ada.removeMember(group, bob.user()).accepted();
        bob.call(Endpoint.UNLIKE_MESSAGE, message, Json.object()).rejected("forbidden");
        bob.call(Endpoint.REACT, Map.of("id", id, "kind", "shrug"), Json.object())
                .rejected("validation_failed");
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void reactionsAreShownToldAndGoWithARedaction(Transport transport, People people) throws Exception {
        Api ada = people.connect(transport, "ada");
        Api bob = people.connect(transport, "bob");
        String group = ada.opens("group", bob);
        String messageId = ada.says(group, "text");
        Map<String, String> like = Map.of("id", group, "messageId", messageId, "kind", "like");
        try (Live stream = bob.watch(group, null)) {
            stream.frames().opened();
            bob.call(Endpoint.REACT_MESSAGE, like, Json.object()).accepted();
            JsonNode told = stream.frames().nextOf("reactions");
            assertThat(told.path("messageId").asString()).isEqualTo(messageId);
            assertThat(told.path("reactions").path("like").asLong()).isEqualTo(1);
            assertThat(told.has("cursor")).isFalse();
        }
        ada.call(Endpoint.REACT_MESSAGE, like, Json.object()).accepted();
        JsonNode shown = bob.call(Endpoint.HISTORY, Map.of("id", group), Json.object())
                .accepted()
                .body()
                .path("messages")
                .path(0);
        assertThat(shown.path("reactions").path("like").asLong()).isEqualTo(2);
        assertThat(shown.path("myReactions").path(0).asString()).isEqualTo("like");
        JsonNode first = ada.call(Endpoint.REACTIONS_MESSAGE, like, Json.object("limit", 1))
                .accepted()
                .body();
        assertThat(first.path("users").path(0).asString()).isEqualTo(bob.user());
        JsonNode rest = ada.call(
                        Endpoint.REACTIONS_MESSAGE,
                        like,
                        Json.object("after", first.path("next").asString()))
                .accepted()
                .body();
        assertThat(rest.path("users").path(0).asString()).isEqualTo(ada.user());
        assertThat(rest.has("next")).isFalse();
        ada.call(Endpoint.UNREACT_MESSAGE, like, Json.object()).accepted();
        ada.call(Endpoint.REDACT, like, Json.object()).accepted();
        bob.call(Endpoint.REACT_MESSAGE, like, Json.object()).rejected("conflict");
        assertThat(bob.call(Endpoint.HISTORY, Map.of("id", group), Json.object())
                        .accepted()
                        .body()
                        .path("messages")
                        .path(0)
                        .has("reactions"))
                .isFalse();

        String id = publishes(ada);
        String commentId = comments(ada, id, "text");
        Map<String, String> onComment = Map.of("id", id, "commentId", commentId, "kind", "like");
        bob.call(Endpoint.REACT_COMMENT, onComment, Json.object()).accepted();
        bob.call(Endpoint.REACT, onComment, Json.object()).accepted();
        for (Endpoint who : List.of(Endpoint.REACTIONS, Endpoint.REACTIONS_COMMENT)) {
            assertThat(ada.call(who, onComment, Json.object())
                            .accepted()
                            .body()
                            .path("users")
                            .path(0)
                            .asString())
                    .isEqualTo(bob.user());
        }
        JsonNode content = ask(bob, Endpoint.CONTENT, id).body();
        assertThat(content.path("reactions").path("like").asLong()).isEqualTo(1);
        assertThat(content.path("myReactions").path(0).asString()).isEqualTo("like");
    }

    @Test
    void fiftyRepeatsAtOnceCountOnce(People people) throws Exception {
        HttpApi ada = people.http("ada");
        String id = publishes(ada);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<Reply>> repeats = Stream.<Callable<Reply>>generate(() -> () -> ask(ada, Endpoint.LIKE, id))
                    .limit(50)
                    .toList();
            for (Future<Reply> each : threads.invokeAll(repeats)) {
                each.get().accepted(204);
            }
        }
        assertThat(counters(ada, id)).isEqualTo(counters(0, 1, 0, 0));
    }

    @Test
    void tenThousandUsersLikeOnePostAndItHasExactlyTenThousandLikes(People people) throws Exception {
        OvationServer server = people.server();
        HttpApi ada = people.http("ada");
        String id = publishes(ada);
        try (Live live = watchContent(ada, id, null);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Semaphore inFlight = new Semaphore(128);
            List<Future<Reply>> likes = new ArrayList<>();
            for (int i = 0; i < CROWD; i++) {
                String user = people.name("fan-" + i);
                inFlight.acquire();
                likes.add(threads.submit(() -> {
                    try {
                        return ask(new HttpApi(server, user, Tokens.of(user)), Endpoint.LIKE, id);
                    } finally {
                        inFlight.release();
                    }
                }));
            }
            for (Future<Reply> each : likes) {
                each.get().accepted(204);
            }
            assertThat(counters(ada, id)).isEqualTo(counters(0, CROWD, 0, 0));
            JsonNode last = live.frames().opened().nextOf("counters");
            long shown = -1;
            while (last.path("likes").asLong() != CROWD) {
                assertThat(last.path("type").asString()).isEqualTo("counters");
                assertThat(last.path("likes").asLong()).isGreaterThan(shown);
                shown = last.path("likes").asLong();
                last = live.frames().nextOf("counters");
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void applauseIsCountedWhenItIsAnsweredAndViewsSoonAfter(Transport transport, People people) {
        Api ada = people.connect(transport, "ada");
        String id = publishes(ada);
        try (Live live = watchContent(ada, id, null)) {
            assertThat(live.frames().next().path("applause").asLong()).isZero();
            ada.call(Endpoint.APPLAUD, Map.of("id", id), Json.object("count", 50))
                    .accepted();
            assertThat(counters(ada, id).path("applause").asLong()).isEqualTo(50);
            ada.call(Endpoint.VIEW, Map.of("id", id), Json.object("count", 1000))
                    .accepted();
            ada.call(Endpoint.VIEW, Map.of("id", id), Json.object()).accepted();
            if (ada instanceof RSocketApi rsocket) {
                rsocket.fireAndForget("contents." + id + ".view", "{\"count\":9}");
            }
            long views = ada instanceof RSocketApi ? 1_010 : 1_001;
            Await.until(
                    "the views are counted", PATIENCE, () -> counters(ada, id).equals(counters(views, 0, 50, 0)));
            JsonNode last = live.frames().next();
            while (last.path("views").asLong() != views) {
                last = live.frames().next();
            }
            assertThat(last.path("applause").asLong()).isEqualTo(50);
        }
    }

    @ParameterizedTest
    @FieldSource("NO_COUNTS")
    void whatIsNoCountIsTurnedDownAndNothingIsRecorded(String count, People people) {
        HttpApi ada = people.http("ada");
        RSocketApi bob = people.rsocket("bob");
        String id = publishes(ada);
        String body = "{\"count\":" + count + "}";
        ada.call("POST", "/api/contents/" + id + "/applause", body).rejected("validation_failed");
        bob.call("contents." + id + ".applaud", body).rejected("validation_failed");
        if (!count.equals("51") && !count.equals("null")) {
            ada.call("POST", "/api/contents/" + id + "/views", body).rejected("validation_failed");
        }
        ada.call("POST", "/api/contents/" + id + "/views", "{\"count\":1001}").rejected("validation_failed");
        // flushes with whatever there were before it
        ask(ada, Endpoint.LIKE, id).accepted();
        ada.call(Endpoint.APPLAUD, Map.of("id", id), Json.object("count", 1)).accepted();
        assertThat(counters(ada, id)).isEqualTo(counters(0, 1, 1, 0));
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void whatIsNotThereOrNotAnyMoreIsNotFoundEverywhereAndItsStreamsEnd(Transport transport, People people) {
        Api ada = people.connect(transport, "ada");
        Api bob = people.connect(transport, "bob");
        String id = publishes(ada);
        String commentId = comments(bob, id, "text");
        try (Live live = watchContent(bob, id, null)) {
            live.frames().opened();
            ask(ada, Endpoint.RETRACT, id).accepted();
            assertThat(live.frames().next("content-retracted").path("contentId").asString())
                    .isEqualTo(id);
            assertThat(live.frames().error().path("code").asString()).isEqualTo("not_found");
        }
        ask(ada, Endpoint.RETRACT, id).accepted();
        for (String missing : List.of(id, UUID.randomUUID().toString(), "nope")) {
            for (Endpoint each : List.of(
                    Endpoint.CONTENT,
                    Endpoint.LIKE,
                    Endpoint.UNLIKE,
                    Endpoint.COMMENTS,
                    Endpoint.COUNTERS,
                    Endpoint.VIEW)) {
                ask(bob, each, missing).rejected("not_found");
            }
            bob.call(Endpoint.APPLAUD, Map.of("id", missing), Json.object("count", 1))
                    .rejected("not_found");
            bob.call(Endpoint.COMMENT, Map.of("id", missing), Json.object("body", "text"))
                    .rejected("not_found");
            bob.call(Endpoint.LIKE_COMMENT, Map.of("id", missing, "commentId", commentId), Json.object())
                    .rejected("not_found");
            bob.call(Endpoint.REDACT_COMMENT, Map.of("id", missing, "commentId", commentId), Json.object())
                    .rejected("not_found");
            bob.call(Endpoint.EDIT_CONTENT, Map.of("id", missing), Json.object("title", "x"))
                    .rejected("not_found");
            ask(bob, Endpoint.RETRACT, missing).rejected("not_found");
        }
    }

    @Test
    void anIdIsGoodForOneThingOnly(People people) {
        HttpApi ada = people.http("ada");
        String id = publishes(ada);
        String other = publishes(ada);
        String commentId = comments(ada, id, "text");
        String group = ada.opens("group");
        String messageId = ada.says(group, "text");
        for (String taken : List.of(commentId, messageId, other, group)) {
            Reply comment =
                    ada.call(Endpoint.COMMENT, Map.of("id", other), Json.object("commentId", taken, "body", "text"));
            if (!taken.equals(group)) {
                comment.rejected("conflict");
            }
        }
        for (String taken : List.of(commentId, messageId, group)) {
            ada.call(Endpoint.PUBLISH, Map.of(), Json.object("contentId", taken, "title", "x", "body", "x"))
                    .rejected("conflict");
        }
        ada.send(group, Json.object("messageId", commentId, "body", "text")).rejected("conflict");
        ada.open(Json.object("conversationId", id, "kind", "group")).rejected("conflict");
        ada.send(id, Json.object("body", "text")).rejected("not_found");
        ada.call(Endpoint.COMMENT, Map.of("id", group), Json.object("body", "text"))
                .rejected("not_found");
        ada.call(Endpoint.LIKE_COMMENT, Map.of("id", other, "commentId", commentId), Json.object())
                .rejected("not_found");
        ada.call(Endpoint.COMMENT, Map.of("id", other), Json.object("body", "x", "replyTo", commentId))
                .rejected("validation_failed");
    }

    @ParameterizedTest
    @FieldSource("NO_PUBLICATIONS")
    void whatIsNoPublicationIsTurnedDown(String publication, People people) {
        people.http("ada")
                .call("POST", "/api/contents", publication.replace('\'', '"'))
                .rejected("validation_failed");
    }

    /** Publications that say what they may not. */
    static final List<String> NO_PUBLICATIONS = List.of(
            "{}",
            "{'title':'x'}",
            "{'body':'x'}",
            "{'title':'','body':'x'}",
            "{'title':'x','body':''}",
            "{'title':3,'body':'x'}",
            "{'title':null,'body':'x'}",
            "{'title':'x','body':'x','contentId':'nope'}",
            "{'title':'x','body':'x','author':'eve'}",
            "{'title':'" + "x".repeat(201) + "','body':'x'}",
            "{'title':'x','body':'" + "x".repeat(8_193) + "'}");

    @Test
    void commentsCountAgainstTheSameLimitAsMessages(People people) {
        SharedServer.needsOneNode("the nodes of these tests have no limits");
        HttpApi eve = people.http("eve");
        String id = publishes(eve);
        String group = eve.opens("group");
        List<String> codes = new ArrayList<>();
        for (int i = 0; i < 200 && !codes.contains("rate_limited"); i++) {
            codes.add(eve.call(Endpoint.COMMENT, Map.of("id", id), Json.object("body", "text"))
                    .code());
            codes.add(eve.send(group, Json.object("body", "text")).code());
        }
        assertThat(codes).contains("rate_limited");
    }
}
