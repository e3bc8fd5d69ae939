package io.ovation.documents;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import de.bwaldvogel.mongo.bson.Document;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

class PackedDocumentsTest {
    private static final int ROOM = 100_000;

    private final Path directory;
    private DocumentFile file;
    private final Collected documents;

    PackedDocumentsTest(@TempDir Path directory) {
        this.directory = directory;
        file = new DocumentFile(directory, ROOM);
        documents = new Collected(file);
    }

    /** A collection with an index of its own. */
    private static final class Collected {
        private final PackedDocuments documents;
        private final Map<String, Integer> places = new HashMap<>();

        Collected(DocumentFile file) {
            documents = new PackedDocuments(file);
        }

        void add(String id) {
            places.put(id, documents.add(bytes(id)));
            documents.makeRoom(places::remove);
        }

        byte @Nullable [] find(String id) {
            Integer place = places.get(id);
            return place == null ? documents.inFile(id) : documents.get(place);
        }

        int onHeap() {
            return places.size();
        }
    }

    @AfterEach
    void close() {
        file.close();
    }

    /** About a kilobyte. */
    private static byte[] bytes(String id) {
        return PackedDocument.pack(new Document("_id", id).append("text", "x".repeat(800)));
    }

    private static List<String> ids(int count) {
        return IntStream.range(0, count).mapToObj(i -> "document " + i).toList();
    }

    @Test
    void whatThereIsNoRoomForIsInTheFileByteForByte() {
        List<String> ids = ids(1_000);
        ids.forEach(documents::add);

        assertThat(documents.onHeap()).isBetween(50, 100);
        assertThat(documents.documents.count()).isEqualTo(1_000);
        assertThat(ids).allSatisfy(id -> assertThat(documents.find(id)).isEqualTo(bytes(id)));
        assertThat(documents.onHeap()).as("reading brings nothing back").isLessThanOrEqualTo(100);
    }

    /** Once in a round, when all have been used since the last, nobody has an advantage. */
    @Test
    void whatIsUsedStays() {
        documents.add("used");
        int rounds = 0;
        for (String id : ids(1_000)) {
            documents.add(id);
            if (!documents.places.containsKey("used")) {
                documents.places.put("used", documents.documents.takeBack("used"));
                rounds++;
            }
            documents.find("used");
        }
        assertThat(rounds).as("of the twelve that there are").isLessThan(3);
    }

    @Test
    void whatIsTakenBackIsOutOfTheFileAndMakesRoomForItself() {
        List<String> ids = ids(500);
        ids.forEach(documents::add);
        for (String id : ids) {
            if (!documents.places.containsKey(id)) {
                documents.places.put(id, documents.documents.takeBack(id));
                assertThat(documents.documents.inFile(id)).isNull();
                assertThat(documents.documents.takeBack(id)).isNull();
                documents.documents.makeRoom(documents.places::remove);
            }
        }
        assertThat(documents.onHeap()).isLessThanOrEqualTo(100);
        assertThat(documents.documents.count()).isEqualTo(500);
        assertThat(ids).allSatisfy(id -> assertThat(documents.find(id)).isEqualTo(bytes(id)));
    }

    @Test
    void aSmallCollectionMakesNoRoomForALargeOne() {
        Collected small = new Collected(file);
        small.add("small");
        ids(500).forEach(documents::add);
        for (int i = 0; i < 10; i++) {
            small.documents.makeRoom(small.places::remove);
        }
        assertThat(small.places).containsOnlyKeys("small");
    }

    @Test
    void whatIsClearedOrRemovedTakesNoRoom() {
        ids(500).forEach(documents::add);
        documents.documents.clear();
        documents.places.clear();
        assertThat(documents.documents.count()).isZero();
        List<String> kept = new ArrayList<>(ids(90));
        kept.forEach(documents::add);
        assertThat(documents.onHeap()).as("all of the room is free").isEqualTo(90);
        kept.forEach(id -> documents.documents.remove(documents.places.remove(id)));
        ids(90).forEach(documents::add);
        assertThat(documents.onHeap()).isEqualTo(90);
    }

    @Test
    void theFileIsThereWhenItIsNeededAndGoesWithTheServer() throws IOException {
        documents.add("one");
        assertThat(directory).isEmptyDirectory();
        ids(500).forEach(documents::add);
        assertThat(directory.resolve("read-models"))
                .as("it holds what people say")
                .satisfies(made -> assertThat(Files.getPosixFilePermissions(made))
                        .isEqualTo(PosixFilePermissions.fromString("rw-------")));
        file.close();
        assertThat(directory).isEmptyDirectory();

        Files.writeString(directory.resolve("read-models"), "what a server left that was killed");
        file = new DocumentFile(directory, ROOM);
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void whereThereCanBeNoFileTheHeapHasThemAll() throws IOException {
        Files.delete(directory);
        Files.writeString(directory, "not a directory");
        List<String> ids = ids(500);
        ids.forEach(documents::add);
        assertThat(documents.onHeap()).isEqualTo(500);
        Files.delete(directory);
    }
}
