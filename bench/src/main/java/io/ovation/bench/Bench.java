package io.ovation.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.json.JsonMapper;

/** The command {@code ./ovation bench}. */
@Command(
        name = "ovation bench",
        mixinStandardHelpOptions = true,
        description =
                "Measures the real server over the real wire. Without a scenario it lists them; 'all' runs one after "
                        + "the other.",
        sortOptions = false)
public final class Bench implements Callable<Integer> {
    /** What a generator says that waits for others. */
    static final String READY = "ready";

    /** What measures no server. */
    private static final Set<String> APART = Set.of("jmh", "fill");

    @Mixin
    private Options options = new Options();

    @Parameters(
            paramLabel = "SCENARIO",
            arity = "0..*",
            description = "what to measure; 'sends' measures the baseline too")
    private List<String> scenarios = List.of();

    private Bench() {}

    /**
     * Runs the command and ends the process with 0, with 1 when a scenario failed or was not exact, or with 2 when the
     * command is wrong.
     */
    public static void main(String[] args) {
        System.exit(new CommandLine(new Bench()).execute(args));
    }

    @Override
    public Integer call() throws Exception {
        if (scenarios.isEmpty()) {
            Scenario.ALL.forEach(scenario -> Console.say("  %-14s %s".formatted(scenario.name(), scenario.what())));
            return 0;
        }
        int failures = 0;
        Map<String, Map<String, Object>> results = new LinkedHashMap<>();
        for (Scenario scenario : chosen()) {
            try {
                results.put(scenario.name(), run(scenario));
            } catch (IllegalStateException | IOException e) {
                failures++;
                Console.say("FAILED " + scenario.name() + ": " + e.getMessage());
            }
        }
        compare(results);
        return failures == 0 ? 0 : 1;
    }

    private List<Scenario> chosen() {
        if (scenarios.equals(List.of("all"))) {
            return Scenario.ALL.stream()
                    .filter(scenario -> !APART.contains(scenario.name()))
                    .toList();
        }
        List<Scenario> chosen = new ArrayList<>();
        for (String name : scenarios) {
            chosen.add(Scenario.ALL.stream()
                    .filter(scenario -> scenario.name().equals(name))
                    .findFirst()
                    .orElseThrow(() ->
                            new CommandLine.ParameterException(new CommandLine(this), "there is no scenario " + name)));
            if (name.equals("sends") && !scenarios.contains("baseline")) {
                chosen.add(new BaselineScenario());
            }
        }
        return chosen;
    }

    private Map<String, Object> run(Scenario scenario) throws Exception {
        Console.say("");
        Console.say(scenario.name() + ": " + scenario.what());
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("scenario", scenario.name());
        line.put("at", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        line.putAll(Machine.facts(options.launcher));
        line.put("client", options.referenceClient ? "rsocket-java" : "own");
        line.put("generatorThreads", options.threads);
        Figures figures = scenario.run(options);
        line.put("figures", figures.all());
        Console.say("");
        Console.say(figures.table());
        String json = JsonMapper.shared().writeValueAsString(line);
        Console.say(json);
        if (options.record) {
            Files.createDirectories(options.results);
            Path file = options.results.resolve(scenario.name() + ".jsonl");
            Files.writeString(file, json + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        }
        return figures.all();
    }

    /** The row "at least five times plain Axon", from one and the same call; each at its first number in flight. */
    private static void compare(Map<String, Map<String, Object>> results) {
        List<Map<?, ?>> sends = steps(results.get("sends"));
        Set<Object> told = new HashSet<>();
        for (Map<?, ?> baseline : steps(results.get("baseline"))) {
            if (!sends.isEmpty() && told.add(String.valueOf(baseline.get("tuning")))) {
                double times = Figures.number(sends.getFirst(), "perSecond") / Figures.number(baseline, "perSecond");
                Console.say("%.1f times plain Axon, tuning: %s".formatted(times, baseline.get("tuning")));
            }
        }
    }

    private static List<Map<?, ?>> steps(@Nullable Map<String, Object> figures) {
        List<Map<?, ?>> steps = new ArrayList<>();
        if (figures != null && figures.get("steps") instanceof List<?> rows) {
            rows.forEach(row -> steps.add((Map<?, ?>) row));
        }
        return steps;
    }
}
