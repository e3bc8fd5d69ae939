package io.ovation.documents.embedded;

import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

import io.ovation.documents.DocumentHome;
import io.ovation.documents.DocumentStore;
import io.ovation.documents.Places;
import io.ovation.documents.Projection;
import reactor.core.scheduler.Scheduler;

/** The stores of this process, each in a directory of its own; what they have in common is memory. For any thread. */
final class EmbeddedDocuments implements DocumentHome, AutoCloseable {
    private final Map<String, Generations> byProjection;

    /** @param reading whose threads may block */
    EmbeddedDocuments(
            Path directory, RocksOptions options, Scheduler reading, Collection<Projection> projections) {
        byProjection = projections.stream()
                .collect(Collectors.toMap(
                        Projection::name,
                        projection -> Generations.open(
                                directory.resolve(projection.name()), projection.version(), options, reading)));
    }

    @Override
    public DocumentStore store(String projection) {
        return of(projection);
    }

    @Override
    public Places places(String projection) {
        return of(projection);
    }

    @Override
    public void caughtUp(String projection) {
        of(projection).caughtUp();
    }

    @Override
    public Beside beside(String projection) {
        return of(projection).beside();
    }

    private Generations of(String projection) {
        return Objects.requireNonNull(byProjection.get(projection), projection);
    }

    @Override
    public void close() {
        byProjection.values().forEach(Generations::close);
    }
}
