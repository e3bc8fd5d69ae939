package io.ovation.documents.embedded;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.bson.BsonBinaryReader;
import org.bson.BsonBinaryWriter;
import org.bson.BsonType;
import org.bson.Document;
import org.bson.codecs.DecoderContext;
import org.bson.codecs.DocumentCodec;
import org.bson.codecs.EncoderContext;
import org.bson.io.BasicOutputBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Documents as the bytes of BSON: which of their fields are wanted, and what a change makes of them, without decoding
 * what is neither. Thread-safe.
 */
final class Bson {
    private static final DocumentCodec CODEC = new DocumentCodec();
    private static final Object REMOVED = new Object();
    private static final byte[] EMPTY = {5, 0, 0, 0, 0};

    private Bson() {}

    static byte[] bytes(Document document) {
        try (BasicOutputBuffer out = new BasicOutputBuffer();
                BsonBinaryWriter writer = new BsonBinaryWriter(out)) {
            CODEC.encode(writer, document, EncoderContext.builder().build());
            return out.toByteArray();
        }
    }

    /** The wanted ones of a document's top-level fields. */
    static Document document(byte[] bytes, Set<String> wanted) {
        Bytes some = new Bytes(Math.min(bytes.length, 1 << 10));
        some.int32(0);
        Elements elements = new Elements(bytes, 0);
        while (elements.advance()) {
            if (wanted.contains(elements.name())) {
                some.copy(bytes, elements.start(), elements.end());
            }
        }
        some.endDocument(0);
        return whole(some.all());
    }

    static Document whole(byte[] bytes) {
        try (BsonBinaryReader reader = new BsonBinaryReader(ByteBuffer.wrap(bytes))) {
            return CODEC.decode(reader, DecoderContext.builder().build());
        }
    }

    /** A number of 64 bits in the field; what is asked for where there is none. */
    static long number(byte[] bytes, String field, long otherwise) {
        Elements elements = new Elements(bytes, 0);
        while (elements.advance()) {
            if (bytes[elements.start()] == BsonType.INT64.getValue()
                    && elements.name().equals(field)) {
                return Elements.int64(bytes, elements.value());
            }
        }
        return otherwise;
    }

    /**
     * What a change makes of a document.
     *
     * @param before the document; null where there is none
     * @param set new values by their dotted paths
     * @param unset dotted paths of what is removed, none of which is a part of another of these paths
     */
    static byte[] changed(byte @Nullable [] before, Document set, List<String> unset) {
        Map<String, Object> changes = new LinkedHashMap<>();
        set.forEach((path, value) -> put(changes, path, value));
        unset.forEach(path -> put(changes, path, REMOVED));
        Bytes out = new Bytes(before == null ? 256 : before.length + 256);
        change(before == null ? EMPTY : before, 0, changes, out);
        return out.all();
    }

    /** By the first name of the path what is to become of it: a value, nothing, or a {@link Part} that changes. */
    private static void put(Map<String, Object> changes, String path, Object value) {
        Map<String, Object> within = changes;
        int from = 0;
        for (int dot = path.indexOf('.'); dot >= 0; dot = path.indexOf('.', from)) {
            Part part = (Part) within.computeIfAbsent(path.substring(from, dot), name -> new Part());
            within = part.changes;
            from = dot + 1;
        }
        within.put(path.substring(from), value);
    }

    private static final class Part {
        final Map<String, Object> changes = new LinkedHashMap<>();

        boolean setsAnything() {
            return changes.values().stream()
                    .anyMatch(change -> change instanceof Part part ? part.setsAnything() : change != REMOVED);
        }
    }

    private static void change(byte[] bytes, int document, Map<String, Object> changes, Bytes out) {
        int start = out.size();
        out.int32(0);
        Map<String, Object> left = new LinkedHashMap<>(changes);
        Elements elements = new Elements(bytes, document);
        while (elements.advance()) {
            String name = elements.name();
            Object change = left.remove(name);
            if (change == null) {
                out.copy(bytes, elements.start(), elements.end());
            } else if (change instanceof Part part) {
                if (elements.isDocument()) {
                    out.copy(bytes, elements.start(), elements.value());
                    change(bytes, elements.value(), part.changes, out);
                } else if (part.setsAnything()) {
                    throw new IllegalStateException(name + " has no parts that could be changed");
                } else {
                    out.copy(bytes, elements.start(), elements.end());
                }
            } else if (change != REMOVED) {
                out.element(name, change);
            }
        }
        left.forEach((name, change) -> {
            if (change instanceof Part part) {
                if (part.setsAnything()) {
                    // what is there of an empty document is its type, its name and the document
                    byte[] empty = bytes(new Document(name, new Document()));
                    out.copy(empty, 4, empty.length - EMPTY.length - 1);
                    change(EMPTY, 0, part.changes, out);
                }
            } else if (change != REMOVED) {
                out.element(name, change);
            }
        });
        out.endDocument(start);
    }

    /** Bytes that grow. */
    private static final class Bytes {
        private byte[] bytes;
        private int size;

        Bytes(int capacity) {
            bytes = new byte[Math.max(capacity, 16)];
        }

        int size() {
            return size;
        }

        byte[] all() {
            return size == bytes.length ? bytes : Arrays.copyOf(bytes, size);
        }

        void copy(byte[] from, int start, int end) {
            int length = end - start;
            ensure(length);
            System.arraycopy(from, start, bytes, size, length);
            size += length;
        }

        void int32(int value) {
            ensure(4);
            size += 4;
            int32(size - 4, value);
        }

        /** An element is what a document of it alone has between its length and its end. */
        void element(String name, Object value) {
            byte[] alone = Bson.bytes(new Document(name, value));
            copy(alone, 4, alone.length - 1);
        }

        void endDocument(int start) {
            ensure(1);
            bytes[size++] = 0;
            int32(start, size - start);
        }

        private void int32(int at, int value) {
            for (int i = 0; i < 4; i++) {
                bytes[at + i] = (byte) (value >>> 8 * i);
            }
        }

        private void ensure(int more) {
            if (bytes.length - size < more) {
                bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
            }
        }
    }
}
