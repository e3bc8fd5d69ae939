package io.ovation.documents.mongo;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;

import com.mongodb.reactivestreams.client.MongoDatabase;
import io.ovation.Caller;
import io.ovation.QuerySide;
import io.ovation.TestLog;
import io.ovation.conversation.ConversationEvent;
import io.ovation.conversation.ConversationQuery.FindHistory;
import io.ovation.conversation.ConversationQuery.HistoryPage;
import io.ovation.conversation.Kind;
import io.ovation.conversation.Script;
import io.ovation.documents.Batch;
import io.ovation.documents.Batch.Place;
import io.ovation.documents.DocumentHome.Beside;
import io.ovation.documents.DocumentStore;
import io.ovation.documents.DocumentType;
import io.ovation.documents.StoreUnavailable;
import io.ovation.projection.ProjectionQuery.Done;
import io.ovation.projection.ProjectionQuery.FindProjections;
import io.ovation.projection.ProjectionQuery.ProjectionView;
import io.ovation.projection.ProjectionQuery.ProjectionsView;
import io.ovation.projection.ProjectionQuery.RebuildProjection;
import org.axonframework.config.ProcessingGroup;
import org.axonframework.eventhandling.EventHandler;
import org.bson.Document;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/** Documents are built anew beside those that are read, in a MongoDB that several processes share. */
@Timeout(120)
class MongoRebuildTest {
    private static final MongoHome MONGO = new MongoHome();
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final DocumentType THINGS = DocumentType.of("conversation", "things", "count");

    private final TestLog log = new TestLog();
    private final Script script = new Script();
    private final String name = "db" + UUID.randomUUID();
    private final MongoDatabase database = MONGO.database(name);
    private final Later clock = new Later();

    @AfterAll
    static void stop() {
        MONGO.close();
    }

    @Test
    void whatIsBuiltEqualsWhatWasRead() {
        talk(400);
        try (QuerySide room = start()) {
            awaitAll(room);
            for (ProjectionView projection : projections(room)) {
                String id = projection.name() + "." + projection.version();
                Map<String, List<Document>> before = dump(id + ".");

                order(room, projection.name());

                await().atMost(PATIENCE).until(() -> generation(id) == 1);
                assertThat(dump(id + ".1.")).as(id).isEqualTo(before);
                awaitAll(room);
            }
            say(100);
            assertThat(lastSeq(room)).as("it goes on").isEqualTo(500);
        }
        try (QuerySide room = start()) {
            assertThat(lastSeq(room)).as("after a start").isEqualTo(500);
        }
    }

    /** It does not matter which node is asked: the one that projects builds, and all read what it built. */
    @Test
    void theNodeThatProjectsBuildsAndTheOthersReadIt() throws InterruptedException {
        talk(50);
        CountDownLatch goOn = new CountDownLatch(1);
        Slow slow = new Slow(goOn);
        try (QuerySide projecting = new QuerySide(log, List.of(slow), uri());
                QuerySide other = follower(projecting)) {
            assertThat(lastSeq(other)).isEqualTo(50);

            order(other, "conversation");

            assertThat(slow.reached.await(30, TimeUnit.SECONDS)).as("the one that projects builds").isTrue();
            await("the other says so").atMost(PATIENCE).until(() -> view(other).state().equals("building"));
            assertThat(lastSeq(other)).as("what was there is read").isEqualTo(50);
            assertThat(place("conversation.1").getString("owner")).isEqualTo(building().getString("owner"));
            goOn.countDown();
            await().atMost(PATIENCE).until(() -> generation("conversation.1") == 1);
            awaitAll(projecting);
            say(1);
            assertThat(lastSeq(other)).as("what came after is read").isEqualTo(51);
            await().atMost(PATIENCE).until(() -> view(other).building() == null);
            drop("conversation.1.messages");
            assertThat(lastSeq(other)).isEqualTo(51);
        } finally {
            goOn.countDown();
        }
    }

    @Test
    void whatAKilledProcessLeftIsNotReadAndGoesAtTheNextRebuild() {
        talk(20);
        try (QuerySide room = start()) {
            assertThat(lastSeq(room)).isEqualTo(20);
        }
        Mono.from(database.getCollection("projections")
                        .updateOne(
                                new Document("_id", "conversation.1"),
                                new Document(
                                        "$set",
                                        new Document("generations", 4L)
                                                .append(
                                                        "building",
                                                        new Document("owner", "killed").append("generation", 4L)))))
                .block();
        insert("conversation.1.4.messages");
        try (QuerySide room = start()) {
            assertThat(lastSeq(room)).isEqualTo(20);
            awaitAll(room);
            assertThat(view(room).building()).as("nobody builds").isNull();

            order(room, "conversation");
            await().atMost(PATIENCE).until(() -> generation("conversation.1") == 5);
            assertThat(lastSeq(room)).isEqualTo(20);
        }
        assertThat(collections()).contains("conversation.1.5.messages").doesNotContain("conversation.1.4.messages");
    }

