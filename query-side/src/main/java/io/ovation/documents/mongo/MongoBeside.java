package io.ovation.documents.mongo;

import java.util.Date;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

import io.ovation.documents.Batch.Place;
import io.ovation.documents.DocumentHome.Beside;
import io.ovation.documents.DocumentStore;
import io.ovation.documents.StoreUnavailable;
import org.bson.Document;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

import static io.ovation.documents.mongo.MongoPlaces.BUILDING;
import static io.ovation.documents.mongo.MongoPlaces.GENERATION;
import static io.ovation.documents.mongo.MongoPlaces.OWNER;
import static io.ovation.documents.mongo.MongoPlaces.RETIRED;

/**
 * Collections that are built beside those that are read. Only the process that has the projection builds, and each
 * batch says so: where another took the claim meanwhile, it fails. For one thread at a time; a batch is written by any.
 */
final class MongoBeside implements Beside, MongoStore.Collections {
    private static final Logger log = LoggerFactory.getLogger(MongoBeside.class);

    /** The last number that was given away. */
    private static final String GIVEN = "generations";

    private static final long A_MOMENT_MILLIS = 5_000;

    private final MongoPlaces places;
    private final Scheduler scheduler;
    private final long number;
    private volatile @Nullable Place place;

    private MongoBeside(MongoPlaces places, Scheduler scheduler, long number) {
        this.places = places;
        this.scheduler = scheduler;
        this.number = number;
    }

    /** Blocks. Fails with {@link StoreUnavailable} where another process has the projection. */
    static MongoBeside begin(MongoPlaces places, Scheduler scheduler) {
        MongoBeside beside = new MongoBeside(
                places, scheduler, Objects.requireNonNull(MongoPlaces.unlessUnavailable(places.next(GIVEN))));
        Document building = new Document(OWNER, places.owner()).append(GENERATION, beside.number);
        wait(places.change(places.mine(), new Document("$set", places.claimed().append(BUILDING, building)))
                // what a process had begun that has ended is not gone on with
                .then(places.collections().deleteUnused()));
        return beside;
    }

    @Override
    public DocumentStore store() {
        return places.store(this);
    }

    @Override
    public @Nullable Place place() {
        return place;
    }

    @Override
    public Mono<MongoStore.Named> now() {
        String prefix = places.collections().prefix(number);
        return Mono.just(new MongoStore.Named() {
            @Override
            public String prefix() {
                return prefix;
            }

            @Override
            public boolean isThere() {
                return true;
            }
        });
    }

    @Override
    public Mono<Void> store(Place to) {
        Document set = places.claimed()
                .append(BUILDING + ".position", to.position())
                .append(BUILDING + ".eventId", to.eventId());
        return places.change(mine(), new Document("$set", set))
                .then(Mono.fromRunnable(() -> place = to));
    }

    @Override
    public void takeOver() {
        Place at = place;
        Date until = Date.from(places.clock().instant().plus(Generation.LAST_READERS));
        wait(places.change(
                mine().append("position", at == null ? null : at.position()),
                new Document(
                                "$set",
                                places.claimed()
                                        .append(GENERATION, number)
                                        .append(RETIRED + "." + places.generation(), until))
                        .append("$unset", new Document(BUILDING, ""))));
        places.heardOf(number);
        scheduler.schedule(
                this::deleteUnused, Generation.LAST_READERS.toMillis() + A_MOMENT_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Whether they have taken over says the database alone: the answer to that may have been lost. */
    @Override
    public void discard() {
        try {
            MongoPlaces.unlessUnavailable(places.commands()
                    .update(MongoPlaces.COLLECTION, mine(), MongoPlaces.unset(BUILDING), false));
        } catch (StoreUnavailable e) {
            log.debug("What was built is deleted when it is next asked for", e);
            return;
        }
        deleteUnused();
    }

    /** They are those that are built, and this process has the projection. */
    private Document mine() {
        return places.mine().append(BUILDING + "." + GENERATION, number);
    }

    private void deleteUnused() {
        try {
            MongoPlaces.unlessUnavailable(places.collections().deleteUnused());
        } catch (RuntimeException e) {
            log.debug("Documents that nobody reads any more are deleted later", e);
        }
    }

    private static void wait(Mono<Void> command) {
        try {
            MongoPlaces.unlessUnavailable(command);
        } catch (MongoPlaces.Taken e) {
            throw new StoreUnavailable("Another process projects", e);
        }
    }
}
