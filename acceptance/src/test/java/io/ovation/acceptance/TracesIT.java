package io.ovation.acceptance;

import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.UUID;

import io.ovation.acceptance.TraceCollector.Span;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/** One trace, from what a client asked for to what the watchers of all nodes are told; and none that nobody wants. */
class TracesIT {
    private static final Duration SOON = Duration.ofSeconds(60);

    /** The client's own. */
    private static final String SPAN = "00f067aa0ba902b7";

    private static final String SEND = "conversations.{conversationId}.send";

    @Test
    void aTraceGoesFromARequestOnOneNodeToTheFramesOfBoth() throws Exception {
        try (TraceCollector collector = new TraceCollector();
                NodeCluster cluster = NodeCluster.start(
                        2,
                        List.of("--ovation.traces.endpoint=" + collector.endpoint(), "--ovation.traces.sampled=1"))) {
            HttpApi ada = new HttpApi(cluster.node(0), "ada", Tokens.of("ada"));
            String room = ada.opens("channel");
            try (Live here = ada.watch(room, null);
                    RSocketApi bob = RSocketApi.connect(cluster.node(1), "bob", Tokens.of("bob"));
                    Live there = bob.watch(room, null)) {
                here.frames().opened();
                there.frames().opened();

                String http = newTrace();
                String messageId = UUID.randomUUID().toString();
                String message = Json.object("messageId", messageId, "body", "Hello")
                        .toString();
                HttpApi.send(ada.request("/api/conversations/" + room + "/messages")
                                .header("Content-Type", "application/json")
                                .header("traceparent", traceparent(http, "01"))
                                .POST(BodyPublishers.ofString(message)))
                        .accepted();
                here.frames().nextOf("message");
                there.frames().nextOf("message");
                assertWhole(collector, http);
                assertThat(traceInLog(cluster, messageId)).startsWith("00-" + http + "-");

                String rsocket = newTrace();
                RSocketApi adaToo = RSocketApi.connect(cluster.node(0), "ada", Tokens.of("ada"));
                try (adaToo) {
                    adaToo.call("conversations." + room + ".send", "{\"body\":\"Again\"}", traceparent(rsocket, "01"))
                            .accepted();
                }
                here.frames().nextOf("message");
                there.frames().nextOf("message");
                assertWhole(collector, rsocket);

                // who says that it records nothing has nothing recorded
                String unsampled = newTrace();
                for (String parent : List.of(traceparent(unsampled, "00"), "nonsense")) {
                    HttpApi.send(ada.request("/api/conversations?limit=1").header("traceparent", parent))
                            .accepted();
                }
                Await.until("a trace of its own begins where there is none", SOON, () -> collector
                        .named("conversations.list")
                        .stream()
                        .anyMatch(each -> each.parent().isEmpty()));
                assertThat(collector.of(unsampled)).isEmpty();
            }
            assertThat(cluster.stackTraces()).isEmpty();
        }
    }

    /** The client's span holds the request, that the command, and that what came of it, on either node. */
    private static void assertWhole(TraceCollector collector, String trace) {
        Await.until("the whole trace has come", SOON, () -> count(collector, trace, "frame") == 2
                && count(collector, trace, SEND) == 1
                && count(collector, trace, "append") == 1);
        List<Span> spans = collector.of(trace);
        Span request = only(spans, SEND);
        assertThat(request.parent()).isEqualTo(SPAN);
        Span command = only(spans, "SendMessage");
        assertThat(command.parent()).isEqualTo(request.id());
        assertThat(only(spans, "append").parent()).isEqualTo(command.id());
        List<Span> pushes = spans.stream().filter(each -> each.name().equals("push")).toList();
        assertThat(pushes).hasSize(2).allSatisfy(push -> assertThat(push.parent()).isEqualTo(command.id()));
        assertThat(pushes.stream().map(Span::node).distinct()).as("on both nodes").hasSize(2);
        for (Span push : pushes) {
            Span frame = spans.stream()
                    .filter(each -> each.parent().equals(push.id()))
                    .findFirst()
                    .orElseThrow();
            assertThat(frame.name()).isEqualTo("frame");
            assertThat(frame.node()).isEqualTo(push.node());
            assertThat(frame.tags()).containsEntry("ovation.streams", "1");
        }
        assertThat(spans)
                .as("no text and no name of anybody's")
                .noneMatch(span -> span.name().contains("Hello")
                        || span.tags().containsValue("Hello")
                        || span.tags().containsValue("ada"));
    }

    private static long count(TraceCollector collector, String trace, String name) {
        return collector.of(trace).stream().filter(each -> each.name().equals(name)).count();
    }

    private static Span only(List<Span> spans, String name) {
        List<Span> found = spans.stream().filter(each -> each.name().equals(name)).toList();
        assertThat(found).as(name).hasSize(1);
        return found.getFirst();
    }

    private static String newTrace() {
        return UUID.randomUUID().toString().replace("-", "").toLowerCase(Locale.ROOT);
    }

    private static String traceparent(String trace, String flags) {
        return "00-" + trace + "-" + SPAN + "-" + flags;
    }

    /** As an analyst finds it, by the id of the message. */
    private static String traceInLog(NodeCluster cluster, String messageId) {
        HttpApi analyst = new HttpApi(cluster.node(1), "analyst", Tokens.of("analyst", "analyst"));
        String lines = analyst.get("/api/events?types=MessageSent").accepted().text();
        JsonNode event = lines.lines()
                .map(Json::parse)
                .filter(each -> each.path("payload").path("messageId").asString("").equals(messageId))
                .findFirst()
                .orElseThrow();
        return event.path("metadata").path("traceparent").asString("");
    }
}
