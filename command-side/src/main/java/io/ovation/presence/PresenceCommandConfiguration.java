package io.ovation.presence;

import io.ovation.commands.AggregateCaches;
import org.axonframework.common.caching.Cache;
import org.axonframework.modelling.command.Repository;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/** The sessions of the command side. */
@AutoConfiguration(beforeName = "org.axonframework.springboot.autoconfig.AxonAutoConfiguration")
@Import(Session.class)
class PresenceCommandConfiguration {
    @Bean
    Cache sessionCache(AggregateCaches caches) {
        return caches.decidedByOne("sessions");
    }

    @Bean
    OpenSessionHandler openSessionHandler(Repository<Session> sessionRepository) {
        return new OpenSessionHandler(sessionRepository);
    }
}
