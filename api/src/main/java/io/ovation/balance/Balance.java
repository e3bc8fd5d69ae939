package io.ovation.balance;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import java.util.stream.Stream;

import io.ovation.cluster.Nodes;
import io.ovation.live.Client;
import io.ovation.live.Clients;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Spreads connections over the nodes: one that holds well more than the mean asks some of its clients, slowly, to come
 * back, perhaps to another. Its timer alone asks; what others tell comes on any thread.
 *
 * <p>Each node tells the others every two seconds how many it holds. Nobody is asked while it is not certain who is
 * there, while one of the others says nothing, or shortly after one became ready, for its balancer may not know yet.
 */
final class Balance implements SmartLifecycle {
    static final long REPORT_MILLIS = 2_000;
    static final long TICK_MILLIS = 1_000;

    /** A client comes back after that; until then the connection that it had is closed. */
    static final int SOONEST_MILLIS = 1_000;

    static final int SPREAD_MILLIS = 2_000;

    /** Until a client that was asked is back, and the node that has it has told of it, twice. */
    static final long AWAY_MILLIS = SOONEST_MILLIS + SPREAD_MILLIS + 3 * REPORT_MILLIS + 1_000;

    /** So long after asking a user the others are told, for what is told may be lost. */
    private static final long TOLD_MILLIS = 3 * REPORT_MILLIS;

    /** So many have to have come back to this node, of as many asked, for it to be of no use. */
    private static final int FUTILE_FROM = 50;

    private static final int FUTILE_PERCENT = 80;
    private static final int PERCENT = 100;

    private static final String KIND = "balance";
    private static final Logger LOG = LoggerFactory.getLogger(Balance.class);

    private final Nodes nodes;
    private final Supplier<Stream<Clients>> clients;
    private final Supplier<Mono<Boolean>> readiness;
    private final BalanceSettings settings;
    private final Scheduler scheduler;
    private final Random random;
    private final Others others = new Others();
    private final Surplus surplus;
    private final Asked asked;
    private final LongAdder askedEver = new LongAdder();
    private final Disposable.Swap ticks = Disposables.swap();
    private volatile boolean running;
    private volatile boolean taking;

    // of the thread that ticks
    private final Deque<Moved> moved = new ArrayDeque<>();
    private long ticked;
    private Set<String> steady = Set.of();
    private long steadySince;
    private long notBefore = Long.MIN_VALUE;

    /** Somebody who was asked. */
    private record Moved(long user, long at) {}

    /**
     * @param readiness asks whether a balancer would give this node a connection now
     * @param random used by the timer alone
     */
    Balance(
            Nodes nodes,
            Supplier<Stream<Clients>> clients,
            Supplier<Mono<Boolean>> readiness,
            BalanceSettings settings,
            Scheduler scheduler,
            Random random) {
        this.nodes = nodes;
        this.clients = clients;
        this.readiness = readiness;
        this.settings = settings;
        this.scheduler = scheduler;
        this.random = random;
        this.surplus = new Surplus(settings);
        this.asked = new Asked(settings.rest(), () -> scheduler.now(TimeUnit.NANOSECONDS));
        nodes.onTold(KIND, this::take);
        nodes.onChange(others::are);
    }

    /** How many clients this node has asked since its start. */
    LongAdder askedEver() {
        return askedEver;
    }

    private void take(String node, byte[] message) {
        Report report = Report.of(message);
        if (report == null) {
            return;
        }
        long now = now();
        others.take(node, report, now);
        for (long user : report.asked()) {
            asked.heard(user, now);
        }
    }

    private void tick() {
        if (ticked++ % (REPORT_MILLIS / TICK_MILLIS) == 0) {
            Mono.defer(readiness)
                    .onErrorReturn(false)
                    .defaultIfEmpty(false)
                    .subscribe(ready -> taking = ready && running);
            tell(report(taking));
        }
        Map<String, Report> takers = others.taking(now());
        if (takers == null || !settings.enabled() || !taking || !nodes.isCertain() || !isSteady(takers.keySet())) {
            surplus.stop();
            return;
        }
        int most = takers.isEmpty() || now() < notBefore ? 0 : surplus.toAsk(report(true), takers.values());
        if (most > 0) {
            ask(most);
        }
    }

    /** Whether the nodes that take connections have been the same for long enough. */
    private boolean isSteady(Set<String> takers) {
        if (!steady.equals(takers)) {
            steady = Set.copyOf(takers);
            steadySince = now();
        }
        return now() - steadySince >= settings.settle().toMillis();
    }

    private Report report(boolean takes) {
        long now = now();
        moved.removeIf(each -> now - each.at() > AWAY_MILLIS);
        long[] lately = moved.stream()
                .filter(each -> now - each.at() <= TOLD_MILLIS)
                .mapToLong(Moved::user)
                .toArray();
        return new Report(clients.get().mapToInt(Clients::staying).sum(), moved.size(), takes, lately);
    }

    private void tell(Report report) {
        if (!nodes.tell(KIND, report.bytes())) {
            LOG.debug("The other nodes take nothing; the next report tells more");
        }
    }

    private void ask(int most) {
        long now = now();
        List<Client> askable = new ArrayList<>();
        Set<Long> back = new HashSet<>();
        clients.get().flatMap(Clients::watching).forEach(client -> {
            long user = Asked.hash(client.user());
            Asked.Entry known = asked.of(user, client);
            if (known == null && now - client.since() >= settings.stay().toMillis()) {
                askable.add(client);
            } else if (known != null && known.here() && known.last() <= now - AWAY_MILLIS) {
                back.add(user);
            }
        });
        if (isFutile(back.size(), asked.here(now - AWAY_MILLIS))) {
            return;
        }
        Collections.shuffle(askable, random);
        int left = most;
        for (Client client : askable) {
            if (left > 0 && client.sendAway(SOONEST_MILLIS + random.nextInt(SPREAD_MILLIS))) {
                left--;
                long user = Asked.hash(client.user());
                asked.ask(user, now);
                moved.add(new Moved(user, now));
                askedEver.increment();
            }
        }
    }

    /** A balancer that gives each client to the node where it was before would be asked for the same without end. */
    private boolean isFutile(long back, long of) {
        if (of < FUTILE_FROM || back * PERCENT < of * FUTILE_PERCENT) {
            return false;
        }
        LOG.warn(
                "{} of {} clients that were asked to come back elsewhere came back to this node: does the balancer give"
                        + " each client to the node where it was? Nobody is asked for {}",
                back,
                of,
                settings.rest());
        notBefore = now() + settings.rest().toMillis();
        return true;
    }

    private long now() {
        return scheduler.now(TimeUnit.MILLISECONDS);
    }

    @Override
    public void start() {
        running = true;
        if (nodes.several()) {
            steadySince = now();
            ticks.update(scheduler.schedulePeriodically(this::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS));
        }
    }

    /** The others are told that this node takes nobody any more: it is no part of their mean. */
    @Override
    public void stop() {
        running = false;
        taking = false;
        ticks.update(Disposables.disposed());
        if (nodes.several()) {
            tell(new Report(clients.get().mapToInt(Clients::count).sum(), 0, false));
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** With the last to start and the first to stop: before clients are sent away for good. */
    @Override
    public int getPhase() {
        return DEFAULT_PHASE;
    }
}
