package io.ovation.demo;

import java.time.Duration;

/**
 * How a play went.
 *
 * @param total lines of the play
 * @param known those that an earlier play had left in the room
 * @param said those that were acknowledged now
 * @param unseen those acknowledged now that the watcher did not see within its patience
 * @param took from the first line said to the last one acknowledged
 * @param acknowledged50 send to acknowledgement, median, in milliseconds; resends of a line count with it
 * @param acknowledged99 the same, 99th percentile
 * @param delivered50 send to arrival at a watcher, median, in milliseconds
 * @param delivered99 the same, 99th percentile
 */
public record Outcome(
        int total,
        int known,
        int said,
        int unseen,
        Duration took,
        double acknowledged50,
        double acknowledged99,
        double delivered50,
        double delivered99) {
    /** Whether every line is in the room. */
    public boolean complete() {
        return known + said == total;
    }

    public double perSecond() {
        return took.isZero() ? 0 : said * 1e9 / took.toNanos();
    }
}
