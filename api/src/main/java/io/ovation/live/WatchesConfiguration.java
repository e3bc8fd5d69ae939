package io.ovation.live;

import java.util.concurrent.Executors;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.ovation.cluster.Nodes;
import io.ovation.trace.Traces;
import org.axonframework.queryhandling.QueryGateway;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

@Configuration(proxyBeanMethods = false)
class WatchesConfiguration {
    /** Where there is no log there is one, for ever. */
    private static final LogIdentity NO_LOG = () -> "0000000000000000";

    /**
     * Threads of its own, all with the same queue: a round through ten thousand watchers would hold up what else is
     * timed.
     */
    @Bean(destroyMethod = "dispose")
    Scheduler liveWaker() {
        int cores = Runtime.getRuntime().availableProcessors();
        return Schedulers.fromExecutorService(Executors.newFixedThreadPool(
                cores, Thread.ofPlatform().name("live-waker-", 1).daemon().factory()));
    }

    @Bean
    Watches watches(
            QueryGateway queries,
            ObjectProvider<LogIdentity> log,
            Scheduler liveWaker,
            ObjectProvider<Nodes> nodes,
            ObjectProvider<Traces> traces) {
        LogIdentity identity = log.getIfAvailable(() -> NO_LOG);
        Nodes others = nodes.getIfAvailable(() -> Nodes.ALONE);
        return new Watches(
                queries,
                identity,
                Schedulers.parallel(),
                liveWaker::schedule,
                others,
                traces.getIfAvailable(() -> Traces.OFF));
    }

    @Bean
    PushMeters pushMeters(Watches watches) {
        return watches.meters();
    }

    @Bean
    MeterBinder clientMeters(ObjectProvider<Clients> clients) {
        return registry -> clients.forEach(each -> Gauge.builder("ovation.clients", each, Clients::count)
                .description("Connections and SSE streams that are open on this node")
                .tag("transport", each.transport())
                .register(registry));
    }

    @Bean
    PeopleWatches peopleWatches(Watches watches, QueryGateway queries) {
        return new PeopleWatches(watches, queries, Schedulers.parallel());
    }

    @Bean
    SmartLifecycle watchesDrain(Watches watches, PeopleWatches people, ObjectProvider<Clients> clients) {
        return new WatchesDrain(watches, people, clients::stream);
    }
}
