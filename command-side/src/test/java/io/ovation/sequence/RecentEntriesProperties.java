package io.ovation.sequence;

import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;

import io.ovation.AppData;
import io.ovation.sequence.RecentEntries.Known;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.RandomDistribution;

import static org.assertj.core.api.Assertions.assertThat;

class RecentEntriesProperties {
    /** Whatever is added, changed and redacted, and pushed out by what is newer. */
    @Property(tries = 200)
    void whatItWeighsIsWhatAllItsEntriesDo(@ForAll("steps") List<Consumer<RecentEntries>> steps) {
        RecentEntries entries = new RecentEntries();
        steps.forEach(step -> step.accept(entries));

        assertThat(entries.weight())
                .isEqualTo(new RecentEntries(entries.known()).weight());
    }

    @Provide
    Arbitrary<List<Consumer<RecentEntries>>> steps() {
        Arbitrary<String> ids = Arbitraries.integers()
                .between(0, 200)
                .withDistribution(RandomDistribution.uniform())
                .map(Object::toString);
        Arbitrary<AppData> data =
                Arbitraries.integers().between(0, 100_000).map(number -> new AppData("{\"n\":" + number + "}"));
        Arbitrary<Consumer<RecentEntries>> added = Combinators.combine(ids, data.injectNull(0.3))
                .as((id, app) -> entries -> entries.added(id, new Known(1, "ada", Instant.EPOCH, "", false, app)));
        Arbitrary<Consumer<RecentEntries>> changed =
                Combinators.combine(ids, data).as((id, app) -> entries -> entries.changed(id, app));
        Arbitrary<Consumer<RecentEntries>> redacted = ids.map(id -> entries -> entries.redacted(id));
        return Arbitraries.oneOf(added, added, changed, redacted).list()
                .ofMaxSize(800)
                .withSizeDistribution(RandomDistribution.uniform());
    }
}
