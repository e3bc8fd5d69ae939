package io.ovation.conversation;

import java.util.Random;

import io.ovation.Caller;
import io.ovation.QuerySide;
import io.ovation.TestLog;
import io.ovation.conversation.ConversationQuery.FindHistory;
import io.ovation.conversation.ConversationQuery.HistoryPage;

/**
 * How fast the read models are rebuilt from a log in memory: {@code main(events, conversations)}. Run by hand; what it
 * says is in the log lines of the processor itself.
 */
final class RebuildBenchmark {
    private RebuildBenchmark() {}

    public static void main(String[] arguments) throws Exception {
        int events = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 200_000;
        int conversations = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 500;
        TestLog log = new TestLog();
        Script script = new Script();
        for (int i = 0; i < conversations; i++) {
            script.open("c" + i, Kind.group, "owner", "ann", "bob", "cid");
        }
        Random random = new Random(1);
        String body = "x".repeat(150);
        for (int i = 0; i < events; i++) {
            script.send("c" + random.nextInt(conversations), i % 3 == 0 ? "ann" : "bob", body);
        }
        log.append(script.take());
        for (int round = 0; round < 3; round++) {
            long start = System.nanoTime();
            long cpu = cpuNanos();
            try (QuerySide room = new QuerySide(log, "--ovation.history.timeout=10m")) {
                room.queries()
                        .query(
                                new FindHistory(Script.id("c0"), new Caller("ann", false), null, null, 50),
                                HistoryPage.class)
                        .get();
                System.Logger out = System.getLogger(RebuildBenchmark.class.getName());
                double seconds = (System.nanoTime() - start) / 1e9;
                out.log(
                        System.Logger.Level.INFO,
                        "{0} events in {1} s: {2}/s, {3} us of CPU each",
                        log.events().size(),
                        seconds,
                        log.events().size() / seconds,
                        (cpuNanos() - cpu) / 1e3 / log.events().size());
            }
        }
    }

    /** A machine that does other things too can be compared by this. */
    private static long cpuNanos() {
        return ProcessHandle.current().info().totalCpuDuration().orElseThrow().toNanos();
    }
}
