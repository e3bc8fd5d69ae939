package io.ovation.bench;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/** Times in nanoseconds, recorded by any thread, read as an interval's histogram. */
final class Latency {
    private static final long LONGEST = TimeUnit.MINUTES.toNanos(2);

    private final Recorder recorder = new Recorder(LONGEST, 3);

    void record(long nanos) {
        recorder.recordValue(Math.clamp(nanos, 0, LONGEST));
    }

    /** What was recorded since the last call. */
    Histogram interval() {
        return recorder.getIntervalHistogram();
    }

    /** Forgets what was recorded so far. */
    void reset() {
        recorder.reset();
    }

    /** Median, 99th percentile and maximum, in milliseconds. */
    static Map<String, Object> millis(Histogram histogram) {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("p50", millis(histogram.getValueAtPercentile(50)));
        figures.put("p99", millis(histogram.getValueAtPercentile(99)));
        figures.put("max", millis(histogram.getMaxValue()));
        figures.put("count", histogram.getTotalCount());
        return figures;
    }

    /** Nanoseconds as milliseconds, to the hundredth. */
    static double millis(double nanos) {
        return Math.round(nanos / 1e4) / 100.0;
    }
}
