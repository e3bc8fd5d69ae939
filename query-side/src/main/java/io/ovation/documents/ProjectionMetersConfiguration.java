package io.ovation.documents;

import org.axonframework.eventhandling.TrackedEventMessage;
import org.axonframework.messaging.StreamableMessageSource;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.context.annotation.Bean;

/** The read models in numbers, for whoever collects them. */
@AutoConfiguration
class ProjectionMetersConfiguration {
    @Bean
    ProjectionMeters projectionMeters(
            @Qualifier("eventLog") StreamableMessageSource<TrackedEventMessage<?>> eventLog,
            Projectors projections) {
        return new ProjectionMeters(eventLog, projections);
    }
}
