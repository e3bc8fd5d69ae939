package io.ovation.documents;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** How far each projection is. Thread-safe. */
final class Positions {
    private final Map<String, Projected> byProjection = new LinkedHashMap<>();

    Positions(Collection<String> projections) {
        projections.forEach(projection -> byProjection.put(projection, new Projected()));
    }

    /** How far one is. */
    Projected of(String projection) {
        return Objects.requireNonNull(byProjection.get(projection), projection);
    }

    Collection<String> projections() {
        return byProjection.keySet();
    }

    Collection<Projected> all() {
        return byProjection.values();
    }

    /** Up to where all of them are; {@link Long#MIN_VALUE} as long as that is not known. */
    long position() {
        return all().stream().mapToLong(Projected::position).min().orElse(Long.MIN_VALUE);
    }

    /**
     * From where on they are projected since this process began to; {@link Long#MIN_VALUE} as long as that is not known
     * of all.
     */
    long began() {
        return all().stream().mapToLong(Projected::began).min().orElse(Long.MIN_VALUE);
    }
}
