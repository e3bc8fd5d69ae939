package io.ovation.conversation;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import javax.cache.Caching;
import javax.cache.configuration.MutableConfiguration;
import javax.sql.DataSource;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.github.benmanes.caffeine.jcache.configuration.CaffeineConfiguration;
import com.github.benmanes.caffeine.jcache.spi.CaffeineCachingProvider;
import io.ovation.Caller;
import io.ovation.conversation.ConversationCommand.OpenConversation;
import io.ovation.conversation.ConversationCommand.SendMessage;
import io.ovation.conversation.ConversationCommand.Sent;
import io.ovation.eventstore.RecordedEvents;
import io.ovation.people.Blocking;
import org.axonframework.common.caching.Cache;
import org.axonframework.common.caching.JCacheAdapter;
import org.axonframework.common.jdbc.UnitOfWorkAwareConnectionProviderWrapper;
import org.axonframework.common.transaction.NoTransactionManager;
import org.axonframework.config.AggregateConfigurer;
import org.axonframework.config.Configuration;
import org.axonframework.config.DefaultConfigurer;
import org.axonframework.eventsourcing.eventstore.jdbc.JdbcEventStorageEngine;
import org.axonframework.eventsourcing.eventstore.jdbc.PostgresEventTableFactory;
import org.axonframework.messaging.unitofwork.DefaultUnitOfWork;
import org.axonframework.messaging.unitofwork.UnitOfWork;
import org.axonframework.serialization.Serializer;
import org.axonframework.serialization.jackson3.Jackson3Serializer;

/**
 * The same aggregate in Axon as it comes: {@code SimpleCommandBus}, {@code EmbeddedEventStore},
 * {@code JdbcEventStorageEngine}, Axon's own schema, each command a transaction of its own. It has no edge, no history
 * and no watchers to feed; JSON events and our message ids it has as we do.
 */
public final class PlainAxon implements AutoCloseable {
    private static final Caller OWNER = new Caller("user-0", false);

    /** How far from Axon's defaults. */
    public enum Tuning {
        /**
         * An aggregate is read from the log for each command, and a transaction spans it, on one of the 10 connections
         * that HikariCP gives by default.
         */
        NONE(10),
        /**
         * Our aggregate cache, so that nothing is read; no BEGIN and COMMIT around the one insert; and as many
         * connections as help.
         */
        TUNED(32);

        private final int connections;

        Tuning(int connections) {
            this.connections = connections;
        }

        /** How many database connections go with it. */
        public int connections() {
            return connections;
        }
    }

    private final Configuration axon;

    private PlainAxon(Configuration axon) {
        this.axon = axon;
    }

    /**
     * Makes the schema and starts.
     *
     * @param database gives connections in autocommit where {@code tuning} is {@link Tuning#TUNED}, and without it
     *     otherwise
     */
    public static PlainAxon start(DataSource database, Tuning tuning) {
        boolean tuned = tuning == Tuning.TUNED;
        Serializer json = Jackson3Serializer.builder()
                .jsonMapperBuilderCustomizer(mapper -> mapper.changeDefaultPropertyInclusion(
                        inclusion -> inclusion.withValueInclusion(JsonInclude.Include.NON_NULL)))
                .build();
        JdbcEventStorageEngine engine = JdbcEventStorageEngine.builder()
                .connectionProvider(
                        tuned
                                ? database::getConnection
                                : new UnitOfWorkAwareConnectionProviderWrapper(database::getConnection))
                .transactionManager(
                        NoTransactionManager
                                .instance()) // the unit of work's connection, or its autocommit, is the transaction
                .eventSerializer(json)
                .snapshotSerializer(json)
                .build();
        inTransaction(() -> engine.createSchema(PostgresEventTableFactory.INSTANCE));
        RecordedEvents nothing = identifier -> Optional.empty();
        Blocking nobody = (users, one) -> false;
        Configuration axon = DefaultConfigurer.defaultConfiguration()
                .configureSerializer(configuration -> json)
                .configureTransactionManager(configuration -> NoTransactionManager.instance())
                .configureEmbeddedEventStore(configuration -> engine)
                .registerComponent(RecordedEvents.class, configuration -> nothing)
                .registerComponent(Blocking.class, configuration -> nobody)
                .configureAggregate(aggregate(tuned))
                .registerCommandHandler(configuration -> new OpenConversationHandler(
                        configuration.repository(Conversation.class), configuration.eventStore(), nothing, nobody))
                .buildConfiguration();
        axon.start();
        return new PlainAxon(axon);
    }

    private static AggregateConfigurer<Conversation> aggregate(boolean cached) {
        AggregateConfigurer<Conversation> aggregate = AggregateConfigurer.defaultConfiguration(Conversation.class);
        return cached ? aggregate.configureCache(configuration -> cache()) : aggregate;
    }

    private static void inTransaction(Runnable task) {
        UnitOfWork<?> unit = DefaultUnitOfWork.startAndGet(null);
        task.run();
        unit.commit();
    }

    private static Cache cache() {
        CaffeineConfiguration<Object, Object> configuration =
                new CaffeineConfiguration<>(new MutableConfiguration<>().setStoreByValue(false));
        configuration.setMaximumSize(OptionalLong.of(10_000));
        return new JCacheAdapter(Caching.getCachingProvider(CaffeineCachingProvider.class.getName())
                .getCacheManager()
                .createCache("baseline", configuration));
    }

    /** Opens a conversation. Blocks until that is durable. */
    public void open(String conversationId) {
        axon.commandGateway()
                .sendAndWait(new OpenConversation(
                        conversationId, Kind.group, null, List.of(), Posting.members, OWNER, Instant.now()));
    }

    /** Sends a message, on the caller's thread, and returns its seq once it is durable. */
    public long send(String conversationId, UUID messageId, String body) {
        Sent sent = axon.commandGateway()
                .sendAndWait(new SendMessage(
                        conversationId, messageId.toString(), body, null, List.of(), OWNER, Instant.now()));
        return sent.seq();
    }

    /** The message ids in the log, in the order of seq. */
    public List<UUID> recorded(String conversationId) {
        return axon.eventStore()
                .readEvents(conversationId)
                .asStream()
                .map(event -> event.getPayload())
                .filter(ConversationEvent.MessageSent.class::isInstance)
                .map(ConversationEvent.MessageSent.class::cast)
                .map(sent -> UUID.fromString(sent.messageId()))
                .toList();
    }

    @Override
    public void close() {
        axon.shutdown();
    }
}
