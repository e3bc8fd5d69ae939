package io.ovation.acceptance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * A disk that is full turns commands down, loses nothing, and when there is room again the server goes on by itself.
 */
class FullDiskIT {
    private static final int WRITERS = 16;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final List<String> OF_ITS_OWN = List.of("unshare", "--user", "--map-root-user", "--mount");

    /**
     * Makes the directory a small disk that only this server sees, and fills it for as long as there is a file of that
     * name.
     */
    private static final String SMALL_DISK = """
            mount -t tmpfs -o size=256m none "$1" || exit
            (
                while kill -0 $$ 2>/dev/null; do
                    if [ -e "$2" ]; then
                        dd if=/dev/zero of="$1/filler" bs=64k oflag=append conv=notrunc 2>/dev/null
                    else
                        rm -f "$1/filler"
                    fi
                    sleep 0.05
                done
            ) </dev/null >/dev/null 2>&1 &
            shift 2
            exec "$@"
            """;

    @Test
    void aFullDiskTurnsCommandsDownAndLosesNothing(TestReporter reporter) throws Exception {
        assumeTrue(isPossible(), "a disk of its own takes user namespaces");
        OvationServer.Launch launch = OvationServer.fresh("full-disk").with("--ovation.limits.enabled=false");
        Path disk = Objects.requireNonNull(launch.data().toAbsolutePath().getParent());
        Path full = Files.createTempFile("ovation", ".full");
        Files.delete(full);
        List<String> starter = new ArrayList<>(OF_ITS_OWN);
        starter.addAll(List.of("sh", "-c", SMALL_DISK, "sh", disk.toString(), full.toString()));
        Ledger ledger = new Ledger();
        try (OvationServer server = launch.by(starter).start()) {
            HttpApi owner = new HttpApi(server, "owner", Tokens.of("owner"));
            List<String> conversations = IntStream.range(0, 5)
                    .mapToObj(_ -> owner.open(Json.object("kind", "group", "members", Writers.names(WRITERS)))
                            .accepted()
                            .text("conversationId"))
                    .toList();
            try (Writers writers = Writers.start(server, ledger, conversations, WRITERS)) {
                Await.until("the writers are at work", PATIENCE, () -> ledger.acknowledged() > 500);
                Files.createFile(full);
                Await.until("commands are turned down", PATIENCE, () -> ledger.refused() > 200);
                Files.delete(full);
                long then = ledger.acknowledged();
                reporter.publishEntry(
                        "full", ledger.acknowledged() + " acknowledged, " + ledger.refused() + " refused");
                Await.until("it goes on by itself", PATIENCE, () -> ledger.acknowledged() > then + 500);
                writers.stop();
            }
            assertThat(server.isAlive()).as("the server has stayed").isTrue();
            assertThat(server.stdout())
                    .as("what is told once, and not for each event")
                    .doesNotContain("refused an event");
            conversations.forEach(each -> ledger.assertKept(each, owner));
            DurabilityIT.sendAgain(server, ledger);
            conversations.forEach(each -> ledger.assertKept(each, owner));
            assertThat(ledger.refusals()).as("the codes of all errors").isEqualTo(Set.of("unavailable"));
        } finally {
            Files.deleteIfExists(full);
        }
    }

    private static boolean isPossible() throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(OF_ITS_OWN);
        command.add("true");
        return new ProcessBuilder(command).start().waitFor() == 0;
    }
}
