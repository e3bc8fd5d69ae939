package io.ovation.documents.mongo;

import java.time.Clock;
import java.util.Date;
import java.util.regex.Pattern;

import com.mongodb.reactivestreams.client.MongoCollection;
import com.mongodb.reactivestreams.client.MongoDatabase;
import org.bson.Document;
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

/** Documents of a projection in another version than this process has. Thread-safe: it holds nothing that changes. */
final class OtherVersions {
    private static final Logger log = LoggerFactory.getLogger(OtherVersions.class);

    private final MongoDatabase database;
    private final Clock clock;

    OtherVersions(MongoDatabase database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    /**
     * Deletes those that no process has any more.
     *
     * @param id of the version that stays
     */
    Mono<Void> delete(String projection, String id) {
        MongoCollection<Document> places = database.getCollection(MongoPlaces.COLLECTION);
        return Flux.from(places.find(and(
                        regex("_id", "^" + Pattern.quote(projection) + "\\.[0-9]+$"),
                        ne("_id", id),
                        or(eq(MongoPlaces.OWNER, null), lt(MongoPlaces.UNTIL, Date.from(clock.instant()))))))
                .map(other -> other.getString("_id"))
                .concatMap(other -> new MongoCollections(database, other, clock)
                        .deleteAll()
                        .then(Mono.from(places.deleteOne(eq(other))))
                        .doOnSuccess(deleted -> log.info("The read models of {} are deleted", other)))
                .then();
    }
}