    @Test
    void whoLostTheClaimMeanwhileTakesNothingOver() {
        MongoPlaces mine = places("mine");
        assertThat(mine.claim("conversation")).isTrue();
        Beside beside = MongoBeside.begin(mine, Schedulers.immediate());
        write(beside.store(), "a", new Place("conversation", 1, "event"));
        clock.advance(Duration.ofSeconds(6));
        MongoPlaces theirs = places("theirs");
        assertThat(theirs.claim("conversation")).isTrue();

        assertThatThrownBy(() -> write(beside.store(), "b", new Place("conversation", 2, "event")))
                .hasMessageContaining("Another process projects");
        assertThatThrownBy(beside::takeOver).isInstanceOf(StoreUnavailable.class);
        assertThatThrownBy(() -> MongoBeside.begin(mine, Schedulers.immediate()))
                .as("two never build the same")
                .isInstanceOf(StoreUnavailable.class);
        beside.discard();

        assertThat(generation("conversation.1")).isZero();
        Beside next = MongoBeside.begin(theirs, Schedulers.immediate());
        assertThat(collections()).as("what was left is gone").doesNotContain("conversation.1.1.things");
        write(next.store(), "a", new Place("conversation", 1, "event"));
        assertThat(collections()).contains("conversation.1.2.things");
    }

    @Test
    void whatIsNotAtThePlaceOfTheProjectionTakesNothingOver() {
        MongoPlaces places = places("mine");
        places.claim("conversation");
        write(places.store(places), "a", new Place("conversation", 7, "event"));
        Beside beside = MongoBeside.begin(places, Schedulers.immediate());
        write(beside.store(), "a", new Place("conversation", 6, "event"));

        assertThatThrownBy(beside::takeOver).isInstanceOf(StoreUnavailable.class);
    }

    /** The answer to the exchange may be lost: what has taken over is not deleted with what is of no use. */
    @Test
    void whatHasTakenOverIsNotDiscarded() {
        MongoPlaces places = places("mine");
        places.claim("conversation");
        Beside beside = exchange(places);

        beside.discard();

        assertThat(find(places.store(places))).isEqualTo("new");
    }

    @Test
    void aReaderThatWasSuspendedAsksWhichAreRead() {
        MongoPlaces places = places("mine");
        places.claim("conversation");
        DocumentStore reading = suspended();
        write(places.store(places), "a", "old", new Place("conversation", 1, "event"));
        assertThat(find(reading)).isEqualTo("old");

        exchange(places);
        assertThat(find(reading)).as("those before are kept for whoever has not heard").isEqualTo("old");
        clock.advance(Generation.LAST_READERS.plusSeconds(1));
        assertThat(places.claim("conversation")).isTrue();
        places.collections().deleteUnused().block();

        assertThat(collections()).doesNotContain("conversation.1.things");
        assertThat(find(reading)).isEqualTo("new");
    }

    /** The process stands still after the server has been asked, for longer than those before are kept. */
    @Test
    void whoWasSuspendedInTheMiddleOfAReadReadsAgain() {
        MongoPlaces places = places("mine");
        places.claim("conversation");
        write(places.store(places), "a", "old", new Place("conversation", 1, "event"));
        MongoPlaces other = places("other");
        assertThat(find(other.store(other))).isEqualTo("old");
        exchange(places);
        AtomicBoolean stoodStill = new AtomicBoolean();
        DocumentStore reading = other.store(new MongoStore.Collections() {
            @Override
            public Mono<MongoStore.Named> now() {
                // it is told which, and stands still then
                return other.now().publishOn(Schedulers.boundedElastic()).doOnNext(named -> {
                    if (stoodStill.getAndSet(true)) {
                        return;
                    }
                    clock.advance(Generation.LAST_READERS.plusSeconds(1));
                    places.claim("conversation");
                    places.collections().deleteUnused().block();
                });
            }

            @Override
            public Mono<Void> store(Place place) {
                return Mono.error(new UnsupportedOperationException());
            }
        });

        assertThat(collections()).contains("conversation.1.things");
        assertThat(find(reading)).isEqualTo("new");
    }

