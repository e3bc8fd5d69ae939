package io.ovation.documents.mongo;

import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.UUID;

import io.ovation.documents.HomeAddress;
import io.ovation.documents.Projection;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.core.env.Environment;

/** Wires the documents in MongoDB, where one was named. */
@AutoConfiguration
@Conditional(MongoNamed.class)
@EnableConfigurationProperties(MongoSettings.class)
class MongoConfiguration {
    @Bean(destroyMethod = "close")
    MongoConnection mongoConnection(MongoSettings settings, Environment environment) {
        return new MongoConnection(settings, Objects.requireNonNull(HomeAddress.mongo(environment)));
    }

    @Bean
    MongoDocuments documentHome(MongoConnection mongo, List<Projection> projections) {
        MongoDocuments documents =
                new MongoDocuments(mongo.database(), UUID.randomUUID().toString(), Clock.systemUTC(), projections);
        documents.forgetPredecessor();
        return documents;
    }
}
