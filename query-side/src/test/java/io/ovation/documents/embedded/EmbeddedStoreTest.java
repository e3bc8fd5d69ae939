package io.ovation.documents.embedded;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.ovation.documents.Batch;
import io.ovation.documents.Batch.Change;
import io.ovation.documents.Batch.Place;
import io.ovation.documents.DocumentType;
import io.ovation.documents.StoreUnavailable;
import org.bson.Document;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.scheduler.Schedulers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What a crash, a power cut, a damaged disk and an end at any moment leave, and what is made of it. */
class EmbeddedStoreTest {
    private static final DocumentType THINGS = DocumentType.stateless("test", "things");
    private static final String PROJECTION = "tests";

    @TempDir
    private Path temporary = Path.of(".");

    private final List<AutoCloseable> open = new ArrayList<>();

    @BeforeAll
    static void load() {
        NativeLibrary.load(EmbeddedHome.NATIVE);
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : open.reversed()) {
            each.close();
        }
    }

    @Test
    void aCopyOfTheDirectoryAtAnyMomentIsWhatItsPlaceSays() throws IOException {
        EmbeddedStore store = open("live");
        for (int i = 0; i < 300; i++) {
            write(store, i);
            if (i % 50 == 17) {
                EmbeddedStore killed = open(copy("live", "killed-" + i));
                assertThat(position(killed)).isEqualTo(i);
                assertThat(things(killed)).isEqualTo(i + 1);
            }
        }
    }

    @Test
    void aLogOfWritesThatLostItsEndIsWhatItsPlaceSays() throws IOException {
        EmbeddedStore store = open("live");
        IntStream.range(0, 200).forEach(i -> write(store, i));
        for (int lost : List.of(1, 7, 100, 1_000, 5_000)) {
            String cut = copy("live", "cut-" + lost);
            truncate(logs(cut).getLast(), lost);

            EmbeddedStore after = open(cut);

            assertThat(position(after)).isBetween(0L, 198L);
            assertThat(things(after)).isEqualTo(position(after) + 1);
            write(after, (int) position(after) + 1);
        }
    }

    @Test
    void anOlderLogOfWritesThatLostItsEndLeavesNoHole() throws IOException {
        EmbeddedStore store = open("live");
        // more than is kept in memory: a second log begins while the first is still needed
        String large = "x".repeat(100_000);
        int i = 0;
        for (; logs("live").size() < 2 && i < 2_000; i++) {
            write(store, i, large);
        }
        for (int more = 0; more < 5; more++) {
            write(store, i++, large);
        }
        for (int lost : List.of(1, 100_200, 200_400)) {
            String cut = copy("live", "cut-" + lost);
            if (logs(cut).size() > 1) {
                truncate(logs(cut).getFirst(), lost);
            }

            EmbeddedStore after = open(cut);

            assertThat(things(after)).as("without %d bytes", lost).isEqualTo(position(after) + 1);
        }
    }

    @Test
    void aStoreThatIsDamagedIsPutAsideAndBegunAnew() throws IOException {
        EmbeddedStore store = open("live");
        write(store, 0);
        store.close();
        try (Stream<Path> files = Files.list(temporary.resolve("live"))) {
            for (Path file : files.filter(file -> file.getFileName().toString().startsWith("MANIFEST"))
                    .toList()) {
                Files.writeString(file, "no manifest at all, but a text of some length");
            }
        }

        EmbeddedStore after = open("live");

        assertThat(place(after)).isNull();
        assertThat(temporary.resolve("live.aside")).isDirectory();
        write(after, 0);
        assertThat(things(after)).isEqualTo(1);
    }

    @Test
    void whatIsPutAsideIsGoneAndTheNextIsTaken() {
        EmbeddedStore store = open("live");
        write(store, 0);
        write(store, 1);

        store.putAside(PROJECTION, "are of another log");

        assertThat(place(store)).isNull();
        assertThat(things(store)).isZero();
        write(store, 0);
        assertThat(things(store)).isEqualTo(1);
    }

    @Test
    void aSecondProcessIsToldThatThereIsOne() {
        open("live");

        assertThatThrownBy(() -> open("live"))
                .isInstanceOfSatisfying(EmbeddedUnavailable.class, failure -> assertThat(failure.oneLine())
                        .startsWith("Another process uses the read models in "));
    }

    @Test
    void whoReadsWhileItIsClosedOrReplacedIsToldOrAnswered() throws InterruptedException {
        for (int round = 0; round < 20; round++) {
            EmbeddedStore store = open("live-" + round);
            IntStream.range(0, 20).forEach(i -> write(store, i));
            AtomicBoolean ended = new AtomicBoolean();
            List<Throwable> unexpected = new ArrayList<>();
            List<Thread> readers = IntStream.range(0, 8)
                    .mapToObj(i -> Thread.ofPlatform().start(() -> {
                        while (!ended.get()) {
                            try {
                                things(store);
                            } catch (StoreUnavailable e) {
                                // as it should be
                            } catch (RuntimeException e) {
                                synchronized (unexpected) {
                                    unexpected.add(e);
                                }
                            }
                        }
                    }))
                    .toList();
            store.putAside(PROJECTION, "are replaced in a test");
            store.close();
            ended.set(true);
            for (Thread reader : readers) {
                reader.join();
            }
            assertThat(unexpected).isEmpty();
            assertThatThrownBy(() -> things(store)).isInstanceOf(StoreUnavailable.class);
        }
    }

    @Test
    void aStoreThatFailedIsOpenedAgainByTheNextWriteAndLosesNothing() {
        Path directory = temporary.resolve("live");
        RocksOptions options = new RocksOptions(16L << 20);
        open.add(options);
        Engine engine = new Engine(directory, options);
        EmbeddedStore store = EmbeddedStore.open(engine, directory, Schedulers.boundedElastic());
        open.add(store);
        write(store, 0);

        engine.fail();
        assertThat(things(store)).as("it is read meanwhile").isEqualTo(1);
        write(store, 1);

        assertThat(things(store)).isEqualTo(2);
        assertThat(position(store)).isEqualTo(1);
    }

    @Test
    void theLibraryIsUnpackedOnce() throws IOException {
        try (Stream<Path> copies = Files.list(EmbeddedHome.NATIVE)) {
            assertThat(copies).hasSize(1);
        }
    }

    private EmbeddedStore open(String name) {
        RocksOptions options = new RocksOptions(16L << 20);
        EmbeddedStore store = EmbeddedStore.open(temporary.resolve(name), options, Schedulers.boundedElastic());
        open.add(options);
        open.add(store);
        return store;
    }

    private static void write(EmbeddedStore store, int number) {
        write(store, number, "text");
    }

    private static void write(EmbeddedStore store, int number, String text) {
        store.write(new Batch(
                        List.of(),
                        List.of(new Change(
                                THINGS,
                                "thing-" + number,
                                Long.MIN_VALUE,
                                new Document("text", text).append("position", (long) number),
                                List.of())),
                        new Place(PROJECTION, number, "event-" + number)))
                .block();
    }

    private static @Nullable Place place(EmbeddedStore store) {
        return store.place(PROJECTION);
    }

    private static long position(EmbeddedStore store) {
        Place place = place(store);
        return place == null ? -1 : place.position();
    }

    private static long things(EmbeddedStore store) {
        List<String> ids =
                IntStream.range(0, 2_000).mapToObj(i -> "thing-" + i).toList();
        return store.find(THINGS, ids, "position").count().blockOptional().orElseThrow();
    }

    private String copy(String from, String to) throws IOException {
        Path target = Files.createDirectories(temporary.resolve(to));
        Set<Path> copied = new HashSet<>();
        // one that is in use may have deleted what it needs no more: then it is another state, and all of it is taken
        while (!copied.equals(filesOf(from))) {
            for (Path old : copied) {
                Files.deleteIfExists(target.resolve(old));
            }
            copied = filesOf(from);
            try {
                for (Path file : copied) {
                    Files.copy(temporary.resolve(from).resolve(file), target.resolve(file));
                }
            } catch (NoSuchFileException e) {
                continue;
            }
        }
        return to;
    }

    private Set<Path> filesOf(String name) throws IOException {
        try (Stream<Path> files = Files.list(temporary.resolve(name))) {
            return files.map(Path::getFileName).collect(Collectors.toSet());
        }
    }

    private List<Path> logs(String name) throws IOException {
        try (Stream<Path> files = Files.list(temporary.resolve(name))) {
            return files.filter(file -> file.getFileName().toString().endsWith(".log"))
                    .sorted(Comparator.comparing(Path::toString))
                    .toList();
        }
    }

    private static void truncate(Path file, int lost) throws IOException {
        try (RandomAccessFile writes = new RandomAccessFile(file.toFile(), "rw")) {
            writes.setLength(Math.max(0, writes.length() - lost));
        }
    }
}
