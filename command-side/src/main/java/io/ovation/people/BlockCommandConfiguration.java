package io.ovation.people;

import io.ovation.cluster.Nodes;
import io.ovation.commands.AggregateCaches;
import io.ovation.eventstore.RecordedAggregates;
import org.axonframework.common.caching.Cache;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/** Whom people block, on the command side. */
@AutoConfiguration(beforeName = "org.axonframework.springboot.autoconfig.AxonAutoConfiguration")
@Import(Blocks.class)
class BlockCommandConfiguration {
    @Bean
    Cache blocksCache(AggregateCaches caches) {
        return caches.named("blocks");
    }

    @Bean
    Blocking blocking(EventStore eventStore, RecordedAggregates aggregates, ObjectProvider<Nodes> nodes) {
        return new BlocksFromLog(eventStore, aggregates, nodes.getIfAvailable(() -> Nodes.ALONE));
    }
}
