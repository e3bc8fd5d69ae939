package io.ovation.documents.mongo;

import java.util.List;
import java.util.Set;

import com.mongodb.MongoCommandException;
import io.ovation.documents.DocumentRefused;
import io.ovation.documents.DocumentType;
import io.ovation.documents.StoreUnavailable;
import io.ovation.documents.mongo.MongoCommands.Answer;
import io.ovation.documents.mongo.MongoCommands.Refused;
import org.bson.Document;
import org.bson.RawBsonDocument;
import reactor.core.publisher.Mono;

/**
 * Writes documents, and finds the one that the server does not take: it would not take it at the next try either, and
 * nothing else would be written. Some servers refuse the whole command for it, or say no more than that something went
 * wrong inside of them. Then the updates are tried in ever smaller parts, and one that fails alone, while something
 * else can be written, is refused. Thread-safe: it holds nothing that changes.
 */
final class MongoUpdates {
    /** Which documents cannot be stored: said of an update, it would be said again at each try. */
    private static final Set<Integer> REFUSALS = Set.of(
            2, // a bad value
            9, // not to be parsed
            22, // invalid BSON
            28, // a path without parts
            40, // an update that is no update
            52, // a field whose name begins with $
            56, // a field without a name
            57, // a field with a dot in its name
            121, // not what the collection's rules ask for
            10_334, // too long, in three ways
            17_419,
            17_420);

    /** What a server says that does not know itself what is wrong. */
    private static final Set<Integer> UNCLEAR = Set.of(1, 8);

    /** The id of what is written to see whether anything can be. */
    static final String PROBE = "probe";

    private final MongoCommands commands;

    MongoUpdates(MongoCommands commands) {
        this.commands = commands;
    }

    /** An update of a document. */
    record Update(String id, RawBsonDocument statement) {
        int bytes() {
            return statement.getByteBuffer().remaining();
        }
    }

    /**
     * Answers how many documents were found or made. Fails with {@link DocumentRefused} where one of them cannot be
     * stored, and with {@link StoreUnavailable} where trying again later helps.
     */
    Mono<Integer> write(String prefix, DocumentType type, List<Update> updates) {
        Target target = new Target(prefix + type.collection(), type);
        return send(target, updates)
                .flatMap(answer -> answer.refused().isEmpty()
                        ? Mono.just(answer.written())
                        : refused(target, updates, answer.refused().getFirst()))
                .onErrorResume(
                        MongoCommandException.class,
                        e -> isAboutDocuments(e.getErrorCode())
                                ? search(target, updates, e).then(Mono.error(e))
                                : Mono.error(e));
    }

    private record Target(String collection, DocumentType type) {}

    private Mono<Answer> send(Target target, List<Update> updates) {
        return commands.update(
                target.collection(), updates.stream().map(Update::statement).toList());
    }

    private Mono<Integer> refused(Target target, List<Update> updates, Refused refused) {
        Update update = updates.get(refused.index());
        Exception reason = new Refusal(refused);
        if (REFUSALS.contains(refused.code())) {
            return Mono.error(new DocumentRefused(target.type().collection(), update.id(), reason));
        }
        Mono<Integer> later = Mono.error(new StoreUnavailable("MongoDB does not write now", reason));
        return UNCLEAR.contains(refused.code()) ? search(target, List.of(update), reason).then(later) : later;
    }

    private static boolean isAboutDocuments(int code) {
        return REFUSALS.contains(code) || UNCLEAR.contains(code);
    }

    /**
     * Ends where no update is found that fails alone. What is written by it is found to be written when the batch is
     * given again.
     */
    private Mono<Void> search(Target target, List<Update> updates, Exception reason) {
        return Mono.defer(() -> fails(target, updates)).flatMap(fails -> {
            if (!fails) {
                return Mono.empty();
            }
            if (updates.size() == 1) {
                return requireOthersAreWritten()
                        .then(Mono.error(new DocumentRefused(
                                target.type().collection(), updates.getFirst().id(), reason)));
            }
            int half = updates.size() / 2;
            return search(target, updates.subList(0, half), reason)
                    .then(search(target, updates.subList(half, updates.size()), reason));
        });
    }

    /** Whether an update is refused for what it says; that one was written before is none of it. */
    private Mono<Boolean> fails(Target target, List<Update> updates) {
        return send(target, updates)
                .map(answer -> answer.refused().stream().anyMatch(each -> isAboutDocuments(each.code())))
                .onErrorResume(
                        MongoCommandException.class,
                        e -> isAboutDocuments(e.getErrorCode()) ? Mono.just(true) : Mono.error(e));
    }

    /** Fails where the server takes nothing at all. */
    private Mono<Void> requireOthersAreWritten() {
        return probe(commands).then();
    }

    /** Writes something that any server takes. */
    static Mono<Document> probe(MongoCommands commands) {
        return commands.change(
                MongoPlaces.COLLECTION, new Document("_id", PROBE), new Document("$inc", new Document("times", 1L)));
    }

    /** What the server said of an update. */
    private static final class Refusal extends Exception {
        private static final long serialVersionUID = 1L;

        Refusal(Refused refused) {
            super(refused.message() + " (" + refused.code() + ")", null, false, false);
        }
    }
}
