package io.ovation.conversation;

import io.ovation.documents.DocumentStore;
import io.ovation.documents.ReadModels;
import io.ovation.live.TopicQueryUpdateEmitter;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.axonframework.springboot.autoconfig.AxonAutoConfiguration;
import org.axonframework.springboot.autoconfig.InfraConfiguration;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.context.annotation.Bean;
import reactor.core.scheduler.Scheduler;

/** Wires the conversations as they are read. */
@AutoConfiguration(before = {AxonAutoConfiguration.class, InfraConfiguration.class})
class ConversationQueryConfiguration {
    @Bean
    ConversationProjection conversationProjection() {
        return new ConversationProjection();
    }

    @Bean
    ReceiptProjection receiptProjection() {
        return new ReceiptProjection();
    }

    @Bean
    ReceiptPush receiptPush(TopicQueryUpdateEmitter emitter) {
        return new ReceiptPush(emitter);
    }

    @Bean
    ReceiptQueries receiptQueries(ReadModels readModels, DocumentStore documents, ConversationAccess access) {
        return new ReceiptQueries(readModels, documents, access);
    }

    @Bean
    ConversationPush conversationPush(TopicQueryUpdateEmitter emitter) {
        return new ConversationPush(emitter);
    }

    @Bean
    ConversationAccess conversationAccess(DocumentStore documents) {
        return new ConversationAccess(documents);
    }

    @Bean
    HistoryQueries historyQueries(ReadModels readModels, DocumentStore documents, ConversationAccess access) {
        return new HistoryQueries(readModels, documents, access);
    }

    @Bean
    ConversationListQueries conversationListQueries(ReadModels readModels, DocumentStore documents) {
        return new ConversationListQueries(readModels, documents);
    }

    @Bean
    WatchedConversations watchedConversations(
            ReadModels readModels,
            DocumentStore documents,
            ConversationAccess access,
            EventStore eventStore,
            @Qualifier("readingScheduler") Scheduler scheduler) {
        return new WatchedConversations(readModels, documents, access, eventStore, scheduler);
    }
}
