package io.ovation.rsocket;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import io.ovation.live.Clients;
import org.springframework.context.SmartLifecycle;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.scheduler.Scheduler;

/**
 * All sessions of this node, and the one timer that looks after all of them: expired tokens, silent peers, and peers
 * that do not take their leave. When the server stops, they end before the web server does, each once what it has asked
 * is answered.
 */
final class Sessions implements SmartLifecycle, Clients {
    /**
     * After the live streams were sent away, and before the web server stops gracefully ({@code DEFAULT_PHASE - 1024}).
     */
    private static final int PHASE = DEFAULT_PHASE - 768;

    private static final Duration TICK = Duration.ofSeconds(1);
    private static final int TICKS_TO_LEAVE = 6;

    private final Set<Session> sessions = ConcurrentHashMap.newKeySet();
    private final Scheduler scheduler;
    private final Disposable.Swap ticks = Disposables.swap();
    private volatile boolean running;
    private volatile boolean leaving;

    Sessions(Scheduler scheduler) {
        this.scheduler = scheduler;
    }

    /** Milliseconds since 1970. */
    long now() {
        return scheduler.now(TimeUnit.MILLISECONDS);
    }

    /** Looks after a session until its connection closes. */
    void add(Session session) {
        sessions.add(session);
        session.connection().onClose().subscribe(null, null, () -> sessions.remove(session));
    }

    /** Those whose clients are connected. */
    Set<Session> all() {
        return Set.copyOf(sessions);
    }

    /** How many clients are connected. */
    int size() {
        return sessions.size();
    }

    @Override
    public int count() {
        return size();
    }

    @Override
    public String transport() {
        return "rsocket";
    }

    @Override
    public int staying() {
        return (int) sessions.stream().filter(session -> !session.isLeaving()).count();
    }

    @Override
    public Stream<Session> watching() {
        return sessions.stream().filter(Session::isMovable);
    }

    /** Whether the server stops, and takes no new session. */
    boolean isLeaving() {
        return leaving;
    }

    private void tick() {
        long now = now();
        for (Session session : sessions) {
            session.tick(now);
        }
    }

    @Override
    public void start() {
        running = true;
        ticks.update(
                scheduler.schedulePeriodically(this::tick, TICK.toMillis(), TICK.toMillis(), TimeUnit.MILLISECONDS));
    }

    @Override
    public void stop() {
        stop(() -> {});
    }

    @Override
    public void stop(Runnable done) {
        leaving = true;
        running = false;
        sessions.forEach(Session::leave);
        leave(0, done);
    }

    private void leave(int ticked, Runnable done) {
        tick();
        if (sessions.isEmpty() || ticked == TICKS_TO_LEAVE) {
            ticks.dispose();
            sessions.forEach(session -> session.connection().cut());
            done.run();
        } else {
            scheduler.schedule(() -> leave(ticked + 1, done), TICK.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return PHASE;
    }
}
