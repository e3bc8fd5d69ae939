package io.ovation.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.ovation.bench.wire.Connection;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static java.util.stream.Collectors.joining;

/**
 * As many connections as the descriptors allow, all watching, with live traffic. One process has 20,000 descriptors
 * here, on either end: with {@code --processes N} there are N servers, each with a generator process of its own, which
 * begin to send at the same moment.
 */
final class ConnectionsScenario implements Scenario {
    private static final int CHANNELS = 500;

    @Override
    public String name() {
        return "connections";
    }

    @Override
    public String what() {
        return "18,000 connections a process, each watching one of 500 channels, live traffic: publish to delivered, "
                + "memory a connection";
    }

    @Override
    public Figures run(Options options) throws Exception {
        return options.processes > 1 ? together(options) : alone(options);
    }

    private Figures alone(Options options) throws Exception {
        int count = options.connections(18_000);
        Figures figures = new Figures();
        try (Bed bed = Bed.open(options)) {
            Memory memory = Memory.warm(bed, options.warmUp(20));
            List<Connection> connections = bed.connect(count);
            List<Room> rooms = Bed.rooms(connections, Math.min(CHANNELS, count), "channel", i -> "[]");
            Deliveries deliveries = new Deliveries();
            List<Room> watched = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                watched.add(rooms.get(i % rooms.size()));
            }
            List<Watcher> watchers = Bed.watch(watched, connections::get, deliveries);
            figures.put("connections", count);
            figures.put("open", memory.since(count));
            Traffic traffic = new Traffic();
            List<Sender> senders = Bed.senders(connections, rooms, traffic);
            if (options.gate) {
                Console.say(Bench.READY);
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine();
            }
            for (int rate : options.rates(100, 500)) {
                figures.step(LatencyScenario.measure(
                        bed, senders, traffic, deliveries, watchers, rate, options.seconds(30)));
            }
            figures.put("afterTraffic", memory.since(count));
            figures.put("exact", bed.exact(rooms, watchers, deliveries, traffic));
            figures.put("server", ServerFacts.of(bed.server()));
        }
        return figures;
    }

    private Figures together(Options options) throws IOException, InterruptedException {
        List<Process> processes = new ArrayList<>();
        Figures figures = new Figures();
        try {
            for (int i = 0; i < options.processes; i++) {
                processes.add(start(options));
            }
            List<BufferedReader> outputs = processes.stream()
                    .map(process -> process.inputReader(StandardCharsets.UTF_8))
                    .toList();
            for (BufferedReader output : outputs) {
                await(output, Bench.READY);
            }
            Console.say("  all are open");
            for (Process process : processes) {
                new PrintWriter(process.outputWriter(StandardCharsets.UTF_8), true).println("go");
            }
            int connections = 0;
            for (BufferedReader output : outputs) {
                JsonNode said = JsonMapper.shared().readTree(await(output, "{"));
                Map<String, Object> one =
                        JsonMapper.shared().convertValue(said.get("figures"), new TypeReference<>() {});
                connections += said.get("figures").get("connections").asInt();
                figures.step(one);
            }
            figures.put("connections", connections);
        } finally {
            processes.forEach(Process::destroy);
            for (Process process : processes) {
                process.waitFor();
            }
        }
        return figures;
    }

    private static Process start(Options options) throws IOException {
        List<String> command =
                new ArrayList<>(List.of(ProcessHandle.current().info().command().orElseThrow()));
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(
                List.of("-cp", System.getProperty("java.class.path"), Bench.class.getName(), "connections", "--gate"));
        command.addAll(List.of(
                "--launcher",
                options.launcher.toString(),
                "--connections",
                Integer.toString(options.connections(17_000))));
        command.addAll(List.of(
                "--seconds", Double.toString(options.seconds(30)), "--warm-up", Double.toString(options.warmUp(20))));
        String rates = options.rates(100, 500).stream().map(String::valueOf).collect(joining(","));
        command.addAll(List.of("--rates", rates));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    /** The next line that begins so; what stands before it is passed on. */
    private static String await(BufferedReader output, String beginning) throws IOException {
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            if (line.startsWith(beginning)) {
                return line;
            }
            Console.say("  | " + line);
        }
        throw new IllegalStateException("one of the processes ended early");
    }
}
