package io.ovation.conversation;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.github.benmanes.caffeine.jcache.configuration.CaffeineConfiguration;
import com.github.benmanes.caffeine.jcache.spi.CaffeineCachingProvider;
import io.ovation.Caller;
import io.ovation.conversation.ConversationCommand.OpenConversation;
import io.ovation.conversation.ConversationCommand.SendMessage;
import io.ovation.conversation.ConversationCommand.Sent;
import io.ovation.eventstore.RecordedEvents;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import javax.cache.Caching;
import javax.cache.configuration.MutableConfiguration;
import javax.sql.DataSource;
import org.axonframework.common.caching.Cache;
import org.axonframework.common.caching.JCacheAdapter;
import org.axonframework.common.transaction.NoTransactionManager;
import org.axonframework.config.AggregateConfigurer;
import org.axonframework.config.Configuration;
import org.axonframework.config.DefaultConfigurer;
import org.axonframework.eventsourcing.eventstore.jdbc.JdbcEventStorageEngine;
import org.axonframework.eventsourcing.eventstore.jdbc.PostgresEventTableFactory;
import org.axonframework.serialization.Serializer;
import org.axonframework.serialization.jackson3.Jackson3Serializer;

/**
 * The same aggregate in Axon as it comes: {@code SimpleCommandBus}, {@code EmbeddedEventStore}, {@code JdbcEventStorageEngine}, Axon's own schema, each append a
 * transaction of its own.
 *
 * <p>It is given what would be unfair to withhold, so that only the store and the bus differ: our aggregate cache, JSON events, and our message ids (they come with the
 * class path). It has no edge, no history and no watchers to feed.
 */
public final class PlainAxon implements AutoCloseable {
    private static final Caller OWNER = new Caller("user-0", false);

    private final Configuration axon;

    private PlainAxon(Configuration axon) {
        this.axon = axon;
    }

    /** Makes the schema and starts. */
    public static PlainAxon start(DataSource database) {
        Serializer json = Jackson3Serializer.builder()
                .jsonMapperBuilderCustomizer(
                        mapper -> mapper.changeDefaultPropertyInclusion(inclusion -> inclusion.withValueInclusion(JsonInclude.Include.NON_NULL)))
                .build();
        JdbcEventStorageEngine engine = JdbcEventStorageEngine.builder()
                .connectionProvider(database::getConnection)
                .transactionManager(NoTransactionManager.instance()) // one append is one statement: the connection's autocommit is its transaction
                .eventSerializer(json)
                .snapshotSerializer(json)
                .build();
        engine.createSchema(PostgresEventTableFactory.INSTANCE);
        RecordedEvents nothing = identifier -> Optional.empty();
        Configuration axon = DefaultConfigurer.defaultConfiguration()
                .configureSerializer(configuration -> json)
                .configureTransactionManager(configuration -> NoTransactionManager.instance())
                .configureEmbeddedEventStore(configuration -> engine)
                .registerComponent(RecordedEvents.class, configuration -> nothing)
                .configureAggregate(
                        AggregateConfigurer.defaultConfiguration(Conversation.class).configureCache(configuration -> cache()))
                .registerCommandHandler(configuration -> new OpenConversationHandler(
                        configuration.repository(Conversation.class), configuration.eventStore(), nothing))
                .buildConfiguration();
        axon.start();
        return new PlainAxon(axon);
    }

    private static Cache cache() {
        CaffeineConfiguration<Object, Object> configuration = new CaffeineConfiguration<>(new MutableConfiguration<>().setStoreByValue(false));
        configuration.setMaximumSize(OptionalLong.of(10_000));
        return new JCacheAdapter(Caching.getCachingProvider(CaffeineCachingProvider.class.getName())
                .getCacheManager()
                .createCache("baseline", configuration));
    }

    /** Opens a conversation. Blocks until that is durable. */
    public void open(String conversationId) {
        axon.commandGateway().sendAndWait(new OpenConversation(conversationId, Kind.group, null, List.of(), Posting.members, OWNER, Instant.now()));
    }

    /** Sends a message, on the caller's thread, and returns its seq once it is durable. */
    public long send(String conversationId, UUID messageId, String body) {
        Sent sent = axon.commandGateway()
                .sendAndWait(new SendMessage(conversationId, messageId.toString(), body, null, List.of(), OWNER, Instant.now()));
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
