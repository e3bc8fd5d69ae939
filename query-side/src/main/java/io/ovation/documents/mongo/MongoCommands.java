package io.ovation.documents.mongo;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeoutException;

import com.mongodb.MongoCommandException;
import com.mongodb.MongoException;
import com.mongodb.MongoSocketException;
import com.mongodb.MongoSocketReadTimeoutException;
import com.mongodb.reactivestreams.client.MongoDatabase;
import io.ovation.documents.StoreUnavailable;
import org.bson.Document;
import org.bson.RawBsonDocument;
import org.bson.codecs.DocumentCodec;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/**
 * The commands that write to MongoDB, and what it answers. Thread-safe: it holds nothing that changes.
 *
 * <p>The driver's own methods are not used: they never end where a server tells of an error and leaves the number of
 * documents out, as FerretDB does. Nor are its retries: what is written here is fenced or is the same when it is
 * written again, so that each command is sent once more after a cut, whether or not the server has sessions.
 */
final class MongoCommands {
    /** No command takes longer, whatever the server does. */
    static final Duration LONGEST = Duration.ofSeconds(10);

    /** Another document has that id already. */
    static final int DUPLICATE = 11_000;

    /** The server was about to end, or is none any more that takes writes. */
    private static final Set<Integer> PASSING =
            Set.of(6, 7, 89, 91, 189, 262, 9_001, 10_107, 11_600, 11_602, 13_435, 13_436);

    private static final DocumentCodec CODEC = new DocumentCodec();

    private final MongoDatabase database;

    MongoCommands(MongoDatabase database) {
        this.database = database;
    }

    /**
     * What came of updates.
     *
     * @param written how many documents were found or made
     * @param refused what was not taken; of it the first at least
     */
    record Answer(int written, List<Refused> refused) {
        boolean isDuplicate() {
            return refused.stream().anyMatch(each -> each.code() == DUPLICATE);
        }
    }

    /**
     * An update that was not taken.
     *
     * @param index among those of the command
     * @param code MongoDB's
     */
    record Refused(int index, int code, String message) {}

    /** An update as it is sent, so that its length is known. */
    static RawBsonDocument update(Document query, Document update, boolean upsert) {
        return new RawBsonDocument(
                new Document("q", query).append("u", update).append("upsert", upsert), CODEC);
    }

    /**
     * Sends updates, which must be the same when they are sent again, or do nothing. Fails with
     * {@link StoreUnavailable} where that they were written is not confirmed, and with {@link MongoCommandException}
     * where the command as a whole is refused.
     */
    Mono<Answer> update(String collection, List<RawBsonDocument> updates) {
        return run(new Document("update", collection)
                        .append("ordered", false)
                        .append("updates", updates)
                        .append("writeConcern", confirmed()))
                .map(MongoCommands::answer);
    }

    Mono<Answer> update(String collection, Document query, Document update, boolean upsert) {
        return update(collection, List.of(update(query, update, upsert)));
    }

    /**
     * Changes one document, or makes it, and answers what it is then. Fails with {@link MongoCommandException} and the
     * code {@link #DUPLICATE} where it is there and is not what was asked for.
     */
    Mono<Document> change(String collection, Document query, Document update) {
        return run(new Document("findAndModify", collection)
                        .append("query", query)
                        .append("update", update)
                        .append("new", true)
                        .append("upsert", true)
                        .append("writeConcern", confirmed()))
                .mapNotNull(answer -> answer.get("value", Document.class));
    }

    /** Any other command. */
    Mono<Document> run(Document command) {
        return Mono.defer(() -> Mono.from(database.runCommand(command)))
                .retryWhen(Retry.max(1)
                        .filter(MongoCommands::isWorthASecondTry)
                        .onRetryExhaustedThrow((spec, signal) -> signal.failure()))
                .timeout(LONGEST)
                .onErrorMap(TimeoutException.class, e -> new StoreUnavailable("MongoDB does not answer in time", e))
                .doOnNext(MongoCommands::requireConfirmed);
    }

    /** On the disks of most of its servers; one that cannot do so says that before it is given up. */
    private static Document confirmed() {
        return new Document("w", "majority").append("j", true).append("wtimeout", LONGEST.toMillis() - 2_000);
    }

    /** Whether a command was given up, and may be under way still. */
    static boolean isLate(Throwable e) {
        return e instanceof MongoSocketReadTimeoutException
                || (e instanceof StoreUnavailable && e.getCause() instanceof TimeoutException);
    }

    private static boolean isWorthASecondTry(Throwable e) {
        return switch (e) {
            case MongoSocketReadTimeoutException silent -> false;
            case MongoSocketException cut -> true;
            case MongoException other -> PASSING.contains(other.getCode());
            default -> false;
        };
    }

    private static void requireConfirmed(Document answer) {
        Document unconfirmed = answer.get("writeConcernError", Document.class);
        if (unconfirmed != null) {
            throw new StoreUnavailable(
                    "MongoDB does not confirm what is written: " + unconfirmed.get("errmsg"), null);
        }
    }

    private static Answer answer(Document answer) {
        List<Document> errors = answer.getList("writeErrors", Document.class, List.of());
        return new Answer(
                number(answer.get("n")),
                errors.stream()
                        .map(error -> new Refused(
                                number(error.get("index")),
                                number(error.get("code")),
                                String.valueOf(error.get("errmsg"))))
                        .toList());
    }

    private static int number(@Nullable Object value) {
        return value instanceof Number number ? number.intValue() : 0;
    }
}
