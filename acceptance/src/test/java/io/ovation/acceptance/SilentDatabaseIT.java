package io.ovation.acceptance;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/** PostgreSQL that stands still: each connection is open, and nothing comes. */
class SilentDatabaseIT {
    /** The contract's: in which everyone has an answer. */
    private static final Duration ANSWERED = Duration.ofSeconds(10);

    private static final Duration NOTICED = Duration.ofSeconds(20);
    private static final Duration BACK = Duration.ofSeconds(60);
    private static final Duration STOPPED = Duration.ofSeconds(30);

    private record Timed(Reply reply, Duration took) {}

    @Test
    void everyoneIsAnsweredMeanwhileAndGetsTheRightAnswerAfterwards(TestReporter reporter) throws Exception {
        try (OvationServer server = OvationServer.fresh("silent").start();
                HttpApi ann = new HttpApi(server, "ann", Tokens.of("ann", "analyst"))) {
            String room = ann.opens("group");
            ann.says(room, "before");
            String content = ann.call("POST", "/api/contents", "{\"title\":\"a\",\"body\":\"b\"}")
                    .accepted()
                    .text("contentId");
            String message = UUID.randomUUID().toString();
            String opened = UUID.randomUUID().toString();
            List<ProcessHandle> silenced = server.silencePostgres();
            try {
                Map<String, Supplier<Reply>> asked = new LinkedHashMap<>();
                asked.put("send", () -> ann.send(room, message, "meanwhile"));
                asked.put("open", () -> ann.open(Json.object("kind", "group", "conversationId", opened)));
                asked.put("like", () -> ann.call("PUT", "/api/contents/" + content + "/like", ""));
                asked.put("applaud", () -> ann.call("POST", "/api/contents/" + content + "/applause", "{\"count\":1}"));
                asked.put("receipt", () -> ann.reads(room, 1));
                asked.put("events", () -> ann.get("/api/events?limit=1"));
                answers(asked).forEach((name, timed) -> {
                    reporter.publishEntry(name, timed.took().toMillis() + " ms: " + timed.reply().text());
                    assertThat(timed.took()).as(name).isLessThan(ANSWERED);
                    timed.reply().rejected("unavailable");
                });
                Await.until("readiness goes off", NOTICED, () -> !server.isReady());
                assertThat(HttpApi.isOk(server.uri("/actuator/health/liveness")))
                        .as("it is alive: a restart would not help")
                        .isTrue();
            } finally {
                OvationServer.wake(silenced);
            }
            server.awaitReady();
            Await.until("commands are taken again", BACK, () -> ann.send(room, message, "meanwhile").ok());
            ann.send(room, message, "meanwhile").accepted();
            assertThat(ann.messages(room).stream().map(each -> each.path("body").asString()))
                    .containsExactly("before", "meanwhile");
            ann.open(Json.object("kind", "group", "conversationId", opened)).accepted();
            ann.reads(room, 2).accepted();
            assertThat(events(ann, "/api/events?types=MessageSent")).hasSize(2);
            assertThat(server.stackTraces()).isEmpty();
        }
    }

    @Test
    void theServerEndsWhenItIsAskedToAlsoThen() throws Exception {
        try (OvationServer server = OvationServer.fresh("silent-end").start();
                HttpApi ann = new HttpApi(server, "ann", Tokens.of("ann"))) {
            String room = ann.opens("group");
            List<ProcessHandle> silenced = server.silencePostgres();
            try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                Future<Reply> waiting = threads.submit(() -> ann.send(room, UUID.randomUUID().toString(), "x"));
                Await.until("readiness goes off", NOTICED, () -> !server.isReady());
                server.terminate();
                server.exitCode(STOPPED);
                waiting.cancel(true);
            } finally {
                OvationServer.wake(silenced);
            }
        }
    }

    private static Map<String, Timed> answers(Map<String, Supplier<Reply>> asked) throws Exception {
        Map<String, Future<Timed>> waiting = new LinkedHashMap<>();
        Map<String, Timed> answers = new LinkedHashMap<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            asked.forEach((name, request) -> waiting.put(name, threads.submit(() -> {
                long start = System.nanoTime();
                Reply reply = request.get();
                return new Timed(reply, Duration.ofNanos(System.nanoTime() - start));
            })));
            for (Map.Entry<String, Future<Timed>> each : waiting.entrySet()) {
                answers.put(each.getKey(), each.getValue().get());
            }
        }
        return answers;
    }

    private static List<JsonNode> events(HttpApi analyst, String path) {
        return analyst.get(path).accepted().text().lines().map(Json::parse).toList();
    }
}
