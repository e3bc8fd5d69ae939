package io.ovation.eventstore;

import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import io.ovation.cluster.LogHead;
import io.ovation.cluster.Nodes;
import io.ovation.trace.Traces;
import org.axonframework.common.transaction.NoTransactionManager;
import org.axonframework.common.transaction.TransactionManager;
import org.axonframework.eventsourcing.eventstore.EmbeddedEventStore;
import org.axonframework.eventsourcing.eventstore.EventStorageEngine;
import org.axonframework.eventsourcing.eventstore.jdbc.JdbcEventStorageEngine;
import org.axonframework.serialization.Serializer;
import org.axonframework.serialization.jackson3.Jackson3SerializerCustomizer;
import org.axonframework.serialization.upcasting.event.EventUpcaster;
import org.axonframework.serialization.upcasting.event.EventUpcasterChain;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Lazy;

/** Puts the event store together: the database, the log and the engine. */
@AutoConfiguration(beforeName = "org.axonframework.springboot.autoconfig.AxonAutoConfiguration")
@EnableConfigurationProperties(EventStoreProperties.class)
class EventStoreConfiguration {
    @Bean
    EventStoreServer eventStoreServer(EventStoreProperties properties, @Value("${ovation.data:./data}") Path data) {
        return EventStoreServer.start(properties.url(), data);
    }

    @Bean(destroyMethod = "close")
    HikariDataSource eventStoreReads(EventStoreServer server, EventStoreProperties properties) {
        HikariDataSource pool = new HikariDataSource();
        pool.setPoolName("event-store-reads");
        pool.setDataSource(server.database().dataSource());
        pool.setMaximumPoolSize(properties.connections());
        pool.setMinimumIdle(2);
        pool.setConnectionTimeout(properties.connectionTimeout().toMillis());
        pool.setInitializationFailTimeout(-1);
        // a connection that was idle is asked before it is given out; a silent one costs its borrower a second
        pool.setValidationTimeout(1_000);
        pool.setKeepaliveTime(30_000);
        return pool;
    }

    @Bean
    Jackson3SerializerCustomizer eventsAsJson(ObjectProvider<EventShape> contexts) {
        return EventJson.shape(contexts.orderedStream().toList());
    }

    @Bean
    LogTable logTable(
            @Qualifier("eventStoreReads") DataSource reads,
            @Qualifier("eventSerializer") Serializer serializer,
            ObjectProvider<EventUpcaster> upcasters) {
        return new LogTable(reads, serializer, chain(upcasters, NewerEvents.told(serializer)));
    }

    private static EventUpcasterChain chain(ObjectProvider<EventUpcaster> upcasters, NewerEvents last) {
        return new EventUpcasterChain(
                Stream.concat(upcasters.orderedStream(), Stream.of(last)).toList());
    }

    @Bean(destroyMethod = "close")
    EventLog eventLog(LogTable table, EventStoreProperties properties) {
        return new EventLog(table, properties.recentEvents(), properties.pollInterval());
    }

    /** Where nodes find each other; connections without a pool, on which silence is an error soon. */
    @Bean(defaultCandidate = false)
    @Lazy
    DataSource clusterDatabase(EventStoreServer server) {
        return server.database().dataSource();
    }

    @Bean(destroyMethod = "close")
    GroupCommit groupCommit(
            EventStoreServer server,
            EventLog log,
            AppendMeters meters,
            ObjectProvider<Traces> traces,
            ObjectProvider<Nodes> nodes) {
        return new GroupCommit(
                server.database().dataSource(),
                log,
                meters,
                traces.getIfAvailable(() -> Traces.OFF),
                several(nodes));
    }

    @Bean
    AppendMeters appendMeters() {
        return new AppendMeters();
    }

    @Bean
    StoreMeters storeMeters(
            @Qualifier("eventStoreReads") HikariDataSource reads,
            EventLog log,
            GroupCommit groupCommit,
            AppendMeters appends,
            EventStoreProperties properties) {
        return new StoreMeters(reads, log, groupCommit, appends, properties.pollInterval());
    }

    /** Hears what other nodes append, where there may be others. */
    @Bean(destroyMethod = "close")
    AppendListener appendListener(EventStoreServer server, EventLog log, ObjectProvider<Nodes> nodes) {
        AppendListener listener = new AppendListener(server.database().dataSource(), log);
        if (several(nodes)) {
            listener.start();
        }
        return listener;
    }

    /** How far the log goes: in memory, where nobody else appends. */
    @Bean
    LogHead logHead(LogTable table, EventLog log, ObjectProvider<Nodes> nodes) {
        return several(nodes)
                ? new HeadQuestions(() -> table.latest().position())
                : () -> CompletableFuture.completedFuture(log.head());
    }

    private static boolean several(ObjectProvider<Nodes> nodes) {
        return nodes.getIfAvailable(() -> Nodes.ALONE).several();
    }

    /** Told as "eventStore", which readiness includes. */
    @Bean
    EventStoreHealth eventStoreHealthIndicator(GroupCommit groupCommit, EventLog log, EventStoreProperties properties) {
        return new EventStoreHealth(groupCommit, log, properties.pollInterval());
    }

    @Bean
    EventStorageEngine eventStorageEngine(
            GroupCommit groupCommit,
            @Qualifier("eventStoreReads") DataSource reads,
            @Qualifier("eventSerializer") Serializer events,
            Serializer snapshots,
            ObjectProvider<EventUpcaster> upcasters,
            org.axonframework.config.Configuration axon) {
        return new GroupCommitEventStorageEngine(
                JdbcEventStorageEngine.builder()
                        .connectionProvider(reads::getConnection)
                        .transactionManager(NoTransactionManager.instance())
                        .eventSerializer(events)
                        .snapshotSerializer(snapshots)
                        .snapshotFilter(axon.snapshotFilter())
                        .upcasterChain(chain(upcasters, NewerEvents.refused(events))),
                groupCommit);
    }

    @Bean
    @Qualifier("eventStore")
    EmbeddedEventStore eventBus(EventStorageEngine engine) {
        EmbeddedEventStore store = new SnapshotTolerantEventStore(
                EmbeddedEventStore.builder().storageEngine(engine));
        store.registerDispatchInterceptor(new UniqueEventIdentifiers());
        return store;
    }

    /** No transaction spans a command: its one append is the transaction. */
    @Bean
    TransactionManager transactionManager() {
        return NoTransactionManager.instance();
    }
}
