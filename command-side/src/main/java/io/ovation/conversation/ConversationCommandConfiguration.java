package io.ovation.conversation;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;

import io.ovation.cluster.Nodes;
import io.ovation.commands.AggregateCaches;
import io.ovation.commands.OwnTypeFactory;
import io.ovation.commands.Turn;
import io.ovation.commands.Turns;
import io.ovation.conversation.ConversationCommand.AddMember;
import io.ovation.conversation.ConversationCommand.BanMember;
import io.ovation.conversation.ConversationCommand.ChangeConversation;
import io.ovation.conversation.ConversationCommand.CheckStanding;
import io.ovation.conversation.ConversationCommand.EditMessage;
import io.ovation.conversation.ConversationCommand.LiftBan;
import io.ovation.conversation.ConversationCommand.LiftMute;
import io.ovation.conversation.ConversationCommand.MuteMember;
import io.ovation.conversation.ConversationCommand.RedactMessage;
import io.ovation.conversation.ConversationCommand.RemoveMember;
import io.ovation.conversation.ConversationCommand.SendMessage;
import io.ovation.conversation.ConversationEvent.ConversationOpened;
import io.ovation.conversation.ConversationEvent.MessageEdited;
import io.ovation.conversation.ConversationEvent.MessageSent;
import io.ovation.eventstore.RecordedEvents;
import io.ovation.eventstore.UnsaidBefore;
import io.ovation.people.Blocking;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.axonframework.common.caching.Cache;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.axonframework.modelling.command.Repository;
import org.axonframework.serialization.upcasting.event.EventUpcaster;
import org.axonframework.serialization.upcasting.event.EventUpcasterChain;
import org.springframework.beans.factory.ObjectProvider;
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
        return caches.decidedByOne("conversations");
    }

    @Bean
    Cache receiptCache(AggregateCaches caches) {
        return caches.named("receipts");
    }

    @Bean
    Turns conversationTurns() {
        return new Turns(Map.ofEntries(
                Map.entry(SendMessage.class, Turn.TOGETHER),
                Map.entry(CheckStanding.class, Turn.ASKING),
                Map.entry(EditMessage.class, Turn.ALONE),
                Map.entry(RedactMessage.class, Turn.ALONE),
                Map.entry(ChangeConversation.class, Turn.ALONE),
                Map.entry(AddMember.class, Turn.ALONE),
                Map.entry(RemoveMember.class, Turn.ALONE),
                Map.entry(BanMember.class, Turn.ALONE),
                Map.entry(LiftBan.class, Turn.ALONE),
                Map.entry(MuteMember.class, Turn.ALONE),
                Map.entry(LiftMute.class, Turn.ALONE)));
    }

    @Bean
    OwnTypeFactory<Conversation> conversationAggregateFactory() {
        return new OwnTypeFactory<>(Conversation.class, Conversation::new);
    }

    @Bean
    OpenConversationHandler openConversationHandler(
            Repository<Conversation> conversationRepository,
            EventStore eventStore,
            RecordedEvents recorded,
            Blocking blocking) {
        return new OpenConversationHandler(conversationRepository, eventStore, recorded, blocking);
    }

    @Bean
    ReadableMessages readableMessages(
            EventStore eventStore, RecordedEvents recorded, ObjectProvider<Nodes> nodes) {
        return new ReadableMessages(eventStore, recorded, nodes.getIfAvailable(() -> Nodes.ALONE));
    }

    @Bean
    EventUpcaster conversationUpcasters() {
        return upcasters();
    }

    /** From revision to revision, so that those of one event stand in order. */
    static EventUpcaster upcasters() {
        return new EventUpcasterChain(
                new UnsaidBefore(ConversationOpened.class, 2),
                new UnsaidBefore(MessageSent.class, 2),
                new UnsaidBefore(MessageSent.class, 3),
                new UnsaidBefore(MessageEdited.class, 2));
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
