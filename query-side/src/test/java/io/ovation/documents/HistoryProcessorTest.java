package io.ovation.documents;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;

import io.ovation.Caller;
import io.ovation.QuerySide;
import io.ovation.TestLog;
import io.ovation.Unavailable;
import io.ovation.conversation.ConversationQuery.FindHistory;
import io.ovation.conversation.ConversationQuery.HistoryPage;
import io.ovation.conversation.Kind;
import io.ovation.conversation.Script;
import io.ovation.documents.mongo.MongoHome;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.GenericDomainEventMessage;
import org.bson.Document;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.ReactiveHealthIndicator;
import org.springframework.boot.health.contributor.Status;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/** The processor with a server of its own, that outlives it, is taken away from it, or is emptied. */
class HistoryProcessorTest {
    private static final MongoHome MONGO = new MongoHome();
    private static final int PORT = MONGO.port();

    private final TestLog log = new TestLog();
    private final Script script = new Script();
    private final String database = "db" + UUID.randomUUID();

    @AfterAll
    static void stop() {
        MONGO.close();
    }

    @Test
    void aRestartGoesOnWhereTheTokenIs() {
        talk(100);
        try (QuerySide room = start(PORT)) {
            assertThat(lastSeq(room)).isEqualTo(100);
        }
        // would be noticed if it were written again
        Mono.from(MONGO.database(database).getCollection("conversation.1.messages").drop()).block();
        try (QuerySide room = start(PORT)) {
            assertThat(room.bean(Positions.class)).isNotNull();
            assertThat(lastSeq(room))
                    .as("nothing new to wait for, and known at once")
                    .isZero();
        }
    }

    @Test
    void whatWasRecordedWhileItWasAwayIsCaughtUpWith() {
        talk(100);
        try (QuerySide room = start(PORT)) {
            assertThat(lastSeq(room)).isEqualTo(100);
        }
        say(50);
        try (QuerySide room = start(PORT)) {
            assertThat(lastSeq(room)).isEqualTo(150);
        }
    }

    @Test
    void anEmptiedDatabaseIsFilledAgainAtTheNextStart() {
        talk(100);
        try (QuerySide room = start(PORT)) {
            assertThat(lastSeq(room)).isEqualTo(100);
        }
        List<Document> before = dump();
        Mono.from(MONGO.database(database).drop()).block();
        try (QuerySide room = start(PORT)) {
            assertThat(lastSeq(room)).isEqualTo(100);
        }
        assertThat(dump()).isEqualTo(before);
    }

    @Test
    void aServerThatIsAwayIsToldAndItComesBackByItself() throws IOException {
        talk(10);
        try (CuttableLine line = new CuttableLine(PORT);
                QuerySide room =
                        start(line.port(), "--ovation.history.timeout=500ms", "--ovation.mongodb.timeout=500ms")) {
            assertThat(lastSeq(room)).isEqualTo(10);
            line.cut();
            say(10);
            assertThatThrownBy(() -> lastSeq(room))
                    .rootCause()
                    .isInstanceOfSatisfying(Unavailable.class, unavailable -> assertThat(unavailable.retryAfter())
                            .isEqualTo(1));
            say(10);
            line.mend();

            await().atMost(Duration.ofSeconds(60)).ignoreExceptions().until(() -> lastSeq(room) == 30);
            assertThat(history(room))
                    .extracting(HistoryPage::messages)
                    .asInstanceOf(InstanceOfAssertFactories.LIST)
                    .hasSize(30);
        }
    }

    @Test
    void aServerThatFallsSilentIsGivenUpAndComesBackByItself() throws IOException {
        talk(10);
        try (CuttableLine line = new CuttableLine(PORT);
                QuerySide room = new QuerySide(
                        log,
                        "--ovation.mongodb.uri=mongodb://127.0.0.1:" + line.port() + "/" + database
                                + "?socketTimeoutMS=500",
                        "--ovation.history.timeout=2s",
                        "--ovation.mongodb.timeout=500ms")) {
            assertThat(lastSeq(room)).isEqualTo(10);
            line.silence();
            say(10);
            assertThatThrownBy(() -> lastSeq(room)).rootCause().isInstanceOf(Unavailable.class);
            line.mend();

            await().atMost(Duration.ofSeconds(60)).ignoreExceptions().until(() -> lastSeq(room) == 20);
        }
    }

