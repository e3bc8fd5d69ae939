package io.ovation.bench;

import java.nio.file.Path;
import java.util.List;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What can be said on the command line; each scenario has its own default for what is left out. */
final class Options {
    @Option(
            names = "--launcher",
            paramLabel = "FILE",
            defaultValue = "./ovation",
            description = "the launcher that starts the server (${DEFAULT-VALUE})")
    Path launcher = Path.of("./ovation");

    @Option(names = "--record", description = "append the JSON line to results/SCENARIO.jsonl as well")
    boolean record;

    @Option(
            names = "--results",
            paramLabel = "DIR",
            defaultValue = "bench/results",
            description = "where --record writes (${DEFAULT-VALUE})")
    Path results = Path.of("bench/results");

    @Option(names = "--seconds", paramLabel = "N", description = "how long to measure (a step, where there are steps)")
    @Nullable
    Double seconds;

    @Option(names = "--warm-up", paramLabel = "N", description = "seconds of warm-up before")
    @Nullable
    Double warmUp;

    @Option(names = "--connections", paramLabel = "N", description = "how many connections")
    @Nullable
    Integer connections;

    @Option(names = "--conversations", paramLabel = "N", description = "how many conversations")
    @Nullable
    Integer conversations;

    @Option(
            names = "--in-flight",
            paramLabel = "N[,N]",
            split = ",",
            description = "how many sends to keep in flight, one step after the other")
    @Nullable
    List<Integer> inFlight;

    @Option(
            names = "--rates",
            paramLabel = "N[,N]",
            split = ",",
            description = "sends a second, one step after the other")
    @Nullable
    List<Integer> rates;

    @Option(
            names = "--sizes",
            paramLabel = "N[,N]",
            split = ",",
            description = "messages or events in the log, one step after the other")
    @Nullable
    List<Integer> sizes;

    @Option(names = "--times", paramLabel = "N", description = "how often to ask, where single requests are timed")
    @Nullable
    Integer times;

    @Option(names = "--minutes", paramLabel = "N", description = "how long to soak")
    @Nullable
    Double minutes;

    @Option(
            names = "--processes",
            paramLabel = "N",
            defaultValue = "1",
            description = "servers, each with a generator process of its own (connections)")
    int processes = 1;

    /** Says when everything is open, and waits for a line before it measures: how several generators begin together. */
    @Option(names = "--gate", hidden = true)
    boolean gate;

    @Option(
            names = "--threads",
            paramLabel = "N",
            defaultValue = "1",
            description = "event loops of the generator (${DEFAULT-VALUE})")
    int threads = 1;

    @Option(
            names = "--reference-client",
            description = "use rsocket-java instead of the generator's own, cheaper client")
    boolean referenceClient;

    @Option(
            names = "--profile",
            paramLabel = "DIR",
            description = "record the server's flight while measuring, into DIR/SCENARIO.jfr")
    @Nullable
    Path profile;

    @Option(names = "--data", paramLabel = "DIR", description = "the data directory whose log to fill (fill)")
    @Nullable
    Path data;

    @Option(names = "--logs", paramLabel = "DIR", description = "keep what the servers write, in DIR/server-PORT.log")
    @Nullable
    Path logs;

    @Option(
            names = "--server-setting",
            paramLabel = "--NAME=VALUE",
            description = "a further setting for the server; may be repeated")
    List<String> serverSettings = List.of();

    double minutes(double otherwise) {
        return minutes == null ? otherwise : minutes;
    }

    double seconds(double otherwise) {
        return seconds == null ? otherwise : seconds;
    }

    double warmUp(double otherwise) {
        return warmUp == null ? otherwise : warmUp;
    }

    int times(int otherwise) {
        return times == null ? otherwise : times;
    }

    int connections(int otherwise) {
        return connections == null ? otherwise : connections;
    }

    int conversations(int otherwise) {
        return conversations == null ? otherwise : conversations;
    }

    List<Integer> inFlight(Integer... otherwise) {
        return inFlight == null ? List.of(otherwise) : inFlight;
    }

    List<Integer> rates(Integer... otherwise) {
        return rates == null ? List.of(otherwise) : rates;
    }

    List<Integer> sizes(Integer... otherwise) {
        return sizes == null ? List.of(otherwise) : sizes;
    }
}
