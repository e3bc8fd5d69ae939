package io.ovation.documents.mongo;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.IntStream;

import com.mongodb.reactivestreams.client.MongoDatabase;
import de.bwaldvogel.mongo.bson.Document;
import io.ovation.documents.DocumentRefused;
import io.ovation.documents.DocumentType;
import io.ovation.documents.StoreUnavailable;
import io.ovation.documents.mongo.MongoUpdates.Update;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What a refusal of one document does to the others, whatever the server says of it. */
@Timeout(60)
class MongoUpdatesTest {
    private static final MongoSettings SETTINGS = new MongoSettings(null, "ovation", Duration.ofSeconds(2));
    private static final DocumentType THINGS = DocumentType.of("test", "things", "text");

    /** As FerretDB does: the driver waits for ever for such an answer. */
    @Test
    void anAnswerWithoutANumberIsUnderstood() {
        refusing(
                command -> new Document("ok", 1.0)
                        .append(
                                "writeErrors",
                                List.of(new Document("index", 3).append("code", 56).append("errmsg", "no name"))),
                updates -> assertThatThrownBy(() -> write(updates, things()))
                        .isInstanceOfSatisfying(
                                DocumentRefused.class, refused -> assertThat(refused.id()).isEqualTo("3")));
    }

    /** As FerretDB's PostgreSQL does with a NUL. */
    @Test
    void ofACommandThatIsRefusedAsAWholeTheDocumentIsFound() {
        refusing(
                command -> command.toString().contains("bad") ? failed(1, "invalid byte sequence") : null,
                updates -> {
                    assertThatThrownBy(() -> write(updates, things()))
                            .isInstanceOfSatisfying(
                                    DocumentRefused.class, refused -> assertThat(refused.id()).isEqualTo("5"));
                    assertThat(write(updates, things().stream()
                                    .filter(each -> !each.id().equals("5"))
                                    .toList()))
                            .as("all others are written")
                            .isEqualTo(9);
                });
    }

    @Test
    void whereNothingIsTakenNoDocumentIsRefused() {
        refusing(
                command -> command.containsKey("update") || command.containsKey("findAndModify")
                        ? failed(1, "no space is left")
                        : null,
                updates -> assertThatThrownBy(() -> write(updates, things())).satisfies(e -> assertThat(e)
                        .isNotInstanceOf(DocumentRefused.class)));
    }

    @Test
    void aPrimaryThatStepsDownIsAskedOnceMore() {
        AtomicBoolean steppedDown = new AtomicBoolean();
        refusing(
                command -> command.containsKey("update") && !steppedDown.getAndSet(true)
                        ? failed(11_602, "interrupted due to repl state change")
                        : null,
                updates -> assertThat(write(updates, things())).isEqualTo(10));
    }

    @Test
    void whatIsNotConfirmedIsToBeGivenAgain() {
        refusing(
                command -> command.containsKey("update")
                        ? new Document("ok", 1.0)
                                .append("n", 10)
                                .append(
                                        "writeConcernError",
                                        new Document("code", 64).append("errmsg", "waiting for replication timed out"))
                        : null,
                updates -> assertThatThrownBy(() -> write(updates, things())).isInstanceOf(StoreUnavailable.class));
    }

    private static Document failed(int code, String message) {
        return new Document("ok", 0.0).append("code", code).append("errmsg", message);
    }

    /** Answers null for what the server answers by itself. */
    private interface Refusals {
        @Nullable Document to(Document command);
    }

    private static void refusing(Refusals refusals, Consumer<MongoUpdates> test) {
        AtomicBoolean begun = new AtomicBoolean();
        try (AnsweringServer server = AnsweringServer.with((command, itself) -> {
            Document other = begun.get() ? refusals.to(command) : null;
            return other == null ? itself.apply(command) : other;
        })) {
            try (MongoConnection connection = new MongoConnection(SETTINGS, server.uri())) {
                begun.set(true);
                MongoDatabase database = connection.database();
                test.accept(new MongoUpdates(new MongoCommands(database)));
            }
        }
    }

    private static List<Update> things() {
        return IntStream.range(0, 10)
                .mapToObj(i -> new Update(
                        Integer.toString(i),
                        MongoCommands.update(
                                new org.bson.Document("_id", Integer.toString(i)),
                                new org.bson.Document("$set", new org.bson.Document("text", i == 5 ? "bad" : "good")),
                                true)))
                .toList();
    }

    private static int write(MongoUpdates updates, List<Update> some) {
        return updates.write("test.", THINGS, some).blockOptional().orElseThrow();
    }
}
