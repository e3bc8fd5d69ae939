package io.ovation.acceptance;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

import static org.assertj.core.api.Assertions.assertThat;

/** A back-up that is taken while people write brings back all that they had been answered before. */
class BackupIT {
    private static final int WRITERS = 16;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @Test
    void whatWasAcknowledgedBeforeABackupIsThereWhenTheDataDirectoryWasLost(TestReporter reporter) throws Exception {
        OvationServer.Launch launch = OvationServer.fresh("backup").with("--ovation.limits.enabled=false");
        Path data = launch.data().toAbsolutePath();
        Path backup = data.resolveSibling("backup");
        Ledger before = new Ledger();
        Ledger beside = new Ledger();
        String quiet;
        String busy;
        long answered;
        try (OvationServer server = launch.start()) {
            HttpApi owner = new HttpApi(server, "owner", Tokens.of("owner"));
            quiet = opened(owner);
            busy = opened(owner);
            try (Writers writers = Writers.start(server, before, List.of(quiet), WRITERS)) {
                Await.until("some is said before", PATIENCE, () -> before.acknowledged() >= 500);
                writers.stop();
            }
            try (Writers writers = Writers.start(server, beside, List.of(busy), WRITERS)) {
                Await.until("the writers are at work", PATIENCE, () -> beside.acknowledged() >= 500);
                answered = beside.acknowledged();
                reporter.publishEntry("backup", ovation("backup", backup.toString(), "--data", data.toString()));
                reporter.publishEntry("said beside it", Long.toString(beside.acknowledged() - answered));
                writers.stop();
            }
        }
        delete(data);
        assertThat(ovation("backup", "--verify", backup.toString())).startsWith("the back-up is whole");
        reporter.publishEntry("restore", ovation("restore", backup.toString(), "--data", data.toString()));
        try (OvationServer server = launch.start()) {
            HttpApi owner = new HttpApi(server, "owner", Tokens.of("owner"));
            before.assertKept(quiet, owner);
            assertThat(lastSeq(owner, busy)).isGreaterThanOrEqualTo(answered);
            // and it goes on, with what was lost since sent again under the same ids
            DurabilityIT.sendAgain(server, before);
            assertThat(owner.send(quiet, "0198c3f0-0000-7000-8000-000000000001", "after the restore")
                            .accepted()
                            .number("seq"))
                    .isEqualTo(lastSeq(owner, quiet));
        }
    }

    private static String opened(HttpApi owner) {
        return owner.open(Json.object("kind", "group", "members", Writers.names(WRITERS)))
                .accepted()
                .text("conversationId");
    }

    private static long lastSeq(HttpApi reader, String conversation) {
        return reader.history(conversation, Json.object("limit", 1)).accepted().number("lastSeq");
    }

    /** Runs the launcher to its end, which is a good one, and answers what it said. */
    private static String ovation(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(OvationServer.launcher()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.startsWith("OVATION_"));
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(said).isZero();
        return said;
    }

    private static void delete(Path tree) throws IOException {
        List<Path> deepestFirst;
        try (Stream<Path> all = Files.walk(tree)) {
            deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path each : deepestFirst) {
            Files.delete(each);
        }
    }
}
