package io.ovation.live;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** One message as the frame that all watchers of its conversation get, cursor and all. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class EncoderBenchmark {
    private static final Topic TOPIC = Topic.conversation("01990000-0000-7000-8000-00000000000e");

    @Param({"100", "8192"})
    public int characters;

    private final Cursors cursors = new Cursors(TOPIC, () -> "00000000000000aa");
    private final Redactions redactions = new Redactions();
    private Update update = message(100);

    @Setup
    public void write() {
        update = message(characters);
    }

    private static Update message(int characters) {
        Frame.Message message = new Frame.Message(
                TOPIC.id(),
                UUID.randomUUID().toString(),
                1_000,
                "user-0",
                "o".repeat(characters),
                Instant.now(),
                null,
                List.of(),
                null,
                null);
        return new Update(TOPIC, 1_000_000, message);
    }

    @Benchmark
    public Object encode() {
        return Frames.of(update, cursors, redactions);
    }
}