    @Test
    void whatIsHeldWhileFarBehindIsTakenOnceHoweverOftenItsWritingFails() throws IOException {
        talk(5_000);
        try (QuerySide room = start(PORT, "--ovation.history.batch-size=50")) {
            await().atMost(Duration.ofSeconds(60)).ignoreExceptions().until(() -> lastSeq(room) == 5_000);
        }
        List<Document> inSmallBatches = dump();
        Mono.from(MONGO.database(database).drop()).block();

        try (CuttableLine line = new CuttableLine(PORT);
                QuerySide room =
                        start(line.port(), "--ovation.history.batch-size=1500", "--ovation.mongodb.timeout=500ms")) {
            Positions positions = room.bean(Positions.class);
            await().atMost(Duration.ofSeconds(60))
                    .pollInterval(Duration.ofMillis(1))
                    .until(() -> positions.position() > 0);
            assertThat(positions.position())
                    .as("written at once, of which Axon gives 1,024")
                    .isGreaterThan(1_400);
            for (long seen = 0; seen < 2_500; seen = positions.position()) {
                long before = seen;
                await().atMost(Duration.ofSeconds(60))
                        .pollInterval(Duration.ofMillis(1))
                        .until(() -> positions.position() > before);
                line.cut();
                line.mend();
            }
            await().atMost(Duration.ofSeconds(60)).ignoreExceptions().until(() -> lastSeq(room) == 5_000);
        }
        assertThat(dump()).isEqualTo(inSmallBatches);
    }

    @Test
    void eventsThatNobodyKeepsDoNotHoldUpWhoWaitsForTheHead() {
        talk(1);
        try (QuerySide room = start(PORT)) {
            for (int i = 0; i < 20; i++) {
                log.append(List.of(new GenericDomainEventMessage<>("Other", "other", i, "of another context")));
                assertThat(lastSeq(room)).isEqualTo(1);
            }
        }
    }

    @Test
    void itIsReadyWhenItHasWhatWasThereAtTheStart() {
        talk(5_000);
        try (QuerySide room = start(PORT)) {
            ReactiveHealthIndicator history = room.bean(CatchUp.class);
            await().atMost(Duration.ofSeconds(60)).until(() -> Status.UP.equals(health(history)));
            assertThat(room.bean(Positions.class).position()).isGreaterThanOrEqualTo(5_000);
        }
    }

    @Test
    void aBatchEndsByWhatItChanges() {
        String[] members =
                IntStream.range(0, 5_000).mapToObj(i -> "member-" + i).toArray(String[]::new);
        talk(1);
        // the embedded server: the one that looks for other writers scans for each of 40,000 documents
        try (QuerySide room = new QuerySide(log)) {
            assertThat(lastSeq(room)).isEqualTo(1);
            Positions positions = room.bean(Positions.class);
            // the first may be a batch by itself, while which the others come in
            Projected projected = positions.of("conversation");
            long second = projected.position() + 2;
            Mono<Long> reached = projected.await(second).then(Mono.fromSupplier(projected::position)).cache();
            reached.subscribe();
            for (int i = 0; i < 4; i++) {
                script.open(database + i, Kind.group, "ann", members);
            }
            log.append(script.take());

            assertThat(reached.block(Duration.ofSeconds(60)))
                    .as("an opening is readable before those after it are handled")
                    .isEqualTo(second);
        }
    }

    @Test
    void thePlaceIsNeverAheadOfTheDocuments() {
        talk(0);
        try (QuerySide room = start(PORT)) {
            for (int i = 1; i <= 200; i++) {
                say(1);
                Document token = Mono.from(MONGO.database(database)
                                .getCollection("projections")
                                .find(new Document("_id", "conversation.1"))
                                .first())
                        .block();
                Document conversation = Mono.from(MONGO.database(database)
                                .getCollection("conversation.1.conversations")
                                .find()
                                .first())
                        .block();
                Long position = token == null ? null : token.getLong("position");
                if (position != null && conversation != null) {
                    assertThat(position).isLessThanOrEqualTo(conversation.getLong("position"));
                }
            }
            assertThat(lastSeq(room)).isEqualTo(200);
        }
    }

    private static Status health(ReactiveHealthIndicator history) {
        return history.health().map(Health::getStatus).blockOptional().orElseThrow();
    }

    private QuerySide start(int port, String... settings) {
        String[] all = new String[settings.length + 1];
        System.arraycopy(settings, 0, all, 1, settings.length);
        all[0] = "--ovation.mongodb.uri=mongodb://127.0.0.1:" + port + "/" + database;
        return new QuerySide(log, all);
    }

    private void talk(int messages) {
        script.open(database, Kind.group, "ann");
        say(messages);
    }

    private void say(int messages) {
        for (int i = 0; i < messages; i++) {
            script.send(database, "ann", "text");
        }
        List<? extends DomainEventMessage<?>> events = script.take();
        log.append(events);
    }

    private long lastSeq(QuerySide room) {
        return history(room).lastSeq();
    }

    private HistoryPage history(QuerySide room) {
        return room.queries()
                .query(
                        new FindHistory(Script.id(database), new Caller("ann", false), null, null, 200),
                        HistoryPage.class)
                .join();
    }

    private List<Document> dump() {
        return Flux.just("conversations", "members", "memberships", "messages", "rosters")
                .concatMap(name -> MONGO.database(database)
                        .getCollection("conversation.1." + name)
                        .find()
                        .sort(new Document("_id", 1)))
                .collectList()
                .blockOptional()
                .orElseThrow();
    }
}
