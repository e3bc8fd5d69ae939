package io.ovation.conversation;

import io.ovation.content.Reactions;
import io.ovation.documents.DocumentStore;
import io.ovation.documents.Projection;
import io.ovation.documents.ReadModels;
import io.ovation.live.Topic;
import io.ovation.live.TopicQueryUpdateEmitter;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.axonframework.springboot.autoconfig.AxonAutoConfiguration;
import org.axonframework.springboot.autoconfig.InfraConfiguration;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.context.annotation.Bean;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** Wires the conversations as they are read. */
@AutoConfiguration(before = {AxonAutoConfiguration.class, InfraConfiguration.class})
class ConversationQueryConfiguration {
    @Bean
    Projection conversationDocuments() {
        return new Projection(ConversationDocuments.PROJECTION, ConversationDocuments.VERSION);
    }

    @Bean
    ConversationAtOnce conversationAtOnce() {
        return new ConversationAtOnce();
    }

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
        return new ReceiptQueries(own(readModels), documents, access);
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
    HistoryQueries historyQueries(
            ReadModels readModels, DocumentStore documents, ConversationAccess access, Reactions reactions) {
        return new HistoryQueries(withReactions(readModels), documents, access, reactions);
    }

    @Bean
    DetailQueries detailQueries(ReadModels readModels, DocumentStore documents, ConversationAccess access) {
        return new DetailQueries(own(readModels), documents, access);
    }

    @Bean
    ConversationListQueries conversationListQueries(
            ReadModels readModels, DocumentStore documents, Reactions reactions) {
        return new ConversationListQueries(withReactions(readModels), own(readModels), documents, reactions);
    }

    @Bean
    RosterQueries rosterQueries(ReadModels readModels, DocumentStore documents, ConversationAccess access) {
        return new RosterQueries(own(readModels), documents, access);
    }

    @Bean
    ListWatchers listWatchers(TopicQueryUpdateEmitter emitter) {
        ListWatchers watchers = new ListWatchers(user -> emitter.isWatched(Topic.conversations(user)));
        emitter.onUnwatched(topic -> {
            if (topic.context().equals(Topic.conversations("").context())) {
                watchers.forget(topic.id());
            }
        });
        return watchers;
    }

    @Bean
    ListPush listPush(
            TopicQueryUpdateEmitter emitter,
            ListWatchers watchers,
            ReadModels readModels,
            DocumentStore documents) {
        return new ListPush(
                emitter,
                watchers,
                own(readModels),
                new ListChanges(documents),
                new Summaries(own(readModels), documents),
                Schedulers.parallel());
    }

    @Bean
    WatchedLists watchedLists(
            ReadModels readModels,
            DocumentStore documents,
            ConversationListQueries list,
            ListWatchers watchers) {
        return new WatchedLists(withReactions(readModels), list, new ListChanges(documents), watchers);
    }

    @Bean
    WatchedConversations watchedConversations(
            ReadModels readModels,
            DocumentStore documents,
            ConversationAccess access,
            Reactions reactions,
            EventStore eventStore,
            @Qualifier("readingScheduler") Scheduler scheduler) {
        return new WatchedConversations(withReactions(readModels), documents, access, reactions, eventStore, scheduler);
    }

    private static ReadModels own(ReadModels readModels) {
        return readModels.of(ConversationDocuments.PROJECTION);
    }

    private static ReadModels withReactions(ReadModels readModels) {
        return readModels.of(ConversationDocuments.PROJECTION, Reactions.PROJECTION);
    }
}
