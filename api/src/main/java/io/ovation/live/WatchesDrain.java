package io.ovation.live;

import java.util.function.Supplier;
import java.util.stream.Stream;

import org.springframework.context.SmartLifecycle;

/**
 * Sends the watchers of a server that stops away, before the web server waits for its requests to end: the streams
 * among them never would.
 */
final class WatchesDrain implements SmartLifecycle {
    /**
     * Above the phase in which Spring Boot stops its web server gracefully, which is {@code DEFAULT_PHASE - 1024}: what
     * is above stops earlier.
     */
    private static final int PHASE = DEFAULT_PHASE - 512;

    private final Watches watches;
    private final PeopleWatches people;
    private final Supplier<Stream<Clients>> clients;
    private volatile boolean running;

    WatchesDrain(Watches watches, PeopleWatches people, Supplier<Stream<Clients>> clients) {
        this.watches = watches;
        this.people = people;
        this.clients = clients;
    }

    @Override
    public void start() {
        running = true;
    }

    @Override
    public void stop() {
        running = false;
        watches.drain(clients.get().mapToInt(Clients::count).sum());
        people.wakeAll();
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
