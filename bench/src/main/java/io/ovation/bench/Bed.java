package io.ovation.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntFunction;

import io.netty.buffer.ByteBuf;
import io.ovation.bench.wire.Clients;
import io.ovation.bench.wire.Connection;
import io.ovation.bench.wire.Encoding;
import io.ovation.bench.wire.Receiver;
import io.ovation.bench.wire.Tokens;

/** What a scenario works on: a fresh server, the generator's connections to it, and the checks against it. */
final class Bed implements AutoCloseable {
    private static final byte[] OPEN = Encoding.route("conversations.open");
    private static final int SETUP_IN_FLIGHT = 16;
    private static final long ANSWER_SECONDS = 60;

    private final Options options;
    private final Server server;
    private final Clients clients;
    private final Archive archive;
    private final Deliveries ignored = new Deliveries();

    private Bed(Options options, Server server, Clients clients, Archive archive) {
        this.options = options;
        this.server = server;
        this.clients = clients;
        this.archive = archive;
    }

    /** Starts a server on an empty data directory. */
    static Bed open(Options options) throws IOException, InterruptedException {
        byte[] secret = new byte[32];
        ThreadLocalRandom.current().nextBytes(secret); // a throwaway server on the loopback address
        String key = HexFormat.of().formatHex(secret);
        Tokens tokens = new Tokens(key);
        Server server = Server.start(options.launcher, key, options.serverSettings, options.logs);
        return new Bed(
                options,
                server,
                new Clients(server.port(), tokens, options.threads, options.referenceClient),
                new Archive(server.port(), tokens));
    }

    Server server() {
        return server;
    }

    Clients clients() {
        return clients;
    }

    Archive archive() {
        return archive;
    }

    static String user(int i) {
        return "user-" + i;
    }

    /** Opens connections, of the users 0, 1, 2 … */
    List<Connection> connect(int count) throws InterruptedException {
        return clients.connect(count, Bed::user);
    }

    /**
     * Opens conversations, the first by the first connection's user, and so on around.
     *
     * @param members the JSON list of the other members of each
     */
    static List<Room> rooms(List<Connection> connections, int count, String kind, IntFunction<String> members)
            throws InterruptedException {
        List<Room> rooms = new ArrayList<>(count);
        List<CompletableFuture<?>> answers = new ArrayList<>(count);
        Semaphore permits = new Semaphore(SETUP_IN_FLIGHT);
        for (int i = 0; i < count; i++) {
            int owner = i % connections.size();
            Room room = new Room(UUID.randomUUID().toString(), user(owner));
            byte[] data = Encoding.utf8("{\"conversationId\":\"" + room.id() + "\",\"kind\":\"" + kind
                    + "\",\"members\":" + members.apply(i) + "}");
            permits.acquire();
            CompletableFuture<Long> answer = ask(connections.get(owner), OPEN, data);
            answers.add(answer.whenComplete((size, error) -> permits.release()));
            rooms.add(room);
        }
        for (CompletableFuture<?> answer : answers) {
            await(answer);
        }
        return rooms;
    }

    /** Asks, and completes with how many nanoseconds the answer took. */
    static CompletableFuture<Long> ask(Connection connection, byte[] route, byte[] data) {
        CompletableFuture<Long> answer = new CompletableFuture<>();
        connection.execute(() -> connection.requestResponse(route, data, new Timed(answer)));
        return answer;
    }

    static <T> T await(CompletableFuture<T> future) throws InterruptedException {
        try {
            return future.get(ANSWER_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getMessage(), e);
        } catch (TimeoutException e) {
            throw new IllegalStateException("no answer for " + ANSWER_SECONDS + " s", e);
        }
    }

    /** One sender a connection, for its own rooms; connections without a room have none. */
    static List<Sender> senders(List<Connection> connections, List<Room> rooms, Traffic traffic) {
        SplittableRandom random = new SplittableRandom();
        List<Sender> senders = new ArrayList<>();
        for (int i = 0; i < connections.size(); i++) {
            List<Room> own = new ArrayList<>();
            for (int room = i; room < rooms.size(); room += connections.size()) {
                own.add(rooms.get(room));
            }
            if (!own.isEmpty()) {
                senders.add(new Sender(connections.get(i), own, traffic, random.split()));
            }
        }
        return senders;
    }

