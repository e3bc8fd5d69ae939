package io.ovation.documents;

import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.IntStream;

import org.h2.mvstore.MVStoreException;
import org.jspecify.annotations.Nullable;

/**
 * The {@link PackedDocument packed documents} of one collection. Each has a place on the heap; of those that were not
 * used for longest the {@link DocumentFile} has the bytes, by id, when there is no room. For one thread at a time: who
 * holds the collection's monitor.
 */
final class PackedDocuments {
    /** What a document takes beside its bytes, about: its id, and the index of ids. */
    private static final int BESIDE = 200;

    private final DocumentFile file;
    private final List<byte @Nullable []> places = new ArrayList<>();
    private final Deque<Integer> free = new ArrayDeque<>();
    private final BitSet recent = new BitSet();
    private int hand;
    private long bytes;
    private @Nullable Map<String, byte[]> far;

    PackedDocuments(DocumentFile file) {
        this.file = file;
    }

    int add(byte[] packed) {
        use(packed.length + BESIDE);
        Integer reused = free.poll();
        int place = reused == null ? places.size() : reused;
        if (reused == null) {
            places.add(packed);
        } else {
            places.set(place, packed);
        }
        recent.set(place);
        return place;
    }

    byte[] get(int place) {
        recent.set(place);
        return Objects.requireNonNull(places.get(place), "an index leads to a document that was removed");
    }

    void set(int place, byte[] packed) {
        use(packed.length - get(place).length);
        places.set(place, packed);
    }

    void remove(int place) {
        use(-get(place).length - BESIDE);
        places.set(place, null);
        free.add(place);
    }

    /** How many there are, wherever they are. */
    int count() {
        return places.size() - free.size() + (far == null ? 0 : far.size());
    }

    /** All places on the heap that have a document, in the order in which they were made. */
    IntStream places() {
        return IntStream.range(0, places.size()).filter(place -> places.get(place) != null);
    }

    /** The bytes of a document that is in the file, where it stays; null when it is not. */
    byte @Nullable [] inFile(String id) {
        return far == null ? null : far.get(id);
    }

    /** Takes a document back from the file; null when it is not there. */
    @Nullable
    Integer takeBack(String id) {
        byte[] packed = far == null ? null : far.remove(id);
        return packed == null ? null : add(packed);
    }

    /** The ids of the documents that are in the file. */
    List<String> idsInFile() {
        return far == null ? List.of() : List.copyOf(far.keySet());
    }

    /**
     * Puts documents into the file as long as there are too many on the heap, from where it stopped the last time,
     * except for those that were used since.
     *
     * @param moved is given the id of each
     */
    void makeRoom(Consumer<String> moved) {
        for (int looked = 0; looked < 2 * places.size() && file.isNeeded(bytes); looked++) {
            hand = hand + 1 < places.size() ? hand + 1 : 0;
            byte[] packed = places.get(hand);
            if (packed != null
                    && !recent.get(hand)
                    && PackedDocument.unpack(packed, PackedDocument.ID_ONLY).get("_id") instanceof String id
                    && put(id, packed)) {
                moved.accept(id);
                remove(hand);
            }
            recent.clear(hand);
        }
    }

    private boolean put(String id, byte[] packed) {
        try {
            Map<String, byte[]> to = far == null ? file.open() : far;
            far = to;
            to.put(id, packed);
            return true;
        } catch (UncheckedIOException | MVStoreException e) {
            file.broke(e);
            return false;
        }
    }

    /** Frees all room. */
    void clear() {
        use(-bytes);
        places.clear();
        free.clear();
        if (far != null) {
            file.drop(far);
            far = null;
        }
    }

    private void use(long more) {
        bytes += more;
        file.use(more);
    }
}
