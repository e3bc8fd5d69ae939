package io.ovation.commands;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import io.ovation.Caller;
import io.ovation.cluster.Nodes;
import io.ovation.trace.Traces;
import org.axonframework.commandhandling.CommandBus;
import org.axonframework.common.lock.LockFactory;
import org.axonframework.common.lock.PessimisticLockFactory;
import org.axonframework.common.transaction.TransactionManager;
import org.axonframework.eventsourcing.EventCountSnapshotTriggerDefinition;
import org.axonframework.eventsourcing.SnapshotTriggerDefinition;
import org.axonframework.eventsourcing.Snapshotter;
import org.axonframework.eventsourcing.eventstore.EventStorageEngine;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.axonframework.messaging.annotation.HandlerDefinition;
import org.axonframework.messaging.annotation.ParameterResolverFactory;
import org.axonframework.messaging.correlation.CorrelationDataProvider;
import org.axonframework.messaging.correlation.MessageOriginProvider;
import org.axonframework.messaging.correlation.SimpleCorrelationDataProvider;
import org.axonframework.messaging.interceptors.CorrelationDataInterceptor;
import org.axonframework.modelling.command.CommandTargetResolver;
import org.axonframework.spring.eventsourcing.SpringAggregateSnapshotter;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;

/** Puts together how commands are handled; the contexts add their aggregates, and say which commands take turns. */
@AutoConfiguration(beforeName = "org.axonframework.springboot.autoconfig.AxonAutoConfiguration")
@EnableConfigurationProperties(CommandProperties.class)
class CommandsConfiguration {
    /**
     * As Axon has it in all, in one wait instead of six thousand: it counts one attempt without waiting, and gives up
     * as it begins the last.
     */
    private static final int LOCK_ATTEMPTS = 3;

    private static final int LOCK_MILLIS = 60_000;

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
            CommandProperties properties,
            ObjectProvider<Turns> turns,
            ObjectProvider<Nodes> nodes,
            org.axonframework.config.Configuration axon) {
        CommandBus bus = new JoiningCommandBus(threads, Turns.all(turns.orderedStream().toList()));
        bus.registerHandlerInterceptor(new CorrelationDataInterceptor<>(axon.correlationDataProviders()));
        bus.registerHandlerInterceptor(new UnknownAggregates());
        boolean several = nodes.getIfAvailable(() -> Nodes.ALONE).several();
        return new CommandAdmission(
                bus, properties.inFlight(), properties.waiting(), properties.unanswered(), several ? 10 : 2);
    }

    /** Axon has it unless there is another provider. */
    @Bean
    CorrelationDataProvider messageOrigin() {
        return new MessageOriginProvider();
    }

    /** What an admin's token did is found in the log: each event says which admin's, if it was one. */
    @Bean
    CorrelationDataProvider actingAdmin() {
        return new SimpleCorrelationDataProvider(Caller.ADMIN_METADATA);
    }

    /** The trace of a command goes on with its events, to whichever node, and is found in the log. */
    @Bean
    CorrelationDataProvider trace() {
        return new SimpleCorrelationDataProvider(Traces.KEY);
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

    /** Where there may be other nodes, a remembered aggregate is compared with the log before it is used. */
    @Bean
    AggregateCaches aggregateCaches(
            CommandProperties properties, ObjectProvider<Nodes> nodes, ObjectProvider<EventStorageEngine> log) {
        return new AggregateCaches(
                properties.cacheMemory().toBytes(),
                nodes.getIfAvailable(() -> Nodes.ALONE),
                id -> log.getObject().lastSequenceNumberFor(id));
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
    SnapshotTriggerDefinition snapshotTrigger(Snapshotter snapshotter, CommandProperties properties) {
        return new EventCountSnapshotTriggerDefinition(snapshotter, properties.snapshotEvery());
    }
}
