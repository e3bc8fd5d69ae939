package io.ovation.content;

import io.ovation.documents.DocumentStore;
import io.ovation.documents.Projection;
import io.ovation.documents.ReadModels;
import io.ovation.live.TopicQueryUpdateEmitter;
import io.ovation.sequence.EventPositions;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.axonframework.springboot.autoconfig.AxonAutoConfiguration;
import org.axonframework.springboot.autoconfig.InfraConfiguration;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.context.annotation.Bean;
import reactor.core.scheduler.Scheduler;

/** Wires the contents as they are read. */
@AutoConfiguration(before = {AxonAutoConfiguration.class, InfraConfiguration.class})
class ContentQueryConfiguration {
    @Bean
    Projection contentDocuments() {
        return new Projection(ContentDocuments.PROJECTION, ContentDocuments.VERSION);
    }

    @Bean
    ContentAtOnce contentAtOnce() {
        return new ContentAtOnce();
    }

    @Bean
    ContentProjection contentProjection() {
        return new ContentProjection();
    }

    @Bean
    ContentPush contentPush(TopicQueryUpdateEmitter emitter) {
        return new ContentPush(emitter);
    }

    @Bean
    CountersPush countersPush(TopicQueryUpdateEmitter emitter) {
        return new CountersPush(emitter);
    }

    @Bean
    ContentAccess contentAccess(DocumentStore documents) {
        return new ContentAccess(documents);
    }

    @Bean
    FeedIndex feedIndex(DocumentStore documents) {
        return new FeedIndex(documents, FeedIndex.FEED);
    }

    @Bean
    ContentQueries contentQueries(
            ReadModels readModels,
            DocumentStore documents,
            ContentAccess access,
            FeedIndex feed,
            Reactions reactions) {
        return new ContentQueries(readModels.of(ContentDocuments.PROJECTION), documents, access, feed, reactions);
    }

    @Bean
    Reactions reactions(
            DocumentStore documents,
            EventPositions positions,
            @Qualifier("readingScheduler") Scheduler scheduler) {
        return new Reactions(documents, positions, scheduler);
    }

    @Bean
    WatchedContents watchedContents(
            ReadModels readModels,
            DocumentStore documents,
            ContentAccess access,
            Reactions reactions,
            EventStore eventStore,
            @Qualifier("readingScheduler") Scheduler scheduler) {
        return new WatchedContents(
                readModels.of(ContentDocuments.PROJECTION), documents, access, reactions, eventStore, scheduler);
    }

    @Bean
    WatchedFeed watchedFeed(ReadModels readModels, DocumentStore documents) {
        return new WatchedFeed(readModels.of(ContentDocuments.PROJECTION), documents);
    }
}
