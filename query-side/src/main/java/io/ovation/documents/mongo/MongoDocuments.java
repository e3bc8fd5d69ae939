package io.ovation.documents.mongo;

import java.time.Clock;
import java.util.Collection;
import java.util.Date;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

import com.mongodb.MongoException;
import com.mongodb.reactivestreams.client.MongoDatabase;
import io.ovation.documents.DocumentHome;
import io.ovation.documents.DocumentStore;
import io.ovation.documents.Places;
import io.ovation.documents.Projection;
import org.bson.Document;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * The documents of all projections in one database. Each version of each has collections of its own, whose names begin
 * with its name and version. So a node of another version reads and writes others, and none finds what it cannot read.
 * For any thread.
 */
final class MongoDocuments implements DocumentHome {
    private static final Logger log = LoggerFactory.getLogger(MongoDocuments.class);

    /** Those of the versions before this one, which had one projection for all. */
    private static final Set<String> OLD_COLLECTIONS = Set.of(
            "archive", "bans", "blocks", "circles", "comments", "contents", "conversations", "counters",
            "dead-letters", "feed", "feedchanges", "inboxes", "listChanges", "members", "memberships", "messages",
            "nodes", "notifications", "pairs", "places", "presence", "reacted", "reactions", "reactorpages", "reactors",
            "readers", "receipts", "rosters", "titleChanges", "titles", "tokens");

    private final MongoDatabase database;
    private final Clock clock;
    private final Map<String, MongoPlaces> places;
    private final OtherVersions otherVersions;

    /** @param owner of the claims: this process */
    MongoDocuments(MongoDatabase database, String owner, Clock clock, Collection<Projection> projections) {
        this.database = database;
        this.clock = clock;
        otherVersions = new OtherVersions(database, clock);
        places = projections.stream()
                .collect(Collectors.toMap(
                        Projection::name,
                        each -> new MongoPlaces(database, each.name() + "." + each.version(), owner, clock)));
    }

    @Override
    public boolean isShared() {
        return true;
    }

    @Override
    public DocumentStore store(String projection) {
        MongoPlaces of = placesOf(projection);
        return of.store(of);
    }

    @Override
    public Places places(String projection) {
        return placesOf(projection);
    }

    private MongoPlaces placesOf(String projection) {
        return Objects.requireNonNull(places.get(projection), projection);
    }

    /** Those of another version go once no process has them any more: nodes are brought up to date one by one. */
    @Override
    public void caughtUp(String projection) {
        MongoPlaces of = placesOf(projection);
        MongoPlaces.unlessUnavailable(otherVersions.delete(projection, of.id()).then(of.collections().deleteUnused()));
    }

    @Override
    public Beside beside(String projection) {
        return MongoBeside.begin(placesOf(projection), Schedulers.boundedElastic());
    }

    @Override
    public long generation(String projection) {
        return placesOf(projection).generation();
    }

    @Override
    public void heardOf(String projection, long generation) {
        placesOf(projection).heardOf(generation);
    }

    /**
     * Deletes what a version before this one left, which is of no use any more; not while one of its processes is still
     * there: then a later start does. Blocks.
     */
    void forgetPredecessor() {
        try {
            Document claimed = new Document("_id", "history")
                    .append("owner", new Document("$ne", null))
                    .append("until", new Document("$gt", Date.from(clock.instant())));
            Mono.from(database.getCollection("places").find(claimed).first())
                    .hasElement()
                    .filter(inUse -> !inUse)
                    .flatMapMany(free -> Flux.from(database.listCollectionNames()))
                    .filter(OLD_COLLECTIONS::contains)
                    .concatMap(name -> Mono.from(database.getCollection(name).drop()).thenReturn(name))
                    .count()
                    .filter(dropped -> dropped > 0)
                    .doOnNext(dropped -> log.info(
                            "The read models of a version before this one are deleted, and built anew from the log"))
                    .block(MongoPlaces.LONGEST);
        } catch (MongoException | IllegalStateException e) {
            log.warn("What a version before this one left in MongoDB could not be deleted: {}", e.toString());
        }
    }
}
