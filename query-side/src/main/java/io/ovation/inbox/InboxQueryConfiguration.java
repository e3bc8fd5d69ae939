package io.ovation.inbox;

import java.util.List;

import io.ovation.content.Retractions;
import io.ovation.conversation.Readership;
import io.ovation.documents.DocumentStore;
import io.ovation.documents.Projection;
import io.ovation.documents.ReadModels;
import io.ovation.live.TopicQueryUpdateEmitter;
import org.axonframework.springboot.autoconfig.AxonAutoConfiguration;
import org.axonframework.springboot.autoconfig.InfraConfiguration;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.context.annotation.Bean;

/** Wires the inboxes as they are read. */
@AutoConfiguration(before = {AxonAutoConfiguration.class, InfraConfiguration.class})
class InboxQueryConfiguration {
    @Bean
    Projection inboxDocuments() {
        return new Projection(InboxDocuments.PROJECTION, InboxDocuments.VERSION);
    }

    @Bean
    InboxAtOnce inboxAtOnce() {
        return new InboxAtOnce();
    }

    @Bean
    InboxProjection inboxProjection() {
        return new InboxProjection(List.of(new MessageNotices(), new CommentNotices(), new LikeNotices()));
    }

    @Bean
    InboxPush inboxPush(
            TopicQueryUpdateEmitter emitter, ReadModels readModels, ObjectProvider<Inboxes> inboxes) {
        ReadModels others = readModels.of(Readership.PROJECTION, Retractions.PROJECTION);
        return new InboxPush(emitter, others, inboxes::getObject);
    }

    @Bean
    Inboxes inboxes(DocumentStore documents) {
        return new Inboxes(documents, new Sight(new Readership(documents), new Retractions(documents)));
    }

    @Bean
    InboxQueries inboxQueries(ReadModels readModels, Inboxes inboxes) {
        return new InboxQueries(withSight(readModels), readModels.of(InboxDocuments.PROJECTION), inboxes);
    }

    @Bean
    WatchedInboxes watchedInboxes(ReadModels readModels, Inboxes inboxes) {
        return new WatchedInboxes(withSight(readModels), inboxes);
    }

    /** What somebody may see of an inbox is found in other contexts' documents. */
    private static ReadModels withSight(ReadModels readModels) {
        return readModels.of(InboxDocuments.PROJECTION, Readership.PROJECTION, Retractions.PROJECTION);
    }
}