    /** Keeps {@code inFlight} sends in flight, spread over the senders, until the traffic stops. */
    static void keepInFlight(List<Sender> senders, int inFlight) {
        for (int i = 0; i < Math.min(inFlight, senders.size()); i++) {
            senders.get(i).keep(inFlight / senders.size() + (i < inFlight % senders.size() ? 1 : 0));
        }
    }

    /**
     * Watches each room on the connection that {@code who} says, from its last message on, and returns when all streams
     * are live.
     */
    static List<Watcher> watch(List<Room> rooms, IntFunction<Connection> who, Deliveries deliveries)
            throws InterruptedException {
        List<Watcher> watchers = new ArrayList<>(rooms.size());
        for (int i = 0; i < rooms.size(); i++) {
            watchers.add(new Watcher(
                    rooms.get(i), who.apply(i), deliveries, rooms.get(i).highest()));
        }
        openAll(watchers);
        return watchers;
    }

    /** Opens the watchers' streams, some at a time, and returns when all are live. */
    static void openAll(List<Watcher> watchers) throws InterruptedException {
        Semaphore permits = new Semaphore(8 * SETUP_IN_FLIGHT);
        List<CompletableFuture<Watcher>> opening = new ArrayList<>(watchers.size());
        for (Watcher watcher : watchers) {
            permits.acquire();
            opening.add(watcher.open().whenComplete((live, error) -> permits.release()));
        }
        for (CompletableFuture<Watcher> one : opening) {
            await(one);
        }
    }

    /**
     * Waits until each watcher has all that was acknowledged in its room, 20 s at most, and says how many messages are
     * missing.
     */
    static long missing(List<Watcher> watchers) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (true) {
            long missing = 0;
            for (Watcher watcher : watchers) {
                missing += Math.max(0, watcher.room().highest() - watcher.last());
            }
            if (missing == 0 || System.nanoTime() > deadline) {
                return missing;
            }
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }

    /**
     * Checks deliveries and history against what was acknowledged, and throws unless all of it is there once and in
     * order.
     *
     * @return what was compared
     */
    Map<String, Object> exact(List<Room> rooms, List<Watcher> watchers, Deliveries deliveries, Traffic traffic)
            throws IOException, InterruptedException {
        return exact(archive, rooms, watchers, deliveries, traffic);
    }

    /** The same, with the history that this archive reads. */
    static Map<String, Object> exact(
            Archive archive, List<Room> rooms, List<Watcher> watchers, Deliveries deliveries, Traffic traffic)
            throws IOException, InterruptedException {
        traffic.settle();
        long missing = missing(watchers);
        Map<String, Object> compared = new LinkedHashMap<>(archive.compare(rooms));
        compared.put("delivered", deliveries.deliveredSoFar());
        Map<String, Long> ends = deliveries.ends();
        if (missing != 0 || deliveries.doubledSoFar() != 0 || deliveries.skippedSoFar() != 0 || !ends.isEmpty()) {
            throw new IllegalStateException(
                    "not exact: undelivered " + missing + ", delivered twice or late " + deliveries.doubledSoFar()
                            + ", skipped " + deliveries.skippedSoFar() + ", streams ended " + ends + "; " + compared);
        }
        if (!traffic.errors().isEmpty()) {
            throw new IllegalStateException("sends failed: " + traffic.errors());
        }
        return compared;
    }

    /** The same where nobody watches. */
    Map<String, Object> exact(List<Room> rooms, Traffic traffic) throws IOException, InterruptedException {
        return exact(rooms, List.of(), ignored, traffic);
    }

    /** Starts to count CPU time, and to record the flight when that was asked for. */
    Window window(String scenario) throws IOException, InterruptedException {
        return Window.open(server, options.profile, scenario);
    }

    @Override
    public void close() {
        clients.close();
        archive.close();
        server.close();
    }

    private static final class Timed implements Receiver {
        private final long start = System.nanoTime();
        private final CompletableFuture<Long> answer;

        Timed(CompletableFuture<Long> answer) {
            this.answer = answer;
        }

        @Override
        public void next(ByteBuf buffer, int index, int length) {
            answer.complete(System.nanoTime() - start);
        }

        @Override
        public void failed(String error) {
            answer.completeExceptionally(new IllegalStateException(error));
        }
    }
}
