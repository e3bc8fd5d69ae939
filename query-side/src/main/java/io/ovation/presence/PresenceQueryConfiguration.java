package io.ovation.presence;

import io.ovation.documents.DocumentStore;
import io.ovation.documents.Projection;
import io.ovation.documents.ReadModels;
import io.ovation.live.TopicQueryUpdateEmitter;
import org.axonframework.springboot.autoconfig.AxonAutoConfiguration;
import org.axonframework.springboot.autoconfig.InfraConfiguration;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.context.annotation.Bean;

/** Wires presence as it is read. */
@AutoConfiguration(before = {AxonAutoConfiguration.class, InfraConfiguration.class})
class PresenceQueryConfiguration {
    @Bean
    Projection presenceDocuments() {
        return new Projection(PresenceDocuments.PROJECTION, PresenceDocuments.VERSION);
    }

    @Bean
    PresenceAtOnce presenceAtOnce() {
        return new PresenceAtOnce();
    }

    @Bean
    PresenceProjection presenceProjection() {
        return new PresenceProjection();
    }

    @Bean
    PresencePush presencePush(TopicQueryUpdateEmitter emitter) {
        return new PresencePush(emitter);
    }

    @Bean
    SharingPush sharingPush(TopicQueryUpdateEmitter emitter) {
        return new SharingPush(emitter);
    }

    @Bean
    PresenceQueries presenceQueries(ReadModels readModels, DocumentStore documents) {
        return new PresenceQueries(readModels.of(PresenceDocuments.PROJECTION), documents);
    }
}
