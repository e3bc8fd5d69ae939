package io.ovation.presence;

import java.time.Duration;
import java.util.Set;
import java.util.function.Consumer;

import io.ovation.cluster.Nodes;
import io.ovation.operation.Gateways;
import io.ovation.presence.PresenceQuery.FindNodesWithSessions;
import io.ovation.presence.PresenceQuery.NodesWithSessions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Finds nodes that have open sessions and are not there, though nobody saw them leave: all were killed at once and came
 * back without their data, or whoever saw to it was killed, too. One node of the cluster looks, and only while it is
 * certain who is there. For any number of threads; never blocks.
 */
final class AbsentNodes implements SmartLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(AbsentNodes.class);
    private static final Duration PERIOD = Duration.ofSeconds(10);

    /** Whichever node decides for this one looks. */
    private static final String LOOKS = "io.ovation.presence.absent-nodes";

    private final Gateways gateways;
    private final Nodes nodes;
    private final Consumer<String> whenAbsent;
    private final Scheduler scheduler;
    private final Disposable.Swap looking = Disposables.swap();
    private volatile boolean running;

    /** @param whenAbsent told again and again, until the sessions of that node are closed */
    AbsentNodes(Gateways gateways, Nodes nodes, Consumer<String> whenAbsent, Scheduler scheduler) {
        this.gateways = gateways;
        this.nodes = nodes;
        this.whenAbsent = whenAbsent;
        this.scheduler = scheduler;
    }

    private Mono<Void> look() {
        if (nodes.allHere() == null || !nodes.decidesAlone(LOOKS)) {
            return Mono.empty();
        }
        return gateways.ask(new FindNodesWithSessions(), NodesWithSessions.class)
                .doOnNext(found -> {
                    // who is there is asked after who has sessions: a node is there before it has some
                    Set<String> here = nodes.allHere();
                    if (here != null) {
                        found.nodes().stream()
                                .filter(node -> !here.contains(node))
                                .forEach(whenAbsent);
                    }
                })
                .then()
                .onErrorResume(failure -> {
                    LOG.debug("Looked in vain for nodes that are not there", failure);
                    return Mono.empty();
                });
    }

    @Override
    public void start() {
        running = true;
        if (nodes.several()) {
            looking.update(Flux.interval(PERIOD, scheduler)
                    .onBackpressureDrop()
                    .concatMap(time -> look(), 1)
                    .subscribe());
        }
    }

    @Override
    public void stop() {
        running = false;
        looking.dispose();
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return Attendance.PHASE;
    }
}
