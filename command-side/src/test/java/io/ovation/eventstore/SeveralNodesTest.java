package io.ovation.eventstore;

import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import io.ovation.conversation.ConversationEvent.MemberRemoved;
import io.ovation.postgres.EmbeddedPostgres;
import io.ovation.trace.Traces;
import org.axonframework.common.stream.BlockingStream;
import org.axonframework.eventhandling.GenericDomainEventMessage;
import org.axonframework.eventhandling.TrackedEventMessage;
import org.axonframework.serialization.Serializer;
import org.axonframework.serialization.upcasting.event.NoOpEventUpcaster;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static java.time.Instant.EPOCH;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Two nodes on one real PostgreSQL: what one appends, the other hears of. */
class SeveralNodesTest {
    private static final Serializer JSON = EventJson.serializer();

    /** So long that nothing comes by the poll. */
    private static final Duration NEVER = Duration.ofMinutes(10);

    private EmbeddedPostgres postgres;
    private HikariDataSource reads;
    private EventLog own;
    private GroupCommit groupCommit;
    private EventLog others;
    private final AtomicInteger asked = new AtomicInteger();
    private AppendListener listener;

    @BeforeEach
    void twoNodes(@TempDir Path data) {
        postgres = EmbeddedPostgres.start(data);
        database().prepare();
        reads = new HikariDataSource();
        reads.setDataSource(database().dataSource());
        own = new EventLog(table(), 64, NEVER);
        groupCommit = new GroupCommit(database().dataSource(), own, new AppendMeters(), Traces.OFF, true);
        DataSource counted = (DataSource) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {DataSource.class}, (proxy, method, arguments) -> {
                    asked.incrementAndGet();
                    return method.invoke(reads, arguments);
                });
        others = new EventLog(new LogTable(counted, JSON, NoOpEventUpcaster.INSTANCE), 64, NEVER);
        listener = new AppendListener(database().dataSource(), others);
        listener.start();
    }

    @AfterEach
    void noNode() {
        listener.close();
        groupCommit.close();
        own.close();
        others.close();
        reads.close();
        postgres.close();
    }

    @Test
    void whatOneNodeAppendsTheOtherHearsOf() throws InterruptedException {
        BlockingStream<TrackedEventMessage<?>> stream = others.openStream(null);
        for (int i = 0; i < 3; i++) {
            String aggregate = append();
            assertThat(next(stream)).isEqualTo(aggregate);
        }
    }

    @Test
    void aConnectionThatIsLostIsReplacedAndNothingIsMissed() throws Exception {
        BlockingStream<TrackedEventMessage<?>> stream = others.openStream(null);
        assertThat(List.of(append())).containsExactly(next(stream));
        try (Connection connection = reads.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'"
                    + " OR query LIKE 'SELECT pg_notify(''ovation_%'");
        }
        assertThat(List.of(append())).containsExactly(next(stream));
    }

    @Test
    void whatIsNewIsReadOnceForAllStreams() {
        List<BlockingStream<TrackedEventMessage<?>>> streams =
                IntStream.range(0, 6).mapToObj(i -> others.openStream(null)).toList();
        List<String> appended = IntStream.range(0, 50).mapToObj(i -> append()).toList();
        await().until(() -> others.head() == own.head());
        asked.set(0);
        for (BlockingStream<TrackedEventMessage<?>> stream : streams) {
            assertThat(rest(stream)).isEqualTo(appended);
        }
        assertThat(asked).hasValue(1);
    }

    @Test
    void eachStreamIsGivenEachEventOnceAndInOrderHoweverFarItIsBehind() {
        Random random = new Random(20_261_130);
        List<BlockingStream<TrackedEventMessage<?>>> streams =
                IntStream.range(0, 4).mapToObj(i -> others.openStream(null)).toList();
        List<List<String>> read = streams.stream().<List<String>>map(s -> new ArrayList<>()).toList();
        List<String> appended = new ArrayList<>();
        for (int round = 0; round < 120; round++) {
            appended.add(append());
            await().until(() -> others.head() == own.head());
            int which = random.nextInt(streams.size());
            // the last one falls behind by more than is kept
            if (which < 3 || round % 40 == 39) {
                for (int i = random.nextInt(12); i > 0 && streams.get(which).hasNextAvailable(); i--) {
                    read.get(which).add(idOf(nextOf(streams.get(which))));
                }
            }
        }
        for (int i = 0; i < streams.size(); i++) {
            read.get(i).addAll(rest(streams.get(i)));
            assertThat(read.get(i)).isEqualTo(appended);
        }
    }

    private static List<String> rest(BlockingStream<TrackedEventMessage<?>> stream) {
        List<String> all = new ArrayList<>();
        while (stream.hasNextAvailable()) {
            all.add(idOf(nextOf(stream)));
        }
        return all;
    }

    private static TrackedEventMessage<?> nextOf(BlockingStream<TrackedEventMessage<?>> stream) {
        try {
            return stream.nextAvailable();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String idOf(TrackedEventMessage<?> event) {
        return ((MemberRemoved) event.getPayload()).conversationId();
    }

    private String append() {
        String aggregate = UUID.randomUUID().toString();
        groupCommit.append(List.of(StoredEvent.of(
                new GenericDomainEventMessage<>(
                        "Conversation", aggregate, 0, new MemberRemoved(aggregate, "ada", "ada", EPOCH)),
                JSON)));
        return aggregate;
    }

    private static String next(BlockingStream<TrackedEventMessage<?>> stream) throws InterruptedException {
        assertThat(stream.hasNextAvailable(20, TimeUnit.SECONDS)).isTrue();
        return idOf(stream.nextAvailable());
    }

    private LogTable table() {
        return new LogTable(reads, JSON, NoOpEventUpcaster.INSTANCE);
    }

    private StoreDatabase database() {
        return new StoreDatabase(postgres.jdbcUrl(), postgres.user(), postgres.password());
    }
}
