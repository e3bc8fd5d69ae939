package io.ovation.documents.mongo;

import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

import com.mongodb.MongoCommandException;
import com.mongodb.MongoException;
import com.mongodb.reactivestreams.client.MongoDatabase;
import io.ovation.documents.Batch.Place;
import io.ovation.documents.DocumentStore;
import io.ovation.documents.Places;
import io.ovation.documents.StoreUnavailable;
import io.ovation.documents.mongo.MongoCommands.Answer;
import org.bson.Document;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * Where one projection is, which process has it, and which of its collections are read: one document, so that others
 * take the place of these in one step. A claim ends a few seconds after it was last renewed, by the clocks of the
 * processes. Thread-safe.
 */
final class MongoPlaces implements Places, MongoStore.Collections {
    static final String COLLECTION = "projections";

    /** Which process has the projection, and until when unless it says so again. */
    static final String OWNER = "owner";

    static final String UNTIL = "until";

    /** The number of those collections that are read; not there for the first. */
    static final String GENERATION = "generation";

    /** What is built beside them: number, position and event. */
    static final String BUILDING = "building";

    /** Numbers of those that were read before, and until when they are kept. */
    static final String RETIRED = "retired";

    private static final String POSITION = "position";
    private static final String EVENT = "eventId";

    /** An order to build anew, for whoever projects. */
    private static final String ORDERED = "ordered";

    private static final Logger log = LoggerFactory.getLogger(MongoPlaces.class);

    /** Another process, or the next one, takes over this soon after a crash. */
    private static final Duration CLAIM = Duration.ofSeconds(5);

    /** More than a command takes until it is given up. */
    static final Duration LONGEST = Duration.ofSeconds(25);

    private final MongoCommands commands;
    private final MongoCollections collections;
    private final MongoDatabase database;
    private final String id;
    private final String owner;
    private final Clock clock;
    private final AtomicReference<@Nullable Generation> generation = new AtomicReference<>();
    private volatile boolean ordered;
    private volatile @Nullable Place built;

    /**
     * @param id of the one that this is about: the projection's name and version
     * @param owner of the claims: this process
     */
    MongoPlaces(MongoDatabase database, String id, String owner, Clock clock) {
        this.commands = new MongoCommands(database);
        this.collections = new MongoCollections(database, id, clock);
        this.database = database;
        this.id = id;
        this.owner = owner;
        this.clock = clock;
    }

    @Override
    public boolean claim(String projection) {
        Document mine = new Document("_id", id)
                .append(
                        "$or",
                        List.of(
                                new Document(OWNER, owner),
                                new Document(OWNER, null),
                                new Document(UNTIL, new Document("$lt", Date.from(clock.instant())))));
        try {
            block(readingFrom(commands.change(COLLECTION, mine, new Document("$set", claimed()))));
            return true;
        } catch (MongoCommandException e) {
            if (e.getErrorCode() != MongoCommands.DUPLICATE) {
                throw MongoStore.unavailable(e);
            }
            // another process has it: the document is there, and is not one to take
            return false;
        }
    }

    @Override
    public void release(String projection) {
        unlessUnavailable(commands.update(COLLECTION, mine(), unset(OWNER), false));
    }

    @Override
    public @Nullable Place place(String projection) {
        Document found = unlessUnavailable(read());
        return found == null ? null : place(projection, found);
    }

    private static @Nullable Place place(String projection, Document of) {
        Long position = of.getLong(POSITION);
        return position == null ? null : new Place(projection, position, of.getString(EVENT));
    }

    @Override
    public boolean order(String projection) {
        Document toAnother =
                new Document("_id", id).append(OWNER, new Document("$nin", Arrays.asList(owner, null)));
        Answer answer = unlessUnavailable(commands.update(
                COLLECTION, toAnother, new Document("$set", new Document(ORDERED, true)), false));
        return answer != null && answer.written() > 0;
    }

    @Override
    public boolean takeOrder(String projection) {
        if (!ordered) {
            return false;
        }
        ordered = false;
        Answer answer =
                unlessUnavailable(commands.update(COLLECTION, mine().append(ORDERED, true), unset(ORDERED), false));
        return answer != null && answer.written() > 0;
    }

    @Override
    public @Nullable Place built(String projection) {
        return built;
    }

    /** Writes the place, and renews the claim; fails where another process has taken it. */
    @Override
    public Mono<Void> store(Place place) {
        return change(
                mine(),
                new Document(
                        "$set", claimed().append(POSITION, place.position()).append(EVENT, place.eventId())));
    }

