package io.ovation.acceptance;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.UUID;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Read models in FerretDB, which speaks MongoDB's protocol and is not ours. Where no toolchain has built it, this is
 * left out.
 */
class FerretDbIT {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final int WRITERS = 6;

    /** What is written faster than a store takes it waits in the log, and reads wait with it; FerretDB takes little. */
    private static final Duration BETWEEN = Duration.ofMillis(200);

    private final OvationServer.Launch launch =
            OvationServer.fresh("ferretdb").with("--ovation.limits.enabled=false");
    private final Path home =
            Objects.requireNonNull(launch.data().toAbsolutePath().getParent());


    @Test
    void onSqliteItIsAHomeAsAnyOther(TestReporter reporter) throws Exception {
        assumeBuilt();
        try (FerretDb ferret = FerretDb.onSqlite(home.resolve("ferretdb"))) {
            isAHome(ferret, true, reporter);
        }
    }

    /** It cannot store a NUL: the conversation that has one stands still, and nobody else notices. */
    @Test
    void onPostgresItIsAHomeAsAnyOtherButForNuls(TestReporter reporter) throws Exception {
        assumeBuilt();
        try (SharedStore store = SharedStore.start(home.resolve("store"));
                FerretDb ferret = FerretDb.onPostgres(home.resolve("ferretdb"), store.urlFrom("127.0.0.1"))) {
            isAHome(ferret, false, reporter);
        }
    }

    private static void assumeBuilt() {
        assumeTrue(
                FerretDb.PROGRAM != null && !FerretDb.PROGRAM.isEmpty(),
                "FerretDB was not built: it takes a Go toolchain, and OVATION_FERRETDB=PROGRAM");
    }

    private void isAHome(FerretDb ferret, boolean takesNul, TestReporter reporter) throws Exception {
        launch.environment("MONGODB_URI", ferret.uri());
        try (OvationServer server = launch.start();
                People people = new People(server)) {
            HttpApi ada = people.http("ada");
            HttpApi bob = people.http("bob");
            String group = ada.opens("group", bob);
            conversationsAreReadAndTold(ada, bob, group);
            engagementIsCounted(ada, bob);
            inboxesAreToldAndRead(ada, bob, group);
            peopleAreSeen(people, bob);
            aNulIsNobodyElsesMatter(people, ada, bob, group, takesNul);
            aRebuildLeavesWhatWasRead(people, ada, group);
            cutAndKilledItLosesNothing(server, ferret, ada, reporter);
        }
        try (OvationServer server = launch.start();
                People people = new People(server)) {
            HttpApi root = people.http("root", "admin");
            Await.until("a start goes on from where they are", PATIENCE, () -> root.get("/api/admin/projections")
                    .accepted()
                    .body()
                    .path("projections")
                    .valueStream()
                    .allMatch(each -> each.path("lag").asLong() == 0));
        }
    }

    private static void conversationsAreReadAndTold(HttpApi ada, HttpApi bob, String group) {
        try (Live watching = bob.watch(group, null)) {
            for (int i = 0; i < 20; i++) {
                ada.says(group, "message " + i);
            }
            String edited = ada.says(group, "before");
            ada.edit(group, edited, "after").accepted();
            String redacted = ada.says(group, "to go");
            ada.redact(group, redacted).accepted();
            bob.reads(group, 21).accepted();
            for (int i = 0; i < 20; i++) {
                assertThat(watching.frames().nextOf("message").path("body").asString())
                        .isEqualTo("message " + i);
            }
            List<JsonNode> messages = bob.messages(group);
            assertThat(messages).hasSize(22);
            assertThat(messages.get(20).path("body").asString()).isEqualTo("after");
            assertThat(bob.unread(group)).isLessThanOrEqualTo(1);
            assertThat(ada.receipts(group).accepted().text()).contains(bob.user());
        }
    }

    private static void engagementIsCounted(HttpApi ada, HttpApi bob) {
        String content = "/api/contents/"
                + ada.call("POST", "/api/contents", "{\"title\":\"t\",\"body\":\"b\"}")
                        .accepted()
                        .text("contentId");
        bob.call("PUT", content + "/like", "").accepted(204);
        bob.call("POST", content + "/comments", "{\"body\":\"well said\"}").accepted();
        JsonNode shown = bob.get(content).accepted().body();
        assertThat(shown.path("likedByMe").asBoolean()).isTrue();
        assertThat(bob.get(content + "/comments").accepted().text()).contains("well said");
        bob.call("DELETE", content + "/like", "").accepted(204);
        assertThat(bob.get(content).accepted().body().path("likedByMe").asBoolean(true)).isFalse();
        assertThat(bob.get("/api/contents").accepted().text())
                .contains(content.substring("/api/contents/".length()));
    }

