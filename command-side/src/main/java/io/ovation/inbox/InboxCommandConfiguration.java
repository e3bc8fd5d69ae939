package io.ovation.inbox;

import io.ovation.commands.AggregateCaches;
import org.axonframework.common.caching.Cache;
import org.axonframework.serialization.upcasting.event.EventUpcaster;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/** The inboxes of the command side. */
@AutoConfiguration(beforeName = "org.axonframework.springboot.autoconfig.AxonAutoConfiguration")
@Import(Inbox.class)
class InboxCommandConfiguration {
    @Bean
    EventUpcaster inboxReadUpcaster() {
        return new InboxReadUpcaster();
    }

    @Bean
    Cache inboxCache(AggregateCaches caches) {
        return caches.named("inboxes");
    }
}
