package io.ovation.live;

import org.axonframework.queryhandling.QueryGateway;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

@Configuration(proxyBeanMethods = false)
class WatchesConfiguration {
    /** Threads of its own: a round through ten thousand watchers would hold up what else is timed. */
    @Bean(destroyMethod = "dispose")
    Scheduler liveWaker() {
        return Schedulers.newParallel("live-waker");
    }

    @Bean
    Watches watches(QueryGateway queries, Scheduler liveWaker) {
        return new Watches(queries, Schedulers.parallel(), liveWaker::schedule);
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
