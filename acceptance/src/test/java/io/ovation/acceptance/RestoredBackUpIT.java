package io.ovation.acceptance;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A data directory is copied, goes on, is put back, and grows again past where it was: what was told between is no
 * place of the log any more, on no stream. What was told before the copy is.
 */
class RestoredBackUpIT {
    private static final String ROOM = "01990000-0000-7000-8000-0000000000a1";
    private static final String CONTENT = "01990000-0000-7000-8000-0000000000a2";
    private static final Map<String, String> STREAMS = new LinkedHashMap<>(Map.of(
            "/api/conversations/" + ROOM + "/stream", "message",
            "/api/contents/" + CONTENT + "/stream", "comment",
            "/api/feed/stream", "published"));

    /** What was told up to one moment. */
    private record Told(Map<String, String> cursors, String inbox, String log, long position) {
        String cursorOf(String stream) {
            return Objects.requireNonNull(cursors.get(stream), stream);
        }
    }

    @Test
    void whatARestoreUndidIsResetOnEveryStreamHoweverFarTheLogHasGrownSince() throws Exception {
        OvationServer.Launch launch = OvationServer.fresh("restored").with("--ovation.limits.enabled=false");
        Path data = launch.data().toAbsolutePath();
        Path copy = data.resolveSibling("restored-copy");
        Told kept;
        try (OvationServer server = launch.start()) {
            ada(server).open(Json.object("conversationId", ROOM, "kind", "group", "members", List.of("bob")))
                    .accepted();
            ada(server)
                    .call("POST", "/api/contents", "{\"contentId\":\"" + CONTENT + "\",\"title\":\"t\",\"body\":\"b\"}")
                    .accepted();
            kept = told(server, 3);
        }
        copy(data, copy);
        Told undone;
        try (OvationServer server = launch.start()) {
            undone = told(server, 3);
        }
        delete(data);
        copy(copy, data);
        try (OvationServer server = launch.start()) {
            told(server, 9);

            for (Map.Entry<String, String> stream : STREAMS.entrySet()) {
                assertThat(second(server, stream.getKey(), undone.cursorOf(stream.getKey())))
                        .as(stream.getKey())
                        .isEqualTo("reset");
                assertThat(logged(server, stream.getKey(), kept.cursorOf(stream.getKey())))
                        .as(stream.getKey())
                        .isEqualTo(stream.getValue());
            }
            assertThat(second(server, "/api/inbox/stream", undone.inbox())).isEqualTo("reset");
            assertThat(logged(server, "/api/inbox/stream", kept.inbox())).isEqualTo("notification");

            HttpApi analyst = analyst(server);
            analyst.get("/api/events?after=" + undone.position() + "&log=" + undone.log())
                    .rejected("conflict");
            analyst.get("/api/events?after=" + kept.position() + "&log=" + kept.log())
                    .accepted();
            assertThat(events(server, undone)).contains("data: {\"type\":\"reset\"}");
            assertThat(events(server, kept)).noneMatch(line -> line.contains("reset"));
        }
    }

    private static HttpApi ada(OvationServer server) {
        return new HttpApi(server, "ada", Tokens.of("ada"));
    }

    private static HttpApi bob(OvationServer server) {
        return new HttpApi(server, "bob", Tokens.of("bob"));
    }

    private static HttpApi analyst(OvationServer server) {
        return new HttpApi(server, "ann", Tokens.of("ann", "analyst"));
    }

    /** Has as many things told of each kind, and answers the last cursors. */
    private static Told told(OvationServer server, int times) throws IOException, InterruptedException {
        Map<String, Live> open = new LinkedHashMap<>();
        STREAMS.keySet().forEach(path -> open.put(path, stream(server, path, "")));
        open.values().forEach(live -> live.frames().opened());
        HttpApi ada = ada(server);
        for (int i = 0; i < times; i++) {
            ada.call(
                            "POST",
                            "/api/conversations/" + ROOM + "/messages",
                            "{\"body\":\"b\",\"mentions\":[\"bob\"]}")
                    .accepted();
            ada.call("POST", "/api/contents/" + CONTENT + "/comments", "{\"body\":\"b\"}")
                    .accepted();
            ada.call("POST", "/api/contents", "{\"title\":\"t\",\"body\":\"b\"}").accepted();
        }
        Map<String, String> cursors = new LinkedHashMap<>();
        open.forEach((path, live) -> {
            List<JsonNode> frames = live.frames().next(String.valueOf(STREAMS.get(path)), times);
            cursors.put(path, frames.getLast().path("cursor").asString());
            live.close();
        });
        HttpResponse<String> log = HttpApi.CLIENT.send(
                analyst(server).request("/api/events").build(), BodyHandlers.ofString());
        String last = log.body().lines().reduce("", (before, line) -> line);
        return new Told(
                cursors,
                bob(server).get("/api/inbox").accepted().text("cursor"),
                log.headers().firstValue("Ovation-Log").orElseThrow(),
                Json.parse(last).path("position").asLong());
    }

    private static Live stream(OvationServer server, String path, String cursor) {
        return SseStream.open(bob(server).request(path + (cursor.isEmpty() ? "" : "?after=" + cursor)));
    }

    /** The type of the frame behind the start. */
    private static String second(OvationServer server, String path, String cursor) {
        try (Live live = stream(server, path, cursor)) {
            live.frames().next();
            return live.frames().next().path("type").asString();
        }
    }

    /** The type of the first frame of the log. */
    private static String logged(OvationServer server, String path, String cursor) {
        try (Live live = stream(server, path, cursor)) {
            return live.frames().nextOfLog().path("type").asString();
        }
    }

    /** The first lines of the log's own stream, up to a reset or an event. */
    private static List<String> events(OvationServer server, Told from) throws IOException, InterruptedException {
        HttpResponse<InputStream> response = HttpApi.CLIENT.send(
                analyst(server)
                        .request("/api/events/stream?after=" + from.position() + "&log=" + from.log())
                        .build(),
                BodyHandlers.ofInputStream());
        List<String> lines = new ArrayList<>();
        try (BufferedReader reader =
                new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            String line = reader.readLine();
            while (line != null && !line.contains("\"reset\"") && !line.contains("\"position\"")) {
                lines.add(line);
                line = reader.readLine();
            }
            lines.add(String.valueOf(line));
        }
        return lines;
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path each : all.toList()) {
                Files.copy(each, to.resolve(from.relativize(each)), StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
    }

    private static void delete(Path tree) throws IOException {
        try (Stream<Path> all = Files.walk(tree)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }
}
