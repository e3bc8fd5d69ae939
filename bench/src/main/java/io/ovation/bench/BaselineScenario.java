package io.ovation.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

import com.zaxxer.hikari.HikariDataSource;
import io.ovation.conversation.PlainAxon;
import io.ovation.postgres.EmbeddedPostgres;

/**
 * What plain Axon does on the same PostgreSQL, without any wire: so many virtual threads that send one message after
 * the other, in this process.
 */
final class BaselineScenario implements Scenario {
    @Override
    public String name() {
        return "baseline";
    }

    @Override
    public String what() {
        return "the same sends through Axon's own engine and bus, without a wire: what 'sends' is compared to";
    }

    @Override
    public Figures run(Options options) throws Exception {
        Figures figures = new Figures();
        for (PlainAxon.Tuning tuning : PlainAxon.Tuning.values()) {
            Path directory = Files.createTempDirectory("ovation-bench-");
            try (EmbeddedPostgres postgres = EmbeddedPostgres.start(directory);
                    HikariDataSource pool = pool(postgres, tuning);
                    PlainAxon axon = PlainAxon.start(pool, tuning)) {
                figures.put("exact " + tuning, run(options, figures, axon, tuning));
            } finally {
                Server.delete(directory);
            }
        }
        return figures;
    }

    private static Map<String, Object> run(Options options, Figures figures, PlainAxon axon, PlainAxon.Tuning tuning)
            throws Exception {
        List<Room> rooms = new ArrayList<>();
        for (int i = 0; i < options.conversations(500); i++) {
            Room room = new Room(UUID.randomUUID().toString(), Bed.user(0));
            axon.open(room.id());
            rooms.add(room);
        }
        Traffic traffic = new Traffic();
        for (int inFlight : options.inFlight(256, 64)) {
            Map<String, Object> step = new LinkedHashMap<>();
            step.put("tuning", tuning.toString());
            step.putAll(step(axon, rooms, traffic, inFlight, options.warmUp(20), options.seconds(20)));
            figures.step(step);
        }
        return compare(axon, rooms);
    }

    private static HikariDataSource pool(EmbeddedPostgres postgres, PlainAxon.Tuning tuning) {
        HikariDataSource pool = new HikariDataSource();
        pool.setJdbcUrl(postgres.jdbcUrl());
        pool.setUsername(postgres.user());
        pool.setPassword(postgres.password());
        pool.setMaximumPoolSize(tuning.connections());
        pool.setAutoCommit(tuning == PlainAxon.Tuning.TUNED);
        pool.setConnectionTimeout(TimeUnit.SECONDS.toMillis(60));
        return pool;
    }

    private static Map<String, Object> step(
            PlainAxon axon, List<Room> rooms, Traffic traffic, int inFlight, double warmUp, double seconds)
            throws Exception {
        traffic.resume();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> writers = new ArrayList<>();
            for (int i = 0; i < inFlight; i++) {
                writers.add(threads.submit(() -> write(axon, rooms, traffic)));
            }
            SendsScenario.pause(warmUp);
            traffic.latency().reset();
            long before = traffic.acknowledgedSoFar();
            long start = System.nanoTime();
            SendsScenario.pause(seconds);
            Map<String, Object> step = new LinkedHashMap<>();
            step.put("inFlight", inFlight);
            step.put(
                    "perSecond",
                    Math.round((traffic.acknowledgedSoFar() - before) * 1e9 / (System.nanoTime() - start)));
            step.put("acknowledged ms", Latency.millis(traffic.latency().interval()));
            traffic.quiesce();
            for (Future<?> writer : writers) {
                writer.get();
            }
            return step;
        }
    }

    private static void write(PlainAxon axon, List<Room> rooms, Traffic traffic) {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        String text = "o".repeat(Sender.TEXT);
        while (traffic.running()) {
            Room room = rooms.get(random.nextInt(rooms.size()));
            UUID id = new UUID(
                    System.currentTimeMillis() << 16 | 0x7000 | random.nextInt(0x1000),
                    0x8000_0000_0000_0000L | random.nextLong() >>> 2);
            long start = System.nanoTime();
            traffic.sent();
            long seq = axon.send(room.id(), id, text);
            traffic.acknowledged(System.nanoTime() - start);
            synchronized (room) {
                room.acknowledge(Math.toIntExact(seq), id.getMostSignificantBits(), id.getLeastSignificantBits());
            }
        }
    }

    private static Map<String, Object> compare(PlainAxon axon, List<Room> rooms) {
        long recorded = 0;
        for (Room room : rooms) {
            List<UUID> log = axon.recorded(room.id());
            if (log.size() != room.highest() || room.twice() != 0 || room.acknowledged() != room.highest()) {
                throw new IllegalStateException("acknowledged " + room.acknowledged() + " up to " + room.highest()
                        + ", recorded " + log.size());
            }
            for (int seq = 1; seq <= log.size(); seq++) {
                if (!log.get(seq - 1).equals(room.idOf(seq))) {
                    throw new IllegalStateException("seq " + seq + " is not what was acknowledged");
                }
            }
            recorded += log.size();
        }
        Map<String, Object> compared = new LinkedHashMap<>();
        compared.put("acknowledged", recorded);
        compared.put("inLog", recorded);
        return compared;
    }
}
