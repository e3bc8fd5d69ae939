package io.ovation.bench;

import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.SplittableRandom;

import io.ovation.eventstore.LogFiller;

/** Makes a log of a month of conversations in a data directory, to be looked at or to be started on. */
final class FillScenario implements Scenario {
    @Override
    public String name() {
        return "fill";
    }

    @Override
    public String what() {
        return "fills the log of the data directory --data with 1,000,000 events, or --sizes; keeps it";
    }

    @Override
    public Figures run(Options options) throws Exception {
        Path data = options.data;
        if (data == null) {
            throw new IllegalStateException("fill needs --data DIR");
        }
        Figures figures = new Figures();
        try (LogFiller filler = LogFiller.open(data)) {
            for (int events : options.sizes(1_000_000)) {
                figures.put(
                        "appendedPerSecond",
                        Math.round(filler.fill(
                                events, Instant.now().truncatedTo(ChronoUnit.MILLIS), new SplittableRandom(42))));
            }
        }
        return figures;
    }
}
