package io.ovation.acceptance;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

import static org.assertj.core.api.Assertions.assertThat;

/** What the server has acknowledged is there, whatever is killed, and whatever it has not can be sent again. */
class DurabilityIT {
    private static final int ROUNDS = Integer.getInteger("ovation.durability.rounds", 10);
    private static final int WRITERS = 16;
    private static final int CONVERSATIONS = 5;

    /** Who dies; the rounds take them in turn. */
    private enum Victim {
        JVM_AND_POSTGRES {
            @Override
            void kill(OvationServer server) {
                server.killAll();
            }
        },
        JVM {
            @Override
            void kill(OvationServer server) {
                server.killJvm();
                assertThat(server.postgres())
                        .as("PostgreSQL outlives the server as an orphan")
                        .isPresent();
            }
        },
        POSTGRES {
            @Override
            void kill(OvationServer server) {
                server.killPostgres();
            }
        };

        abstract void kill(OvationServer server);
    }

    @Test
    void whatWasAcknowledgedIsThereOnceAndInOrderWhateverIsKilled(TestReporter reporter) throws Exception {
        OvationServer.Launch launch = OvationServer.fresh("durability").with("--ovation.limits.enabled=false");
        Ledger ledger = new Ledger();
        OvationServer server = launch.start();
        try {
            HttpApi owner = new HttpApi(server, "owner", Tokens.of("owner"));
            List<String> conversations = IntStream.range(0, CONVERSATIONS)
                    .mapToObj(_ -> owner.open(Json.object("kind", "group", "members", Writers.names(WRITERS)))
                            .accepted()
                            .text("conversationId"))
                    .toList();
            for (int round = 0; round < ROUNDS; round++) {
                Victim victim = Victim.values()[round % Victim.values().length];
                long before = ledger.acknowledged();
                try (Writers writers = Writers.start(server, ledger, conversations, WRITERS)) {
                    long enough = before + 100 + ThreadLocalRandom.current().nextInt(500);
                    Await.until(
                            "the writers are at work", Duration.ofSeconds(60), () -> ledger.acknowledged() >= enough);
                    victim.kill(server);
                    if (server.isAlive()) {
                        long then = ledger.acknowledged();
                        Await.until(
                                "it comes back by itself",
                                Duration.ofSeconds(60),
                                () -> ledger.acknowledged() > then + 200);
                    }
                    writers.stop();
                }
                if (!server.isAlive()) {
                    server = launch.start();
                }
                int pending = ledger.pending().size();
                conversations.forEach(each -> ledger.assertKept(each, owner));
                sendAgain(server, ledger);
                conversations.forEach(each -> ledger.assertKept(each, owner));
                assertThat(ledger.pending()).isEmpty();
                reporter.publishEntry(
                        "round " + round,
                        "%s: %d acknowledged, %d sent again, %d refused until now"
                                .formatted(victim, ledger.acknowledged() - before, pending, ledger.refused()));
            }
            assertThat(ledger.refusals()).as("the codes of all errors").isSubsetOf("unavailable");
        } finally {
            server.close();
        }
    }

    /** What is unacknowledged is accepted now, and what was acknowledged gets the same answer. */
    static void sendAgain(OvationServer server, Ledger ledger) {
        for (Ledger.Said each : ledger.pending()) {
            ledger.answered(each, send(server, each).accepted());
        }
        for (Map.Entry<Ledger.Said, Reply> each : ledger.someAcknowledged(50).entrySet()) {
            assertThat(send(server, each.getKey()).text())
                    .isEqualTo(each.getValue().text());
        }
    }

    private static Reply send(OvationServer server, Ledger.Said message) {
        HttpApi author = new HttpApi(server, message.author(), Tokens.of(message.author()));
        return author.send(message.conversationId(), message.messageId(), message.body());
    }
}
