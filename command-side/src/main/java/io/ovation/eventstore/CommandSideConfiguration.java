package io.ovation.eventstore;

import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import org.axonframework.commandhandling.CommandBus;
import org.axonframework.common.caching.Cache;
import org.axonframework.common.lock.LockFactory;
import org.axonframework.common.lock.PessimisticLockFactory;
import org.axonframework.common.transaction.NoTransactionManager;
import org.axonframework.common.transaction.TransactionManager;
import org.axonframework.eventsourcing.EventCountSnapshotTriggerDefinition;
import org.axonframework.eventsourcing.SnapshotTriggerDefinition;
import org.axonframework.eventsourcing.Snapshotter;
import org.axonframework.eventsourcing.eventstore.EmbeddedEventStore;
import org.axonframework.eventsourcing.eventstore.EventStorageEngine;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.axonframework.eventsourcing.eventstore.jdbc.JdbcEventStorageEngine;
import org.axonframework.messaging.annotation.HandlerDefinition;
import org.axonframework.messaging.annotation.ParameterResolverFactory;
import org.axonframework.messaging.interceptors.CorrelationDataInterceptor;
import org.axonframework.modelling.command.CommandTargetResolver;
import org.axonframework.serialization.Serializer;
import org.axonframework.serialization.jackson3.Jackson3SerializerCustomizer;
import org.axonframework.serialization.upcasting.event.EventUpcaster;
import org.axonframework.serialization.upcasting.event.EventUpcasterChain;
import org.axonframework.spring.eventsourcing.SpringAggregateSnapshotter;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;

/** Puts the command side together: the store, the log, the buses; the contexts add their aggregates. */
@AutoConfiguration(beforeName = "org.axonframework.springboot.autoconfig.AxonAutoConfiguration")
@EnableConfigurationProperties(EventStoreProperties.class)
class CommandSideConfiguration {
    /**
     * As Axon has it in all, in one wait instead of six thousand: it counts one attempt without waiting, and gives up
     * as it begins the last.
     */
    private static final int LOCK_ATTEMPTS = 3;

    private static final int LOCK_MILLIS = 60_000;

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
        return pool;
    }

    @Bean
    Jackson3SerializerCustomizer eventsAsJson() {
        return EventJson.shape();
    }

    @Bean
    LogTable logTable(
            @Qualifier("eventStoreReads") DataSource reads,
            @Qualifier("eventSerializer") Serializer serializer,
            ObjectProvider<EventUpcaster> upcasters) {
        return new LogTable(
                reads,
                serializer,
                new EventUpcasterChain(upcasters.orderedStream().toList()));
    }

    @Bean(destroyMethod = "close")
    EventLog eventLog(LogTable table, EventStoreProperties properties) {
        return new EventLog(table, properties.recentEvents(), properties.pollInterval());
    }

    @Bean(destroyMethod = "close")
    GroupCommit groupCommit(EventStoreServer server, EventLog log) {
        return new GroupCommit(server.database().dataSource(), log);
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
                        .upcasterChain(
                                new EventUpcasterChain(upcasters.orderedStream().toList())),
                groupCommit);
    }

    @Bean
    @Qualifier("eventStore")
    EmbeddedEventStore eventBus(EventStorageEngine engine) {
        EmbeddedEventStore store =
                EmbeddedEventStore.builder().storageEngine(engine).build();
        store.registerDispatchInterceptor(new UniqueEventIdentifiers());
        return store;
    }

    /** No transaction spans a command: its one append is the transaction. */
    @Bean
    TransactionManager transactionManager() {
        return NoTransactionManager.instance();
    }

    @Bean(destroyMethod = "close")
    ExecutorService commandThreads() {
        return Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("command-", 0).factory());
    }

    /** Commands block for the store, so they have virtual threads of their own. */
    @Bean
    @Primary
    CommandBus commandBus(
            @Qualifier("commandThreads") ExecutorService threads,
            EventStoreProperties properties,
            org.axonframework.config.Configuration axon) {
        CommandBus bus = new JoiningCommandBus(threads);
        bus.registerHandlerInterceptor(new CorrelationDataInterceptor<>(axon.correlationDataProviders()));
        bus.registerHandlerInterceptor(new UnknownAggregates());
        return new CommandAdmission(
                bus, properties.commandsInFlight(), properties.commandsWaiting(), properties.commandsUnanswered());
    }

    @Bean
    CommandTargetResolver commandTargetResolver() {
        return new AddressedTarget();
    }

    /**
     * Makes the commands of an aggregate wait for each other. Axon looks for a deadlock among all locks in use before
     * each wait, and by default waits 10 ms at a time: a thousand commands that wait, for whatever reason, would keep
     * the processors busy with nothing but that, and lose their turn. One look finds every deadlock, since whoever
     * closes the ring looks last.
     */
    @Bean
    LockFactory aggregateLock() {
        return PessimisticLockFactory.builder()
                .acquireAttempts(LOCK_ATTEMPTS)
                .lockAttemptTimeout(LOCK_MILLIS)
                .build();
    }

    @Bean
    AggregateCaches aggregateCaches(EventStoreProperties properties) {
        return new AggregateCaches(properties.cachedAggregates());
    }

    @Bean
    Cache aggregateCache(AggregateCaches caches) {
        return caches.named("conversations");
    }

    @Bean(destroyMethod = "close")
    ExecutorService snapshotThread() {
        return Executors.newSingleThreadExecutor(
                Thread.ofPlatform().name("snapshots").daemon().factory());
    }

    /** Snapshots are taken off the command's path, one at a time. */
    @Bean
    Snapshotter snapshotter(
            @Qualifier("snapshotThread") ExecutorService thread,
            EventStore eventStore,
            TransactionManager transactions,
            ParameterResolverFactory parameters,
            HandlerDefinition handlers,
            org.axonframework.config.Configuration axon) {
        return SpringAggregateSnapshotter.builder()
                .executor(thread)
                .eventStore(eventStore)
                .transactionManager(transactions)
                .parameterResolverFactory(parameters)
                .handlerDefinition(handlers)
                .repositoryProvider(axon::repository)
                .build();
    }

    @Bean
    SnapshotTriggerDefinition snapshotTrigger(Snapshotter snapshotter, EventStoreProperties properties) {
        return new EventCountSnapshotTriggerDefinition(snapshotter, properties.snapshotEvery());
    }
}
