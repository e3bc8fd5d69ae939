package io.ovation.documents.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import io.ovation.documents.Projection;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** Wires the documents in this process: the default. */
@AutoConfiguration
@Conditional(NoMongo.class)
@EnableConfigurationProperties(EmbeddedSettings.class)
class EmbeddedConfiguration {
    private static final int LEAST_THREADS = 4;

    @Bean(destroyMethod = "close")
    RocksOptions rocksOptions(EmbeddedSettings settings, @Value("${ovation.data:./data}") Path data) {
        NativeLibrary.load(data.resolve("documents").resolve("native"));
        return new RocksOptions(settings.memory().toBytes());
    }

    @Bean
    DocumentsMemory documentsMemory(RocksOptions options) {
        return new DocumentsMemory(options);
    }

    /** The documents of this process are read by threads of their own: those of Reactor must not wait for a disk. */
    @Bean(destroyMethod = "dispose")
    Scheduler documentsScheduler() {
        int threads = Math.max(LEAST_THREADS, 2 * Runtime.getRuntime().availableProcessors());
        return Schedulers.newBoundedElastic(threads, Integer.MAX_VALUE, "documents");
    }

    @Bean(destroyMethod = "close")
    EmbeddedDocuments documentHome(
            RocksOptions options,
            Scheduler documentsScheduler,
            List<Projection> projections,
            @Value("${ovation.data:./data}") Path data)
            throws IOException {
        forgetPredecessor(data);
        return new EmbeddedDocuments(data.resolve("documents"), options, documentsScheduler, projections);
    }

    /**
     * Versions before this one kept all documents together, or in a file what had no room in memory. They are built
     * anew.
     */
    private static void forgetPredecessor(Path data) throws IOException {
        Path documents = data.resolve("documents");
        DocumentsDirectory.delete(documents.resolve("all"));
        DocumentsDirectory.delete(documents.resolve("all.aside"));
        Path file = data.resolve("read-models");
        if (Files.isRegularFile(file)) {
            Files.delete(file);
        }
    }
}
