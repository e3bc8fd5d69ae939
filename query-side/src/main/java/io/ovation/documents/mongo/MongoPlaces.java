package io.ovation.documents.mongo;

import java.time.Clock;
import java.time.Duration;
import java.util.Date;
import java.util.function.Supplier;
import java.util.regex.Pattern;

import com.mongodb.MongoException;
import com.mongodb.MongoWriteException;
import com.mongodb.client.model.UpdateOptions;
import com.mongodb.client.result.UpdateResult;
import com.mongodb.reactivestreams.client.MongoCollection;
import com.mongodb.reactivestreams.client.MongoDatabase;
import io.ovation.documents.Batch.Place;
import io.ovation.documents.Places;
import io.ovation.documents.StoreUnavailable;
import org.bson.Document;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import static com.mongodb.client.model.Filters.and;
import static com.mongodb.client.model.Filters.eq;
import static com.mongodb.client.model.Filters.lt;
import static com.mongodb.client.model.Filters.ne;
import static com.mongodb.client.model.Filters.or;
import static com.mongodb.client.model.Filters.regex;

/**
 * Where projections are, and which process has each, in a document each. A claim ends a few seconds after it was last
 * renewed, by the clocks of the processes. Thread-safe.
 */
final class MongoPlaces implements Places {
    static final String COLLECTION = "projections";

    private static final Logger log = LoggerFactory.getLogger(MongoPlaces.class);

    /** Another process, or the next one, takes over this soon after a crash. */
    private static final Duration CLAIM = Duration.ofSeconds(5);

    /** More than a command takes until the driver gives it up. */
    static final Duration LONGEST = Duration.ofSeconds(25);

    private final MongoDatabase database;
    private final String id;
    private final String owner;
    private final Clock clock;

    /**
     * @param id of the one that this is about: the projection's name and version
     * @param owner of the claims: this process
     */
    MongoPlaces(MongoDatabase database, String id, String owner, Clock clock) {
        this.database = database;
        this.id = id;
        this.owner = owner;
        this.clock = clock;
    }

    @Override
    public boolean claim(String projection) {
        try {
            UpdateResult result = block(() -> places().updateOne(
                            and(
                                    eq(id),
                                    or(eq("owner", owner), eq("owner", null), lt("until", Date.from(clock.instant())))),
                            new Document("$set", claimed()),
                            new UpdateOptions().upsert(true)));
            return result != null && (result.getMatchedCount() > 0 || result.getUpsertedId() != null);
        } catch (MongoWriteException e) {
            // another process has it: the document is there, and is not one to take
            return false;
        }
    }

    @Override
    public void release(String projection) {
        Document nobody = new Document("$unset", new Document("owner", ""));
        block(() -> places().updateOne(and(eq(id), eq("owner", owner)), nobody));
    }

    @Override
    public @Nullable Place place(String projection) {
        Document found = block(() -> places().find(eq(id)).first());
        Long position = found == null ? null : found.getLong("position");
        return found == null || position == null
                ? null
                : new Place(projection, position, found.getString("eventId"));
    }

    /** Writes the place, and renews the claim; fails where another process has taken it. */
    Mono<Void> store(Place place) {
        Document set = claimed().append("position", place.position()).append("eventId", place.eventId());
        return Mono.from(places().updateOne(
                        and(eq(id), eq("owner", owner)), new Document("$set", set)))
                .doOnNext(result -> {
                    if (result.getMatchedCount() == 0) {
                        throw new IllegalStateException("Another process projects " + place.projection());
                    }
                })
                .then();
    }

    /** All collections of the projection go: a copy of them would be as large as they are. */
    @Override
    public void putAside(String projection, String reason) {
        log.warn("The read models of {} {}: they are deleted, and built anew from the log", projection, reason);
        block(() -> Flux.from(database.listCollectionNames())
                .filter(name -> name.startsWith(prefix()))
                .concatMap(name -> database.getCollection(name).drop())
                .then(Mono.from(places().updateOne(
                        eq(id),
                        new Document("$unset", new Document("position", "").append("eventId", ""))))));
    }

    /** With which the names of the collections of documents begin. */
    String prefix() {
        return id + ".";
    }

    /** Deletes the documents of other versions that nobody has any more. Blocks. */
    void deleteOtherVersions(String projection) {
        block(() -> Flux.from(places().find(and(
                        regex("_id", "^" + Pattern.quote(projection) + "\\.[0-9]+$"),
                        ne("_id", id),
                        or(eq("owner", null), lt("until", Date.from(clock.instant()))))))
                .map(other -> other.getString("_id"))
                .concatMap(other -> Flux.from(database.listCollectionNames())
                        .filter(name -> name.startsWith(other + "."))
                        .concatMap(name -> database.getCollection(name).drop())
                        .then(Mono.from(places().deleteOne(eq(other))))
                        .doOnSuccess(deleted -> log.info("The read models of {} are deleted", other)))
                .then());
    }

    private Document claimed() {
        return new Document("owner", owner).append("until", Date.from(clock.instant().plus(CLAIM)));
    }

    private MongoCollection<Document> places() {
        return database.getCollection(COLLECTION);
    }

    private static <T> @Nullable T block(Supplier<Publisher<T>> command) {
        try {
            return Mono.from(command.get()).block(LONGEST);
        } catch (MongoWriteException e) {
            throw e;
        } catch (MongoException e) {
            throw MongoStore.unavailable(e);
        } catch (IllegalStateException e) {
            throw new StoreUnavailable("MongoDB does not answer", e);
        }
    }
}
