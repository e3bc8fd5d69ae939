package io.ovation.operation;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import io.ovation.ValidationFailed;
import io.ovation.edge.EdgeTest;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.annotation.JsonDeserialize;

import static org.assertj.core.api.Assertions.assertThat;

/** An event loop that reads the first request of a kind does not wait for another that reads one of another kind. */
@EdgeTest
class BodiesOfRequestsTest {
    private static final CountDownLatch LOOKED_AT = new CountDownLatch(1);
    private static final CountDownLatch GO_ON = new CountDownLatch(1);

    /** Each has its own: the common pool may be of one thread. */
    private static final Executor THREADS = task -> Thread.ofPlatform().daemon().start(task);

    @Autowired
    private StrictJson json;

    @Autowired
    private List<Feature> features;

    /** Jackson looks at this type for as long as it likes. */
    record Slow(@JsonDeserialize(using = Slowly.class) String text) {}

    static final class Slowly extends ValueDeserializer<String> {
        Slowly() throws InterruptedException {
            LOOKED_AT.countDown();
            GO_ON.await();
        }

        @Override
        public String deserialize(JsonParser parser, DeserializationContext context) {
            return parser.getString();
        }
    }

    @Test
    void everyKindCanBeReadWhileAnotherTypeIsLookedAt() throws Exception {
        CompletableFuture<Slow> slow =
                CompletableFuture.supplyAsync(() -> read("{\"text\":\"a\"}", Slow.class), THREADS);
        try {
            assertThat(LOOKED_AT.await(10, TimeUnit.SECONDS)).isTrue();

            List<Class<? extends Record>> bodies = bodies().toList();

            assertThat(bodies).hasSizeGreaterThan(20);
            for (Class<? extends Record> body : bodies) {
                CompletableFuture<Void> reading = CompletableFuture.runAsync(() -> {
                    try {
                        read("{}", body);
                    } catch (ValidationFailed incomplete) {
                        // it was looked at, and lacks a field
                    }
                }, THREADS);
                assertThat(reading).as("%s", body).succeedsWithin(10, TimeUnit.SECONDS);
            }
        } finally {
            GO_ON.countDown();
        }
        assertThat(slow).succeedsWithin(10, TimeUnit.SECONDS);
    }

    private Stream<Class<? extends Record>> bodies() {
        return features.stream()
                .flatMap(feature -> Stream.of(
                                feature.operations().stream().<Class<? extends Record>>map(Operation::body),
                                feature.streams().stream().<Class<? extends Record>>map(LiveStream::body),
                                feature.lines().stream().<Class<? extends Record>>map(LineStream::body))
                        .flatMap(each -> each))
                .distinct();
    }

    private <B extends Record> B read(String text, Class<B> type) {
        return json.read(text.getBytes(StandardCharsets.UTF_8), type);
    }
}
