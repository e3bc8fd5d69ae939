package io.ovation.conversation;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;

import io.ovation.commands.AggregateCaches;
import io.ovation.commands.OwnTypeFactory;
import io.ovation.commands.Turn;
import io.ovation.commands.Turns;
import io.ovation.conversation.ConversationCommand.AddMember;
import io.ovation.conversation.ConversationCommand.CheckStanding;
import io.ovation.conversation.ConversationCommand.EditMessage;
import io.ovation.conversation.ConversationCommand.RedactMessage;
import io.ovation.conversation.ConversationCommand.RemoveMember;
import io.ovation.conversation.ConversationCommand.SendMessage;
import io.ovation.eventstore.RecordedEvents;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.axonframework.common.caching.Cache;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.axonframework.modelling.command.Repository;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/** The conversations of the command side. */
@AutoConfiguration(beforeName = "org.axonframework.springboot.autoconfig.AxonAutoConfiguration")
@EnableConfigurationProperties(ReceiptSettings.class)
@Import({Conversation.class, Receipt.class})
class ConversationCommandConfiguration {
    @Bean
    Cache conversationCache(AggregateCaches caches) {
        return caches.named("conversations");
    }

    @Bean
    Cache receiptCache(AggregateCaches caches) {
        return caches.named("receipts");
    }

    @Bean
    Turns conversationTurns() {
        return new Turns(Map.of(
                SendMessage.class, Turn.TOGETHER,
                CheckStanding.class, Turn.ASKING,
                EditMessage.class, Turn.ALONE,
                RedactMessage.class, Turn.ALONE,
                AddMember.class, Turn.ALONE,
                RemoveMember.class, Turn.ALONE));
    }

    @Bean
    OwnTypeFactory<Conversation> conversationAggregateFactory() {
        return new OwnTypeFactory<>(Conversation.class, Conversation::new);
    }

    @Bean
    OpenConversationHandler openConversationHandler(
            Repository<Conversation> conversationRepository, EventStore eventStore, RecordedEvents recorded) {
        return new OpenConversationHandler(conversationRepository, eventStore, recorded);
    }

    @Bean
    ReadableMessages readableMessages(EventStore eventStore, RecordedEvents recorded) {
        return new ReadableMessages(eventStore, recorded);
    }

    @Bean
    MessageSentUpcaster messageSentUpcaster() {
        return new MessageSentUpcaster();
    }

    @Bean
    AcknowledgeHandler acknowledgeHandler(
            CommandGateway commands, ReceiptSettings settings, @Qualifier("commandThreads") ExecutorService threads) {
        return new AcknowledgeHandler(
                commands,
                CompletableFuture.delayedExecutor(settings.window().toNanos(), TimeUnit.NANOSECONDS, threads));
    }

    @Bean
    ReceiptWindows receiptWindows(AcknowledgeHandler handler) {
        return handler.windows();
    }
}
