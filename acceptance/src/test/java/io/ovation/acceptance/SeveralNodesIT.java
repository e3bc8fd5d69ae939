package io.ovation.acceptance;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** Two nodes over one log: whoever goes to the next one with each request notices nothing, nor when one is killed. */
class SeveralNodesIT {
    @Test
    void twoNodesAreAsOne() throws Exception {
        try (SeveralServers servers = SeveralServers.start(2)) {
            areAsOne(servers);
        }
    }

    @Test
    void soAreTwoThatShareTheirReadModels() throws Exception {
        try (SharedDocuments documents = new SharedDocuments();
                SeveralServers servers = SeveralServers.sharing(2, documents)) {
            areAsOne(servers);
        }
    }

    private static void areAsOne(SeveralServers servers) {
            URI first = servers.nodes().get(0);
            URI second = servers.nodes().get(1);
            String room = "/api/conversations/" + opens(servers);

            try (Live watching = servers.watch(second, "bob", room + "/stream")) {
                everyAnswerIsInTheNextNodesHistory(servers, room);
                rejectionsAreWhatTheyAre(servers, room);
                typingIsToldOnTheOtherNode(servers, first, room, watching);
                whoWatchesOnOneNodeIsCountedOnTheOther(servers, first, room);
                whoIsRemovedOnOneNodeIsRemovedOnAll(servers, room);
                whatIsTakenBackOnOneNodeIsGivenAgainOnTheOther(servers, first, second);
                whoIsSignedOutOnOneNodeIsSignedOutOnAll(servers, first, second);
                aKilledNodeLosesNothingAndNobodyStaysOnline(servers, first, second, room);
            }
    }

    private static String opens(SeveralServers servers) {
        return servers.call(
                        "ada",
                        "POST",
                        "/api/conversations",
                        "{\"kind\":\"group\",\"title\":\"Nodes\",\"members\":[\"bob\",\"eve\"]}")
                .accepted()
                .text("conversationId");
    }

    private static void everyAnswerIsInTheNextNodesHistory(SeveralServers servers, String room) {
        for (int i = 1; i <= 40; i++) {
            long seq = servers.call("ada", "POST", room + "/messages", "{\"body\":\"m" + i + "\"}")
                    .accepted()
                    .number("seq");
            assertThat(seq).isEqualTo(i);
            assertThat(servers.call("ada", "GET", room + "/messages?limit=1", "").number("lastSeq"))
                    .isEqualTo(i);
        }
    }

    private static void rejectionsAreWhatTheyAre(SeveralServers servers, String room) {
        for (int i = 0; i < 4; i++) {
            servers.call("mallory", "POST", room + "/messages", "{\"body\":\"let me in\"}").rejected("forbidden");
            servers.call("ada", "POST", "/api/conversations/" + UUID.randomUUID() + "/messages", "{\"body\":\"x\"}")
                    .rejected("not_found");
        }
    }

    private static void typingIsToldOnTheOtherNode(SeveralServers servers, URI first, String room, Live watching) {
        servers.call(first, "ada", "POST", room + "/typing", "").accepted(202);
        assertThat(watching.frames().nextOf("typing").path("user").asString()).isEqualTo("ada");
    }

    private static void whoWatchesOnOneNodeIsCountedOnTheOther(SeveralServers servers, URI first, String room) {
        Await.until("bob counts on the node that he is not connected to", Duration.ofSeconds(10), () -> {
            Reply here = servers.call(first, "ada", "GET", room + "/presence", "").accepted();
            return here.number("watching") == 1
                    && here.body().path("users").path(0).asString().equals("bob");
        });
    }

    private static void whoIsRemovedOnOneNodeIsRemovedOnAll(SeveralServers servers, String room) {
        servers.call("ada", "DELETE", room + "/members/eve", "").accepted(204);
        for (int i = 0; i < 4; i++) {
            servers.call("eve", "POST", room + "/messages", "{\"body\":\"still here?\"}").rejected("forbidden");
            servers.call("eve", "GET", room + "/messages", "").rejected("forbidden");
        }
    }

