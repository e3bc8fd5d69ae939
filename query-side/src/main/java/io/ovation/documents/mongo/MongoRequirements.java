package io.ovation.documents.mongo;

import java.time.Duration;
import java.util.List;

import com.mongodb.MongoCommandException;
import com.mongodb.MongoException;
import com.mongodb.MongoIncompatibleDriverException;
import com.mongodb.MongoSecurityException;
import com.mongodb.reactivestreams.client.MongoDatabase;
import io.ovation.documents.StoreUnavailable;
import io.ovation.documents.mongo.MongoCommands.Answer;
import org.bson.Document;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * What the server must be able to do, asked once, at the start: what is missing would show at the first write, or when
 * a server has failed. For one thread; blocks.
 */
final class MongoRequirements {
    private static final Duration LONGEST = Duration.ofSeconds(25);

    /** Commands are of less. */
    private static final long NEEDED_BYTES = 8 << 20;

    private static final int NOT_ALLOWED = 13;
    private static final String SETTING = "MONGODB_URI (ovation.mongodb.uri)";

    private final String hosts;
    private final MongoDatabase database;
    private final MongoCommands commands;

    MongoRequirements(String hosts, MongoDatabase database) {
        this.hosts = hosts;
        this.database = database;
        this.commands = new MongoCommands(database);
    }

    /** @throws MongoUnusable where it does not answer, or cannot do what is needed */
    void requireUsable() {
        try {
            requireOneThatWrites(ask(commands.run(new Document("hello", 1))
                    .onErrorResume(MongoCommandException.class, e -> commands.run(new Document("isMaster", 1)))));
            ask(MongoUpdates.probe(commands));
            requireUniqueIds(ask(commands.update(
                    MongoPlaces.COLLECTION,
                    new Document("_id", MongoUpdates.PROBE).append("times", -1L),
                    new Document("$set", new Document("other", true)),
                    true)));
            requireRead();
        } catch (MongoIncompatibleDriverException e) {
            throw unusable("is too old: " + e.getMessage(), e);
        } catch (MongoSecurityException e) {
            throw unusable("refuses the user or password in " + SETTING, e);
        } catch (MongoCommandException e) {
            throw e.getErrorCode() == NOT_ALLOWED
                    ? unusable(
                            "does not let the user in " + SETTING + " write to the database " + database.getName()
                                    + ": give it the role readWrite there",
                            e)
                    : unusable("cannot be used (" + SETTING + "): " + e.getErrorMessage(), e);
        } catch (StoreUnavailable e) {
            throw unusable("cannot be used (" + SETTING + "): " + e.getMessage(), e);
        } catch (MongoException | IllegalStateException e) {
            throw unusable("does not answer; see that it runs, and " + SETTING, e);
        }
    }

    private void requireOneThatWrites(Document hello) {
        boolean writes = hello.getBoolean("isWritablePrimary", hello.getBoolean("ismaster", false));
        if (!writes || hello.getBoolean("readOnly", false)) {
            throw unusable("takes no writes: name the servers of the whole replica set in " + SETTING, null);
        }
        if (hello.get("maxBsonObjectSize", Number.class) instanceof Number most && most.longValue() < NEEDED_BYTES) {
            throw unusable("takes commands of " + most + " bytes at most, and " + NEEDED_BYTES + " are needed", null);
        }
    }

    private void requireUniqueIds(Answer second) {
        if (!second.isDuplicate()) {
            throw unusable("lets two documents have one id; it cannot be used (" + SETTING + ")", null);
        }
    }

    private void requireRead() {
        List<Document> found = ask(Mono.from(database.getCollection(MongoPlaces.COLLECTION)
                        .find(new Document("_id", MongoUpdates.PROBE))
                        .first())
                .map(List::of)
                .defaultIfEmpty(List.of())
                .timeout(MongoCommands.LONGEST, Mono.error(() -> new IllegalStateException("late"))));
        if (found.isEmpty()) {
            throw unusable("does not find what it has just written; it cannot be used (" + SETTING + ")", null);
        }
    }

    private static <T> T ask(Mono<T> command) {
        return command.blockOptional(LONGEST).orElseThrow(() -> new IllegalStateException("No answer"));
    }

    private MongoUnusable unusable(String why, @Nullable Exception e) {
        return new MongoUnusable("MongoDB at " + hosts + " " + why, e);
    }
}