    private Beside exchange(MongoPlaces places) {
        Beside beside = MongoBeside.begin(places, Schedulers.boundedElastic());
        write(beside.store(), "a", "new", new Place("conversation", 1, "event"));
        Document place = place("conversation.1");
        if (place.getLong("position") == null) {
            write(places.store(places), "a", "old", new Place("conversation", 1, "event"));
        }
        beside.takeOver();
        return beside;
    }

    private DocumentStore suspended() {
        MongoPlaces other = places("other");
        return other.store(other);
    }

    private MongoPlaces places(String owner) {
        return new MongoPlaces(database, "conversation.1", owner, clock);
    }

    private static void write(DocumentStore store, String id, Place place) {
        write(store, id, "text", place);
    }

    private static void write(DocumentStore store, String id, String text, Place place) {
        Document set = new Document("text", text).append(DocumentStore.POSITION, place.position());
        store.write(new Batch(
                        List.of(),
                        List.of(new Batch.Change(THINGS, id, Long.MIN_VALUE, set, List.of())),
                        place))
                .block();
    }

    private static String find(DocumentStore store) {
        return Objects.requireNonNull(store.find(THINGS, "a", "text").block()).getString("text");
    }

    private QuerySide start() {
        return new QuerySide(log, uri(), "--ovation.history.batch-size=100");
    }

    /** Another that begins once the first has all projections. */
    private QuerySide follower(QuerySide first) {
        awaitAll(first);
        return new QuerySide(log, uri());
    }

    private String uri() {
        return "--ovation.mongodb.uri=" + MONGO.uri(name);
    }

    private void talk(int messages) {
        script.open("talk", Kind.group, "ann", "bob");
        say(messages);
    }

    private void say(int messages) {
        for (int i = 0; i < messages; i++) {
            script.send("talk", "ann", "text " + i);
        }
        log.append(script.take());
    }

    private static void order(QuerySide room, String projection) {
        room.queries().query(new RebuildProjection(projection), Done.class).join();
    }

    private static ProjectionView view(QuerySide room) {
        return projections(room).stream()
                .filter(each -> each.name().equals("conversation"))
                .findAny()
                .orElseThrow();
    }

    private static List<ProjectionView> projections(QuerySide room) {
        return room.queries()
                .query(new FindProjections(), ProjectionsView.class)
                .join()
                .projections();
    }

    private static void awaitAll(QuerySide room) {
        await().atMost(PATIENCE)
                .until(() -> projections(room).stream().allMatch(each -> each.lag() == 0 && each.building() == null));
    }

    private static long lastSeq(QuerySide room) {
        return room.queries()
                .query(new FindHistory(Script.id("talk"), new Caller("ann", false), null, null, 9), HistoryPage.class)
                .join()
                .lastSeq();
    }

    private Document place(String id) {
        return Objects.requireNonNull(Mono.from(database.getCollection("projections")
                        .find(new Document("_id", id))
                        .first())
                .block());
    }

    private Document building() {
        return Objects.requireNonNull(place("conversation.1").get("building", Document.class));
    }

    private long generation(String id) {
        return MongoCollections.longOf(place(id), "generation");
    }

    private List<String> collections() {
        return Flux.from(database.listCollectionNames()).collectList().blockOptional().orElseThrow();
    }

    private void insert(String collection) {
        Mono.from(database.getCollection(collection).insertOne(new Document("_id", "m"))).block();
    }

    private void drop(String collection) {
        Mono.from(database.getCollection(collection).drop()).block();
    }

    /** What is in collections whose names begin so, and go on without a number. */
    private Map<String, List<Document>> dump(String prefix) {
        return collections().stream()
                .filter(each -> each.startsWith(prefix) && !Character.isDigit(each.charAt(prefix.length())))
                .collect(Collectors.toMap(
                        each -> each.substring(prefix.length()),
                        each -> Flux.from(database.getCollection(each).find().sort(new Document("_id", 1)))
                                .collectList()
                                .blockOptional()
                                .orElseThrow(),
                        (one, other) -> one,
                        TreeMap::new));
    }

    /** The clock of all processes, which is put forward. */
    private static final class Later extends Clock {
        private volatile Instant now = Instant.parse("2026-01-01T00:00:00Z");

        void advance(Duration by) {
            now = now.plus(by);
        }

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    /** Holds up whoever builds. */
    @ProcessingGroup("conversation")
    static final class Slow {
        private final CountDownLatch goOn;
        private final CountDownLatch reached = new CountDownLatch(1);

        Slow(CountDownLatch goOn) {
            this.goOn = goOn;
        }

        @EventHandler
        void on(ConversationEvent event) throws InterruptedException {
            if (Thread.currentThread().getName().startsWith("rebuild")) {
                reached.countDown();
                goOn.await(60, TimeUnit.SECONDS);
            }
        }
    }
}
