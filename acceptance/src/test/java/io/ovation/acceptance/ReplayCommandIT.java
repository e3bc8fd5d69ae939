package io.ovation.acceptance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

/**
 * {@code ./ovation replay} as scripts use it: NDJSON and nothing else on a pipe, and an exit code that says how it
 * ended.
 */
@ExtendWith(SharedServer.class)
class ReplayCommandIT {
    private static final String TIME = "2026-01-02T03:04:05Z";

    @Test
    void everyFilterGivesTheLinesOfTheServerAndNothingElse(People people) throws Exception {
        Api owner = people.http("owner");
        String id = owner.opens("group");
        for (int i = 0; i < 6; i++) {
            owner.says(id, "text „" + i + "“\n");
        }
        List<JsonNode> events =
                lines(people, "aggregate=" + id).stream().map(Json::parse).toList();
        String third = events.get(2).path("timestamp").asString();
        String fifth = events.get(4).path("timestamp").asString();
        String second = events.get(1).path("position").asString();
        Map<String, String> queries = Map.of(
                "--aggregate " + id, "aggregate=" + id,
                "--aggregate=" + id + " --types=ConversationOpened", "aggregate=" + id + "&types=ConversationOpened",
                "--types ConversationOpened,MessageSent --aggregate " + id + " --limit 3",
                        "types=ConversationOpened,MessageSent&aggregate=" + id + "&limit=3",
                "--after " + second + " --aggregate " + id, "after=" + second + "&aggregate=" + id,
                "--from " + third + " --to " + fifth + " --aggregate " + id,
                        "from=" + third + "&to=" + fifth + "&aggregate=" + id,
                "--after " + second + " --limit 2", "after=" + second + "&limit=2");
        for (Map.Entry<String, String> each : queries.entrySet()) {
            ReplayProcess.Result result = result(people, each.getKey());
            assertThat(result.err()).isEmpty();
            assertThat(result.code()).isZero();
            assertThat(result.out()).as(each.getKey()).isNotEmpty().isEqualTo(lines(people, each.getValue()));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--from " + TIME + " --to 2026-01-01T00:00:00Z | to: must not be before from",
                "--from yesterday | from: must be a time",
                "--types MessageSent,Nope | types[1]: is no type",
                "--aggregate= | aggregate: ",
                "--limit 0 | limit: must be at least 1",
                "--follow --types Nope | types[0]: is no type"
            })
    void whatTheServerTurnsDownIsOneLineAndExitCodeOne(String options, String said, People people) throws Exception {
        assertRefused(result(people, options), 1, said);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--colour red",
                "--limit many",
                "--after 1.5",
                "--url localhost",
                "--follow=perhaps",
                "more",
                "--token not/a/token!",
                "--token-secret short"
            })
    void aCommandLineThatCannotBeUnderstoodIsOneLineAndExitCodeTwo(String options) throws Exception {
        try (ReplayProcess replay = ReplayProcess.start(Map.of(), List.of(options.split(" ")))) {
            assertRefused(replay.result(), 2, "--help)");
        }
    }

    @Test
    void whoHasNotTheRoleOrNoTimeLeftIsExitCodeOne(People people) throws Exception {
        String user = people.name("bob");
        for (String follow : List.of("--no-progress", "--follow")) {
            assertRefused(result(people, Tokens.of(user), follow), 1, "role analyst or admin");
            assertRefused(
                    result(people, Tokens.lasting(Duration.ofMinutes(-1), user, "analyst"), follow),
                    1,
                    "token is not valid");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " --follow"})
    void whereNoServerAnswersIsExitCodeOne(String follow) throws Exception {
        String options = "--url http://" + OvationServer.HOST + ":" + OvationServer.freePort() + follow;
        for (Map<String, String> environment :
                List.of(Map.of("OVATION_TOKEN", Tokens.of("ann", "analyst")), Map.<String, String>of())) {
            try (ReplayProcess replay = ReplayProcess.start(environment, List.of(options.split(" ")))) {
                assertRefused(replay.result(), 1, "No server answers at ");
            }
        }
    }

    @Test
    void withoutATokenItAsksForOneOrSignsOne(People people) throws Exception {
        String url = people.server().uri("").toString();
        for (Map<String, String> environment :
                List.of(Map.<String, String>of(), Map.of("OVATION_JWT_SECRET", Tokens.SECRET))) {
            String name = people.name("ann" + environment.size());
            try (ReplayProcess replay =
                    ReplayProcess.start(environment, List.of("--url", url, "--as", name, "--limit", "1"))) {
                assertThat(replay.result().code()).isZero();
            }
            assertThat(lines(people, "types=LogAccessed"))
                    .anySatisfy(line -> assertThat(line).contains("\"user\":\"" + name + "\""));
        }
    }

    @ParameterizedTest
    @CsvSource({"INT, 130", "TERM, 143"})
    void followGoesOnUntilASignal(String signal, int code, People people) throws Exception {
        assumeFalse(signal.equals("INT") && interruptsAreIgnored(), "in the background of a shell");
        Api owner = people.http("owner");
        String id = owner.opens("group");
        owner.says(id, "before");
        try (ReplayProcess replay = start(people, "--follow --types MessageSent --aggregate " + id)) {
            assertThat(body(replay)).isEqualTo("before");
            owner.says(id, "then");
            assertThat(body(replay)).isEqualTo("then");
            owner.says(id, "now");
            assertThat(body(replay)).isEqualTo("now");

            replay.signal(signal);

            assertThat(replay.result()).isEqualTo(new ReplayProcess.Result(code, List.of(), ""));
        }
    }

    @Test
    void followEndsAtItsLimit(People people) throws Exception {
        Api owner = people.http("owner");
        String id = owner.opens("group");
        owner.says(id, "before");
        try (ReplayProcess replay = start(people, "--follow --limit 2 --types MessageSent --aggregate " + id)) {
            assertThat(body(replay)).isEqualTo("before");
            owner.says(id, "now");
            assertThat(body(replay)).isEqualTo("now");
            assertThat(replay.result()).isEqualTo(new ReplayProcess.Result(0, List.of(), ""));
        }
    }

    @Test
    void nothingIsWrongWhenNobodyReadsAnyMore(People people) throws Exception {
        Api owner = people.http("owner");
        String id = owner.opens("group");
        owner.says(id, "first");
        try (ReplayProcess replay = start(people, "--aggregate " + id)) {
            replay.stopReading();
            assertThat(replay.code()).isZero();
            assertThat(replay.err()).isEmpty();
        }
        try (ReplayProcess replay = start(people, "--follow --types MessageSent --aggregate " + id)) {
            assertThat(body(replay)).isEqualTo("first");
            replay.stopReading();
            owner.says(id, "for nobody");
            assertThat(replay.code()).isZero();
            assertThat(replay.err()).isEmpty();
        }
    }

    @Test
    void aFollowerWhoseTokenExpiresIsCutShortAndToldWhereToGoOn(People people) throws Exception {
        Api owner = people.http("owner");
        String id = owner.opens("group");
        owner.says(id, "first");
        String token = Tokens.lasting(Duration.ofSeconds(8), people.name("ann"), "analyst");
        try (ReplayProcess replay =
                ReplayProcess.start(people.server(), token, "--follow", "--types", "MessageSent", "--aggregate", id)) {
            String first = String.valueOf(replay.line());
            ReplayProcess.Result result = replay.result();
            assertThat(result.code()).isEqualTo(3);
            assertThat(result.out()).isEmpty();
            assertThat(result.err())
                    .contains(
                            "expired",
                            "go on with --after "
                                    + Json.parse(first).path("position").asLong());
        }
    }

    @Test
    void toATerminalItPrintsATable(People people) throws Exception {
        Api owner = people.http("owner");
        String id = owner.opens("group");
        owner.says(id, "Tea\u001B[2J „at“ five " + "x".repeat(200));
        String token = Tokens.of(people.name("ann"), "analyst");
        try (ReplayProcess replay =
                ReplayProcess.onTerminal(token, "--url " + people.server().uri("") + " --aggregate " + id)) {
            ReplayProcess.Result result = replay.result();
            assertThat(result.code()).isZero();
            assertThat(result.out()).hasSize(2).allSatisfy(row -> assertThat(row)
                    .matches(" *\\d+  \\S{24}  \\S+ +" + id + "  \\{.*")
                    .doesNotContain("\u001B", "%"));
            assertThat(result.out().getFirst()).contains("  ConversationOpened ");
            assertThat(result.out().getLast()).contains("  MessageSent ").endsWith("…");
        }
    }

    /** As a shell has it for what it runs in the background, and for all that is started from there. */
    private static boolean interruptsAreIgnored() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("SigIgn:"))
                .anyMatch(line -> (Long.parseUnsignedLong(
                                        line.substring("SigIgn:".length()).strip(), 16)
                                & 2)
                        != 0);
    }

    private static ReplayProcess start(People people, String options) throws IOException {
        return ReplayProcess.start(people.server(), Tokens.of(people.name("ann"), "analyst"), options.split(" "));
    }

    private static ReplayProcess.Result result(People people, String options) throws IOException, InterruptedException {
        try (ReplayProcess replay = start(people, options)) {
            return replay.result();
        }
    }

    private static ReplayProcess.Result result(People people, String token, String option)
            throws IOException, InterruptedException {
        try (ReplayProcess replay = ReplayProcess.start(people.server(), token, option)) {
            return replay.result();
        }
    }

    private static List<String> lines(People people, String query) {
        return people.http("auditor", "analyst")
                .get("/api/events?" + query)
                .accepted()
                .text()
                .lines()
                .toList();
    }

    private static String body(ReplayProcess replay) throws IOException {
        return Json.parse(String.valueOf(replay.line()))
                .path("payload")
                .path("body")
                .asString();
    }

    private static void assertRefused(ReplayProcess.Result result, int code, String said) {
        assertThat(result.err()).startsWith("ovation replay: ").contains(said).hasLineCount(1);
        assertThat(result.code()).isEqualTo(code);
        assertThat(result.out()).isEmpty();
    }
}
