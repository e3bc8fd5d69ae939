package io.ovation.documents;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

import io.ovation.documents.embedded.EmbeddedHome;
import io.ovation.documents.mongo.MongoHome;
import org.bson.Document;
import org.springframework.util.function.SingletonSupplier;
import reactor.core.scheduler.Schedulers;

/**
 * The two homes of documents, for tests that hold in both. There is one store of each for all tests, in which every
 * test has collections of its own.
 */
public enum Home {
    EMBEDDED(EmbeddedHome::new, EmbeddedHome::store, EmbeddedHome::dump),
    MONGO(MongoHome::new, MongoHome::store, MongoHome::dump);

    private final Supplier<DocumentStore> store;
    private final Function<String, Map<String, List<Document>>> dump;

    <H> Home(
            Supplier<H> maker,
            Function<H, DocumentStore> store,
            java.util.function.BiFunction<H, String, Map<String, List<Document>>> dump) {
        Supplier<H> home = SingletonSupplier.of(maker);
        this.store = SingletonSupplier.of(() -> store.apply(home.get()));
        this.dump = collections -> dump.apply(home.get(), collections);
    }

    /** The documents of a test, as a process finds them that has just begun. */
    public TestStore documents(String test, DocumentListener... listeners) {
        return new TestStore(store.get(), test, List.of(listeners));
    }

    /** All documents of a test, by collection. */
    public Map<String, List<Document>> dump(String test) {
        Map<String, List<Document>> all = new TreeMap<>();
        dump.apply(test + "-").forEach((name, documents) -> all.put(name.substring(test.length() + 1), documents));
        return all;
    }

    /** Of a log without events, so that everything is always up to date. */
    public static ReadModels readModels() {
        return readModels(-1);
    }

    /** Of documents that hold a log up to a position. */
    public static ReadModels readModels(long position) {
        return readModels(() -> position, () -> {});
    }

    /**
     * Of documents that hold a log as far as it goes now, and are behind it later until somebody waits for them.
     *
     * @param head the position of the log's last event
     * @param catchingUp is called before they are said to be there
     */
    public static ReadModels readModels(LongSupplier head, Runnable catchingUp) {
        Positions positions = new Positions(List.of("conversation", "content", "presence", "inbox", "people"));
        positions.all().forEach(each -> {
            each.begin(head.getAsLong(), head.getAsLong());
            each.onAwaited(() -> {
                catchingUp.run();
                each.advance(head.getAsLong());
            });
        });
        Duration patience = Duration.ofSeconds(10);
        return new ReadModels(
                () -> CompletableFuture.completedFuture(head.getAsLong()),
                positions,
                new Owed(List.of(), positions),
                new HistorySettings(patience, patience, 1, Duration.ZERO),
                Schedulers.boundedElastic());
    }
}
