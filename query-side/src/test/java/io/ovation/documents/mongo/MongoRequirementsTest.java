package io.ovation.documents.mongo;

import java.time.Duration;
import java.util.List;

import de.bwaldvogel.mongo.MongoVersion;
import de.bwaldvogel.mongo.bson.Document;
import io.ovation.StartupFailure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** A server that answers, and cannot do what is needed, is the reason not to start. */
@Timeout(60)
class MongoRequirementsTest {
    private static final MongoSettings SETTINGS = new MongoSettings(null, "ovation", Duration.ofSeconds(2));

    @Test
    void oneThatCanDoAllOfItIsUsedAgainAndAgain() {
        try (AnsweringServer server = AnsweringServer.with((command, itself) -> itself.apply(command))) {
            new MongoConnection(SETTINGS, server.uri()).close();
            new MongoConnection(SETTINGS, server.uri()).close();
        }
    }

    @Test
    void oneThatTakesNoWrites() {
        assertRefused(
                "takes no writes",
                (command, itself) -> command.containsKey("isMaster")
                        ? itself.apply(command).append("ismaster", false).append("secondary", true)
                        : itself.apply(command));
    }

    @Test
    void oneWhoseDocumentsAreTooShort() {
        assertRefused(
                "takes commands of 65536 bytes at most",
                (command, itself) -> command.containsKey("isMaster")
                        ? itself.apply(command).append("maxBsonObjectSize", 65_536)
                        : itself.apply(command));
    }

    @Test
    void oneThatDoesNotConfirmByAMajority() {
        assertRefused(
                "does not confirm what is written: Not enough data-bearing nodes",
                (command, itself) -> command.containsKey("writeConcern")
                        ? itself.apply(command)
                                .append(
                                        "writeConcernError",
                                        new Document("code", 100)
                                                .append("errmsg", "Not enough data-bearing nodes"))
                        : itself.apply(command));
    }

    @Test
    void oneWithoutAJournal() {
        assertRefused(
                "cannot use 'j' option when a host does not have journaling enabled",
                (command, itself) -> command.containsKey("writeConcern")
                        ? failed(2, "cannot use 'j' option when a host does not have journaling enabled")
                        : itself.apply(command));
    }

    @Test
    void oneThatGivesTheUserNoRights() {
        assertRefused(
                "does not let the user",
                (command, itself) -> command.containsKey("findAndModify")
                        ? failed(13, "not authorized on ovation to execute command")
                        : itself.apply(command));
    }

    @Test
    void oneThatLetsTwoDocumentsHaveOneId() {
        assertRefused(
                "lets two documents have one id",
                (command, itself) -> command.containsKey("updates")
                        ? new Document("n", 1).append("ok", 1.0)
                        : itself.apply(command));
    }

    @Test
    void oneThatForgets() {
        assertRefused(
                "does not find what it has just written",
                (command, itself) -> command.containsKey("find")
                        ? new Document("ok", 1.0)
                                .append(
                                        "cursor",
                                        new Document("id", 0L)
                                                .append("ns", "ovation.projections")
                                                .append("firstBatch", List.of()))
                        : itself.apply(command));
    }

    @Test
    void oneThatIsTooOld() {
        try (AnsweringServer server = AnsweringServer.ofVersion(new Old())) {
            assertRefused("is too old", server);
        }
    }

    /** Of which the driver itself knows that it cannot be spoken with. */
    private record Old() implements MongoVersion {
        @Override
        public List<Integer> getVersionArray() {
            return List.of(3, 2, 0);
        }

        @Override
        public int getWireVersion() {
            return 4;
        }
    }

    private static Document failed(int code, String message) {
        return new Document("ok", 0.0).append("code", code).append("errmsg", message);
    }

    private static void assertRefused(String why, AnsweringServer.Answers answers) {
        try (AnsweringServer server = AnsweringServer.with(answers)) {
            assertRefused(why, server);
        }
    }

    private static void assertRefused(String why, AnsweringServer server) {
        assertThatThrownBy(() -> new MongoConnection(SETTINGS, server.uri()).close())
                .isInstanceOfSatisfying(StartupFailure.class, failure -> assertThat(failure.oneLine())
                        .startsWith("MongoDB at 127.0.0.1:")
                        .contains(why)
                        .doesNotContain("\n"));
    }
}
