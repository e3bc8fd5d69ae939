package io.ovation.eventstore;

import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

import com.zaxxer.hikari.HikariDataSource;
import io.ovation.Unavailable;
import io.ovation.conversation.ConversationEvent.MemberRemoved;
import io.ovation.postgres.EmbeddedPostgres;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.GenericDomainEventMessage;
import org.axonframework.serialization.Serializer;
import org.axonframework.serialization.upcasting.event.NoOpEventUpcaster;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.health.contributor.Status;

import static java.time.Instant.EPOCH;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

/** The store when PostgreSQL falls silent: answers in time, true ones, and the right one to a second try. */
class SilentDatabaseTest {
    private static final Serializer JSON = EventJson.serializer();
    private static final Duration IN_TIME = Duration.ofSeconds(10);
    private static EmbeddedPostgres postgres;

    private SwallowingProxy proxy;
    private HikariDataSource reads;
    private EventLog log;
    private GroupCommit groupCommit;
    private EventStoreHealth health;

    @BeforeAll
    static void aServer(@TempDir Path data) {
        postgres = EmbeddedPostgres.start(data);
        direct().prepare();
    }

    @AfterAll
    static void noServer() {
        postgres.close();
    }

    private static StoreDatabase direct() {
        return new StoreDatabase(postgres.jdbcUrl(), postgres.user(), postgres.password());
    }

    @BeforeEach
    void aNode() throws Exception {
        int port = URI.create(postgres.jdbcUrl().substring("jdbc:".length())).getPort();
        proxy = new SwallowingProxy(port);
        StoreDatabase database = new StoreDatabase(
                postgres.jdbcUrl().replace(":" + port + "/", ":" + proxy.port() + "/"),
                postgres.user(),
                postgres.password());
        reads = new HikariDataSource();
        reads.setDataSource(database.dataSource());
        reads.setConnectionTimeout(2_000);
        reads.setValidationTimeout(1_000);
        log = new EventLog(table(), 64, Duration.ofMillis(100));
        groupCommit = new GroupCommit(database.dataSource(), log);
        health = new EventStoreHealth(groupCommit, log, Duration.ofMillis(100));
        append(event(UUID.randomUUID().toString()));
    }

    @AfterEach
    void noNode() throws Exception {
        proxy.silence(false, false);
        groupCommit.close();
        log.close();
        reads.close();
        proxy.close();
    }

    private LogTable table() {
        return new LogTable(reads, JSON, NoOpEventUpcaster.INSTANCE);
    }

    private static DomainEventMessage<?> event(String aggregate) {
        return new GenericDomainEventMessage<>(
                "Conversation", aggregate, 0, new MemberRemoved(aggregate, "eve", "ada", EPOCH));
    }

    private void append(DomainEventMessage<?> event) {
        groupCommit.append(List.of(StoredEvent.of(event, JSON)));
    }

    private static long rows(String aggregate) throws SQLException {
        try (Connection connection = direct().dataSource().getConnection();
                Statement statement = connection.createStatement();
                ResultSet count = statement.executeQuery(
                        "SELECT count(*) FROM domainevententry WHERE aggregateidentifier = '" + aggregate + "'")) {
            count.next();
            return count.getLong(1);
        }
    }

    private void awaitOpen() {
        await().atMost(Duration.ofSeconds(30)).until(groupCommit::isOpen);
    }

    private Unavailable refusal(DomainEventMessage<?> event) {
        long start = System.nanoTime();
        Unavailable refusal = catchThrowableOfType(Unavailable.class, () -> append(event));
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(IN_TIME);
        return refusal;
    }

    @Test
    void whatTheServerDidNotHearIsNeitherRecordedNorLater() throws Exception {
        String aggregate = UUID.randomUUID().toString();
        DomainEventMessage<?> event = event(aggregate);
        proxy.silence(true, false);

        assertThat(refusal(event).outcome()).isEqualTo("unknown");
        assertThat(health.health().getStatus()).isEqualTo(Status.OUT_OF_SERVICE);
        assertThat(refusal(event(UUID.randomUUID().toString())).outcome())
                .as("what comes later is turned down at once")
                .isNull();

        // the server now finds the statement of before, as one that was suspended does
        proxy.silence(false, false);
        awaitOpen();
        assertThat(rows(aggregate)).isZero();
        append(event);
        assertThat(rows(aggregate)).isEqualTo(1);
    }

    @Test
    void whatTheServerDidAndCouldNotSayIsFoundWhenItSpeaksAgain() throws Exception {
        String aggregate = UUID.randomUUID().toString();
        DomainEventMessage<?> event = event(aggregate);
        proxy.silence(false, true);

        assertThat(refusal(event).outcome()).isEqualTo("unknown");

        proxy.silence(false, false);
        awaitOpen();
        assertThat(rows(aggregate)).isEqualTo(1);
        assertThatThrownBy(() -> append(event)).isInstanceOf(DuplicateEvent.class);
    }

    @Test
    void aReadIsAnsweredInTimeToo() {
        LogTable table = table();
        proxy.silence(true, true);
        long start = System.nanoTime();
        assertThatThrownBy(table::head).isNotNull();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(IN_TIME);
    }

    @Test
    void aStopEndsWhileAGroupIsInDoubt() throws Exception {
        proxy.silence(true, true);
        Thread command = Thread.ofVirtual().start(() -> refusal(event(UUID.randomUUID().toString())));
        while (command.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
        long start = System.nanoTime();
        groupCommit.close();
        assertThat(command.join(IN_TIME)).isTrue();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(IN_TIME);
    }
}