    private static void inboxesAreToldAndRead(HttpApi ada, HttpApi bob, String group) {
        String messageId = UUID.randomUUID().toString();
        ada.send(
                        group,
                        Json.object(
                                "messageId", messageId, "body", "@bob", "mentions", List.of(bob.user())))
                .accepted();
        // what others did is waited for just a little
        Await.until("bob is told", PATIENCE, () -> bob.notifications().stream()
                .anyMatch(each -> each.path("kind").asString().equals("mention")));
    }

    private static void peopleAreSeen(People people, HttpApi bob) {
        try (RSocketApi ada = people.rsocket("ada")) {
            Await.until("ada is online", PATIENCE, () -> status(bob, ada.user()).equals("online"));
        }
        Await.until("ada is offline", PATIENCE, () -> status(bob, people.name("ada")).equals("offline"));
    }

    private static String status(HttpApi reader, String user) {
        return reader.get("/api/presence?users=" + user)
                .accepted()
                .body()
                .path("presence")
                .path(0)
                .path("status")
                .asString();
    }

    private static void aNulIsNobodyElsesMatter(
            People people, HttpApi ada, HttpApi bob, String group, boolean takesNul) {
        String other = ada.opens("group", bob);
        ada.send(other, Json.object("messageId", UUID.randomUUID().toString(), "body", "a\0b")).accepted();

        ada.says(group, "meanwhile");
        assertThat(ada.messages(group)).anySatisfy(each -> assertThat(each.path("body").asString())
                .isEqualTo("meanwhile"));
        Await.until("bob reads on", PATIENCE, () -> bob.lastSeq(group) == ada.lastSeq(group));
        HttpApi root = people.http("root", "admin");
        JsonNode letters = root.get("/api/admin/dead-letters").accepted().body().path("deadLetters");
        if (takesNul) {
            assertThat(letters).isEmpty();
            assertThat(ada.messages(other)).singleElement().satisfies(each -> assertThat(
                            each.path("body").asString())
                    .isEqualTo("a\0b"));
        } else {
            assertThat(letters).isNotEmpty();
            letters.forEach(each -> root.call(
                            "DELETE", "/api/admin/dead-letters/" + each.path("deadLetterId").asString(), "")
                    .accepted());
            assertThat(root.get("/api/admin/dead-letters").accepted().body().path("deadLetters"))
                    .isEmpty();
        }
    }

    private static void aRebuildLeavesWhatWasRead(People people, HttpApi ada, String group) {
        HttpApi root = people.http("root", "admin");
        List<JsonNode> before = ada.messages(group);
        for (String projection : List.of("conversation", "content", "presence", "inbox", "people")) {
            root.call("POST", "/api/admin/projections/" + projection + "/rebuild", "").accepted();
            assertThat(ada.messages(group)).isEqualTo(before);
            Await.until(projection + " is built", PATIENCE, () -> !root.get("/api/admin/projections")
                    .accepted()
                    .text()
                    .contains("\"building\":{"));
        }
        assertThat(ada.messages(group)).isEqualTo(before);
        assertThat(ada.notifications()).isNotNull();
    }

    private static void cutAndKilledItLosesNothing(
            OvationServer server, FerretDb ferret, HttpApi ada, TestReporter reporter)
            throws Exception {
        Ledger ledger = new Ledger();
        String group = ada.open(Json.object("kind", "group", "members", Writers.names(WRITERS)))
                .accepted()
                .text("conversationId");
        try (Writers writers = Writers.start(server, ledger, List.of(group), WRITERS, BETWEEN)) {
            Await.until("the writers are at work", PATIENCE, () -> ledger.acknowledged() > 30);
            ferret.cut();
            assertThat(ada.list(Json.object()).status()).as("reads say so").isIn(200, 503);
            long whenCut = ledger.acknowledged();
            Await.until("writing goes on", PATIENCE, () -> ledger.acknowledged() > whenCut + 30);
            ferret.mend();
            Await.until("reading goes on", PATIENCE, () -> ada.list(Json.object()).ok());
            ferret.kill();
            long whenKilled = ledger.acknowledged();
            Await.until("writing goes on", PATIENCE, () -> ledger.acknowledged() > whenKilled + 30);
            ferret.startAgain();
            Await.until("reading goes on", PATIENCE, () -> ada.list(Json.object()).ok());
            writers.stop();
        }
        Await.until("all of it is there", PATIENCE, () -> ada.lastSeq(group) >= ledger.acknowledged());
        ledger.assertKept(group, ada);
        assertThat(ledger.refusals()).as("sending needs no read model").isEmpty();
        reporter.publishEntry("written", ledger.acknowledged() + " messages");
    }
}
