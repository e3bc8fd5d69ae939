package io.ovation.acceptance;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;

/**
 * Users who say one thing after the other, half of them over HTTP and half over RSocket. Each sends the same message,
 * by its id, until it is acknowledged, however often the connection breaks or the server says no.
 */
final class Writers implements AutoCloseable {
    private static final long PAUSE = Duration.ofMillis(20).toNanos();

    private final OvationServer server;
    private final Ledger ledger;
    private final List<String> conversations;
    private final Duration between;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Future<?>> running = new ArrayList<>();
    private volatile boolean stopped;

    private Writers(OvationServer server, Ledger ledger, List<String> conversations, Duration between) {
        this.server = server;
        this.ledger = ledger;
        this.conversations = conversations;
        this.between = between;
    }

    /** The names of that many writers, to be made members. */
    static List<String> names(int count) {
        return IntStream.range(0, count).mapToObj(i -> "writer-" + i).toList();
    }

    /** Sets them to work in those conversations, as fast as they are answered. */
    static Writers start(OvationServer server, Ledger ledger, List<String> conversations, int count) {
        return start(server, ledger, conversations, count, Duration.ZERO);
    }

    /** Sets them to work; each rests between two messages. */
    static Writers start(
            OvationServer server, Ledger ledger, List<String> conversations, int count, Duration between) {
        Writers writers = new Writers(server, ledger, conversations, between);
        for (int i = 0; i < count; i++) {
            String name = names(count).get(i);
            Transport transport = i % 2 == 0 ? Transport.HTTP : Transport.RSOCKET;
            writers.running.add(writers.threads.submit(() -> writers.write(name, transport)));
        }
        return writers;
    }

    /** Lets each finish the request that is under way, and returns when all have. */
    void stop() throws Exception {
        stopped = true;
        for (Future<?> each : running) {
            each.get(RSocketApi.PATIENCE.toSeconds() * 2, TimeUnit.SECONDS);
        }
    }

    @Override
    public void close() {
        stopped = true;
        threads.shutdownNow();
    }

    private void write(String name, Transport transport) {
        Api api = null;
        try {
            while (!stopped) {
                Ledger.Said message =
                        ledger.say(conversations.get(ThreadLocalRandom.current().nextInt(conversations.size())), name);
                while (!stopped && !ledger.isAcknowledged(message)) {
                    api = attempt(message, api, name, transport);
                    if (!ledger.isAcknowledged(message)) {
                        LockSupport.parkNanos(PAUSE);
                    }
                }
                LockSupport.parkNanos(between.toNanos());
            }
        } finally {
            if (api != null) {
                api.close();
            }
        }
    }

    /** Sends once, and answers the connection if it is still good. */
    private @Nullable Api attempt(Ledger.Said message, @Nullable Api connection, String name, Transport transport) {
        Api api = connection;
        try {
            if (api == null) {
                api = transport.connect(server, name, Tokens.of(name));
            }
            ledger.answered(message, api.send(message.conversationId(), message.messageId(), message.body()));
            return api;
        } catch (Api.Lost lost) {
            if (api != null) {
                api.close();
            }
            return null;
        }
    }
}
