package io.ovation.people;

import io.ovation.documents.DocumentStore;
import io.ovation.documents.Projection;
import io.ovation.documents.ReadModels;
import org.axonframework.springboot.autoconfig.AxonAutoConfiguration;
import org.axonframework.springboot.autoconfig.InfraConfiguration;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.context.annotation.Bean;

/** Wires whom people block as they read it. */
@AutoConfiguration(before = {AxonAutoConfiguration.class, InfraConfiguration.class})
class BlockQueryConfiguration {
    @Bean
    Projection peopleDocuments() {
        return new Projection(BlockDocuments.PROJECTION, BlockDocuments.VERSION);
    }

    @Bean
    BlocksAtOnce blocksAtOnce() {
        return new BlocksAtOnce();
    }

    @Bean
    BlockProjection blockProjection() {
        return new BlockProjection();
    }

    @Bean
    BlockQueries blockQueries(ReadModels readModels, DocumentStore documents) {
        return new BlockQueries(readModels.of(BlockDocuments.PROJECTION), documents);
    }
}
