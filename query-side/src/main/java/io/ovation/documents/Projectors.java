package io.ovation.documents;

import java.util.Collection;
import java.util.List;

import org.axonframework.config.Configurer;
import org.axonframework.config.ConfigurerModule;

/** All projections. Thread-safe: it holds nothing that changes. */
final class Projectors implements ConfigurerModule, AutoCloseable {
    private final List<Projector> all;

    Projectors(Collection<Projector> all) {
        this.all = List.copyOf(all);
    }

    List<Projector> all() {
        return all;
    }

    /** How many sequences have stopped, over all of them. */
    int deadLetters() {
        return all.stream().mapToInt(each -> each.letters().all().size()).sum();
    }

    @Override
    public void close() {
        all.forEach(each -> each.rebuild().end());
    }

    @Override
    public void configureModule(Configurer configurer) {
        all.forEach(each -> each.processor().configureModule(configurer));
    }
}
