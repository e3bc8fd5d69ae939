package io.ovation.acceptance;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A watcher who goes on from the last cursor misses nothing and sees nothing twice, wherever the connection was cut.
 */
class ResumeIT {
    private static final int CUTS = Integer.getInteger("ovation.resume.cuts", 200);
    private static final int WRITERS = 8;

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aWatcherCutAnywhereSeesEverySeqOnceAndInOrder(Transport transport, TestReporter reporter) throws Exception {
        OvationServer.Launch launch = OvationServer.fresh("resume").with("--ovation.limits.enabled=false");
        Ledger ledger = new Ledger();
        OvationServer server = launch.start();
        try {
            HttpApi owner = new HttpApi(server, "owner", Tokens.of("owner"));
            String id = owner.open(Json.object("kind", "group", "members", Writers.names(WRITERS)))
                    .accepted()
                    .text("conversationId");
            Watcher watcher = new Watcher(server, transport, id);
            watcher.connect();
            try (Writers writers = Writers.start(server, ledger, List.of(id), WRITERS)) {
                watcher.see(1);
                for (int cut = 0; cut < CUTS; cut++) {
                    if (cut == CUTS / 3) {
                        server.killJvm();
                        server = launch.start();
                    } else if (cut == 2 * CUTS / 3) {
                        server.terminate();
                        server.exitCode(Duration.ofSeconds(30));
                        assertThat(server.stackTraces())
                                .as("what it says of readers that left, and of its end")
                                .isEmpty();
                        server = launch.start();
                    }
                    watcher.cut();
                    watcher.connect();
                    // none at all is a cut in the middle of the replay, or before it
                    watcher.see(ThreadLocalRandom.current().nextInt(40));
                }
                writers.stop();
            }
            long last = owner.lastSeq(id);
            watcher.see(last - watcher.seq());
            watcher.cut();
            ledger.assertKept(id, owner);
            assertThat(watcher.seq()).isEqualTo(last).isGreaterThanOrEqualTo(ledger.acknowledged());
            assertThat(ledger.refusals()).isSubsetOf("unavailable");
            assertThat(server.stackTraces()).isEmpty();
            reporter.publishEntry("seen", "%d messages over %d cuts".formatted(last, CUTS));
        } finally {
            server.close();
        }
    }

    /** Owner of a cursor, and of as many connections as it takes. */
    private static final class Watcher {
        private final OvationServer server;
        private final Transport transport;
        private final String conversationId;
        private @Nullable Api api;
        private @Nullable Live stream;
        private @Nullable String cursor;
        private long seq;

        private Watcher(OvationServer server, Transport transport, String conversationId) {
            this.server = server;
            this.transport = transport;
            this.conversationId = conversationId;
        }

        long seq() {
            return seq;
        }

        void connect() {
            api = transport.connect(server, "owner", Tokens.of("owner"));
            stream = api.watch(conversationId, cursor);
            if (cursor == null) {
                stream.frames().opened();
            }
        }

        /** Sees the next messages, each of which has to be the one after the last. */
        void see(long count) {
            if (stream == null) {
                throw new IllegalStateException("Not connected");
            }
            for (long i = 0; i < count; i++) {
                JsonNode message = stream.frames().next("message");
                assertThat(message.path("seq").asLong()).isEqualTo(seq + 1);
                seq++;
                cursor = message.path("cursor").asString();
            }
        }

        void cut() {
            if (stream != null && api != null) {
                stream.cut();
                api.close();
            }
        }
    }
}
