package io.ovation.bench;

import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;

import io.ovation.bench.wire.Tokens;
import io.ovation.eventstore.LogFiller;

/** How fast an analyst reads the log, and what a filter costs as the log grows. */
final class ReplayScenario implements Scenario {
    private static final String SECRET = "a secret of the replay benchmark, 32 bytes";
    private static final int WARM_UPS = 3;
    private static final int PAGE = 100;

    @Override
    public String name() {
        return "replay";
    }

    @Override
    public String what() {
        return "the whole log as NDJSON, one aggregate's events, a minute's, a rare type's, at 10,000 and 1,000,000 "
                + "events in the log";
    }

    @Override
    public Figures run(Options options) throws Exception {
        Figures figures = new Figures();
        for (int events : options.sizes(10_000, 1_000_000)) {
            figures.step(step(options, events, figures));
        }
        return figures;
    }

    private static Map<String, Object> step(Options options, int events, Figures figures) throws Exception {
        Map<String, Object> step = new LinkedHashMap<>();
        step.put("events", events);
        AtomicLong appended = new AtomicLong();
        try (Server server = Server.start(options.launcher, SECRET, options.serverSettings, options.logs, data -> {
            try (LogFiller filler = LogFiller.open(data)) {
                appended.set(Math.round(
                        filler.fill(events, Instant.now().truncatedTo(ChronoUnit.MILLIS), new SplittableRandom(42))));
            }
        })) {
            step.put("filledPerSecond", appended.get());
            try (EventLines lines = new EventLines(server.port(), new Tokens(SECRET))) {
                whole(server, lines, events, step);
                filters(lines, events, options.times(200), step);
            }
            figures.put("server", ServerFacts.of(server));
        }
        return step;
    }

    private static void whole(Server server, EventLines lines, int events, Map<String, Object> step)
            throws IOException, InterruptedException {
        for (int i = 0; i < WARM_UPS; i++) {
            lines.read("?limit=" + Math.min(events, 100_000));
        }
        Latency first = new Latency();
        for (int i = 0; i < 20; i++) {
            first.record(lines.read("?limit=" + PAGE).firstLineNanos());
        }
        EventLines.Read read = lines.read("");
        if (read.events() < events) {
            throw new IllegalStateException(read.events() + " of " + events + " events");
        }
        step.put("perSecond", Math.round(read.events() * 1e9 / read.nanos()));
        step.put("MiBPerSecond", Math.round((read.bytes() >> 20) * 1e9 / read.nanos()));
        step.put("bytesEach", read.bytes() / read.events());
        step.put("first line ms", Latency.millis(first.interval()));
        step.put("first line of all ms", Latency.millis(read.firstLineNanos()));
        long before = server.liveHeap();
        long[] half = new long[1];
        lines.read("", read1 -> {
            if (half[0] == 0 && read1 > events / 2) {
                half[0] = server.liveHeap();
            }
        });
        step.put("liveHeapMiB before", before >> 20);
        step.put("liveHeapMiB half way", half[0] >> 20);
    }

    private static void filters(EventLines lines, int events, int times, Map<String, Object> step)
            throws IOException, InterruptedException {
        SplittableRandom random = new SplittableRandom(7);
        for (boolean warm : new boolean[] {false, true}) {
            Latency aggregate = new Latency();
            Latency minute = new Latency();
            Latency type = new Latency();
            long inMinutes = 0;
            for (int i = 0; i < times; i++) {
                long after = random.nextInt(events - 1);
                String id = lines.fieldOfAny(after, "aggregateId");
                aggregate.record(lines.read("?limit=" + PAGE + "&aggregate=" + id + "&after=" + random.nextInt(events))
                        .nanos());
                Instant from = Instant.parse(lines.fieldOfAny(after, "timestamp"));
                EventLines.Read window = lines.read("?from=" + from + "&to=" + from.plus(1, ChronoUnit.MINUTES));
                inMinutes += window.events();
                minute.record(window.nanos());
                type.record(lines.read("?limit=" + PAGE + "&types=MessageRedacted&after=" + after)
                        .nanos());
            }
            if (warm) {
                step.put("aggregate ms", Latency.millis(aggregate.interval()));
                step.put("minute ms", Latency.millis(minute.interval()));
                step.put("events a minute", inMinutes / times);
                step.put("rare type ms", Latency.millis(type.interval()));
            }
        }
    }
}
