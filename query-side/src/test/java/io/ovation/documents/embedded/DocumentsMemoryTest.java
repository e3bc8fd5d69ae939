package io.ovation.documents.embedded;

import java.nio.file.Path;
import java.util.List;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.ovation.documents.Batch;
import io.ovation.documents.DocumentType;
import org.bson.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.scheduler.Schedulers;

import static org.assertj.core.api.Assertions.assertThat;

class DocumentsMemoryTest {
    private static final DocumentType THINGS = DocumentType.stateless("test", "things");

    @TempDir
    private Path directory = Path.of(".");

    @Test
    void whatIsWrittenIsInTheNumbersAndNobodyAsksWhatIsClosed() {
        NativeLibrary.load(EmbeddedHome.NATIVE);
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        RocksOptions options = new RocksOptions(64L << 20);
        new DocumentsMemory(options).bindTo(registry);
        assertThat(registry.get("ovation.documents.memory.max").gauge().value()).isEqualTo(64L << 20);
        try (EmbeddedStore store = EmbeddedStore.open(directory.resolve("1.1"), options, Schedulers.boundedElastic())) {
            double before = used(registry);
            for (int i = 0; i < 40; i++) {
                Document large = new Document("text", "x".repeat(100_000));
                store.write(new Batch(List.of(new Batch.Kept(THINGS, "id " + i, large, false)), List.of(), null))
                        .block();
            }
            assertThat(used(registry)).isBetween(before + 4e6, before + 16e6);
        }
        options.close();

        assertThat(used(registry)).as("its native memory has gone").isNaN();
    }

    private static double used(SimpleMeterRegistry registry) {
        return registry.get("ovation.documents.memory.used").gauge().value();
    }
}