    /** Changes the document, and fails where it is not the one that was asked for. */
    Mono<Void> change(Document query, Document update) {
        return commands.update(COLLECTION, query, update, false)
                .doOnNext(answer -> {
                    if (answer.written() == 0) {
                        throw new Taken(id);
                    }
                })
                .then();
    }

    /** Another process has the projection, or builds. */
    static final class Taken extends IllegalStateException {
        private static final long serialVersionUID = 1L;

        Taken(String id) {
            super("Another process projects " + id);
        }
    }

    /** The next number that nobody has had. */
    Mono<Long> next(String counter) {
        return commands.change(COLLECTION, mine(), new Document("$inc", new Document(counter, 1L)))
                .map(found -> MongoCollections.longOf(found, counter));
    }

    DocumentStore store(MongoStore.Collections of) {
        return new MongoStore(database, new MongoUpdates(commands), of);
    }

    String id() {
        return id;
    }

    String owner() {
        return owner;
    }

    /** All collections of the projection go: a copy of them would be as large as they are. */
    @Override
    public void putAside(String projection, String reason) {
        log.warn("The read models of {} {}: they are deleted, and built anew from the log", projection, reason);
        block(collections
                .deleteAll()
                .then(commands.update(COLLECTION, new Document("_id", id), unset(POSITION, EVENT, BUILDING), false)));
    }

    /** Where no process has told yet, or long ago, the server is asked which are read. */
    @Override
    public Mono<MongoStore.Named> now() {
        return Mono.defer(() -> {
            Generation known = generation.get();
            return known != null && known.isFresh(clock)
                    ? Mono.just(named(known))
                    : read().then(Mono.fromSupplier(() -> named(generation.get())));
        });
    }

    private MongoStore.Named named(@Nullable Generation known) {
        Generation of = known == null ? Generation.of(0, clock) : known;
        return new MongoStore.Named() {
            @Override
            public String prefix() {
                return collections.prefix(of.number());
            }

            @Override
            public boolean isThere() {
                return of.isThere(clock);
            }
        };
    }

    /** The number of the collections that are read. */
    long generation() {
        Generation known = generation.get();
        return known == null ? 0 : known.number();
    }

    /** Another process says that these are read now. */
    void heardOf(long number) {
        Generation known = generation.get();
        if (known == null || known.number() < number) {
            adopt(Generation.of(number, clock));
        }
    }

    MongoCollections collections() {
        return collections;
    }

    MongoCommands commands() {
        return commands;
    }

    /** The document, as long as this process has the projection. */
    Document mine() {
        return new Document("_id", id).append(OWNER, owner);
    }

    Document claimed() {
        return new Document(OWNER, owner).append(UNTIL, Date.from(clock.instant().plus(CLAIM)));
    }

    Clock clock() {
        return clock;
    }

    /** Reads the document; empty where it is not there yet. */
    private Mono<Document> read() {
        return readingFrom(Mono.defer(() ->
                Mono.from(database.getCollection(COLLECTION).find(new Document("_id", id)).first())
                        .timeout(LONGEST)));
    }

    /** Takes from the document what others have changed in it. */
    private Mono<Document> readingFrom(Mono<Document> asking) {
        return Mono.defer(() -> {
            Generation before = Generation.of(0, clock);
            return asking.doOnNext(found -> {
                        adopt(new Generation(
                                MongoCollections.longOf(found, GENERATION), before.nanos(), before.since()));
                        ordered = found.getBoolean(ORDERED, false);
                        Document building = MongoCollections.building(found, clock);
                        built = building == null ? null : builtTo(building);
                    })
                    .switchIfEmpty(Mono.fromRunnable(() -> adopt(before)));
        });
    }

    private Place builtTo(Document building) {
        Place to = place(id, building);
        return to == null ? new Place(id, -1, "") : to;
    }

    private void adopt(Generation found) {
        generation.accumulateAndGet(found, (known, other) -> known == null ? other : known.or(other));
    }

    static Document unset(String... fields) {
        Document all = new Document();
        List.of(fields).forEach(field -> all.append(field, ""));
        return new Document("$unset", all);
    }

    static <T> @Nullable T unlessUnavailable(Mono<T> command) {
        try {
            return block(command);
        } catch (MongoCommandException e) {
            throw MongoStore.unavailable(e);
        }
    }

    static <T> @Nullable T block(Mono<T> command) {
        try {
            return command.block(LONGEST);
        } catch (MongoCommandException e) {
            throw e;
        } catch (MongoException e) {
            throw MongoStore.unavailable(e);
        } catch (Taken e) {
            throw e;
        } catch (IllegalStateException e) {
            throw new StoreUnavailable("MongoDB does not answer", e);
        }
    }
}
