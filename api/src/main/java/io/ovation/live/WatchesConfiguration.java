package io.ovation.live;

import org.axonframework.queryhandling.QueryGateway;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.core.scheduler.Schedulers;

@Configuration(proxyBeanMethods = false)
class WatchesConfiguration {
    @Bean
    Watches watches(QueryGateway queries) {
        return new Watches(queries, Schedulers.parallel());
    }

    @Bean
    PeopleWatches peopleWatches(Watches watches, QueryGateway queries) {
        return new PeopleWatches(watches, queries, Schedulers.parallel());
    }

    @Bean
    SmartLifecycle watchesDrain(Watches watches, PeopleWatches people) {
        return new WatchesDrain(watches, people);
    }
}