    /** Neither node may take what it remembers of a like or a block for what is. */
    private static void whatIsTakenBackOnOneNodeIsGivenAgainOnTheOther(
            SeveralServers servers, URI first, URI second) {
        String content = "/api/contents/"
                + servers.call("ada", "POST", "/api/contents", "{\"title\":\"t\",\"body\":\"b\"}")
                        .accepted()
                        .text("contentId");
        for (int i = 0; i < 20; i++) {
            String user = "fan" + i;
            servers.call(first, user, "PUT", content + "/like", "").accepted(204);
            servers.call(second, user, "DELETE", content + "/like", "").accepted(204);
            servers.call(first, user, "PUT", content + "/like", "").accepted(204);
            assertThat(servers.call(second, user, "GET", content, "")
                            .accepted()
                            .body()
                            .path("likedByMe")
                            .asBoolean())
                    .isTrue();
            servers.call(first, user, "PUT", "/api/blocks/eve", "").accepted(204);
            servers.call(second, user, "DELETE", "/api/blocks/eve", "").accepted(204);
            servers.call(first, user, "PUT", "/api/blocks/eve", "").accepted(204);
            assertThat(servers.call(second, user, "GET", "/api/blocks", "")
                            .accepted()
                            .body()
                            .path("blocks"))
                    .hasSize(1);
        }
    }

    private static void whoIsSignedOutOnOneNodeIsSignedOutOnAll(SeveralServers servers, URI first, URI second) {
        try (Live watching = servers.watch(second, "zoe", "/api/inbox/stream")) {
            long start = System.nanoTime();
            servers.send(first, Tokens.of("root", "admin"), "POST", "/api/admin/users/zoe/sign-out", "")
                    .accepted(204);
            assertThat(watching.frames().error().path("code").asString()).isEqualTo("unauthenticated");
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
        }
        for (int i = 0; i < 4; i++) {
            servers.call("zoe", "GET", "/api/inbox", "").rejected("unauthenticated");
        }
    }

    private static void aKilledNodeLosesNothingAndNobodyStaysOnline(
            SeveralServers servers, URI first, URI second, String room) {
        assertThat(status(servers, first)).isEqualTo("online");
        List<String> acknowledged = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            URI node = i % 2 == 0 ? first : second;
            acknowledged.add(servers.call(node, "ada", "POST", room + "/messages", "{\"body\":\"k\"}")
                    .accepted()
                    .text("messageId"));
        }
        servers.kill(second);
        // what is sent again under its id while the nodes find out is there once
        for (int i = 0; i < 20; i++) {
            String id = UUID.randomUUID().toString();
            String message = "{\"messageId\":\"" + id + "\",\"body\":\"k\"}";
            Await.until(
                    "the node that is left takes it",
                    Duration.ofSeconds(20),
                    () -> servers.call(first, "ada", "POST", room + "/messages", message).status() == 201);
            acknowledged.add(id);
        }
        List<String> history = servers.call(first, "ada", "GET", room + "/messages?limit=200", "")
                .accepted()
                .body()
                .path("messages")
                .valueStream()
                .map(message -> message.path("messageId").asString())
                .toList();
        assertThat(history).containsAll(acknowledged).doesNotHaveDuplicates();
        assertThat(history.subList(40, history.size())).isEqualTo(acknowledged);
        Await.until(
                "bob, who was connected to the killed node alone, is offline",
                Duration.ofSeconds(20),
                () -> status(servers, first).equals("offline"));
    }

    private static String status(SeveralServers servers, URI node) {
        return servers.call(node, "ada", "GET", "/api/presence?users=bob", "")
                .accepted()
                .body()
                .path("presence")
                .path(0)
                .path("status")
                .asString();
    }
}
