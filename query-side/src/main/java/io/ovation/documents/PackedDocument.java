package io.ovation.documents;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.wire.bson.BsonDecoder;
import de.bwaldvogel.mongo.wire.bson.BsonEncoder;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/**
 * A document as the bytes that BSON makes of it: less memory than its objects take, and nothing for the collector to
 * follow. Single fields are read and changed without a look at the others: their bytes are stepped over, or copied.
 *
 * @see <a href="https://bsonspec.org/spec.html">BSON</a>
 */
final class PackedDocument {
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    /** The fields that tell which document it is. */
    static final Set<String> ID_ONLY = Set.of("_id");

    private static final byte DOCUMENT = 3;
    private static final byte[] EMPTY = {5, 0, 0, 0, 0};

    private PackedDocument() {}

    static byte[] pack(Document document) {
        ByteBuf out = Unpooled.buffer();
        BsonEncoder.encodeDocument(document, out);
        return bytes(out);
    }

    static Document unpack(byte[] packed) {
        return BsonDecoder.decodeBson(Unpooled.wrappedBuffer(packed));
    }

    /** With those of the top-level fields that are in {@code fields} and in the document, in the document's order. */
    static Document unpack(byte[] packed, Set<String> fields) {
        ByteBuf in = Unpooled.wrappedBuffer(packed);
        Document document = new Document();
        for (int at = 4, next; packed[at] != 0; at = next) {
            int nameEnd = nameEnd(packed, at);
            next = valueEnd(packed, packed[at], nameEnd + 1);
            String name = name(packed, at, nameEnd);
            if (fields.contains(name)) {
                document.put(name, BsonDecoder.decodeValue(packed[at], in.readerIndex(nameEnd + 1)));
            }
        }
        return document;
    }

    /**
     * The document with some fields set and others removed, by dotted paths. A field keeps its place, a new one comes
     * last.
     *
     * @return null when that takes more than is done here: a path leads through something that is not a document, or
     *     two paths lead to one place
     */
    static byte @Nullable [] changed(byte[] packed, Map<String, Object> set, Set<String> unset) {
        Within root = new Within(new LinkedHashMap<>());
        for (Map.Entry<String, Object> field : set.entrySet()) {
            if (!add(root, field.getKey(), new Put(field.getValue()))) {
                return null;
            }
        }
        for (String path : unset) {
            if (!add(root, path, new Remove())) {
                return null;
            }
        }
        ByteBuf out = Unpooled.buffer(packed.length + 64);
        return write(packed, 0, root, out) ? bytes(out) : null;
    }

    /** What becomes of a field. */
    private sealed interface Step {}

    private record Put(@Nullable Object value) implements Step {}

    private record Remove() implements Step {}

    private record Within(Map<String, Step> fields) implements Step {
        /**
         * Whether there is something to set, and not only to remove, so that the document is made where there is none.
         */
        boolean sets() {
            return fields.values().stream()
                    .anyMatch(step -> step instanceof Put || step instanceof Within within && within.sets());
        }
    }

    private static boolean add(Within within, String path, Step step) {
        int dot = path.indexOf('.');
        String field = dot < 0 ? path : path.substring(0, dot);
        if (field.isEmpty() || field.startsWith("$")) {
            return false;
        }
        if (dot < 0) {
            return within.fields.putIfAbsent(field, step) == null;
        }
        return within.fields.computeIfAbsent(field, name -> new Within(new LinkedHashMap<>())) instanceof Within next
                && add(next, path.substring(dot + 1), step);
    }

    /** Writes the document that begins at {@code start}; each step that is done is taken from {@code within}. */
    private static boolean write(byte[] in, int start, Within within, ByteBuf out) {
        int sizeAt = out.writerIndex();
        out.writeIntLE(0);
        int copied = start + 4;
        int at = copied;
        while (in[at] != 0 && !within.fields.isEmpty()) {
            int nameEnd = nameEnd(in, at);
            int end = valueEnd(in, in[at], nameEnd + 1);
            String name = name(in, at, nameEnd);
            Step step = within.fields.remove(name);
            if (step != null) {
                out.writeBytes(in, copied, at - copied);
                copied = end;
                switch (step) {
                    case Put put -> writeField(name, put.value(), out);
                    case Remove() -> {}
                    case Within next -> {
                        if (in[at] != DOCUMENT) {
                            return false;
                        }
                        out.writeBytes(in, at, nameEnd + 1 - at);
                        if (!write(in, nameEnd + 1, next, out)) {
                            return false;
                        }
                    }
                }
            }
            at = end;
        }
        int last = start + size(in, start) - 1;
        out.writeBytes(in, copied, last - copied);
        within.fields.forEach((name, step) -> {
            if (step instanceof Put put) {
                writeField(name, put.value(), out);
            } else if (step instanceof Within next && next.sets()) {
                writeName(DOCUMENT, name, out);
                write(EMPTY, 0, next, out);
            }
        });
        out.writeByte(0);
        out.setIntLE(sizeAt, out.writerIndex() - sizeAt);
        return true;
    }

    private static void writeField(String name, @Nullable Object value, ByteBuf out) {
        byte type = BsonEncoder.determineType(value);
        writeName(type, name, out);
        BsonEncoder.encodeValue(type, value, out);
    }

    private static void writeName(byte type, String name, ByteBuf out) {
        out.writeByte(type);
        out.writeBytes(name.getBytes(StandardCharsets.UTF_8));
        out.writeByte(0);
    }

    private static byte[] bytes(ByteBuf out) {
        byte[] bytes = new byte[out.readableBytes()];
        out.readBytes(bytes);
        return bytes;
    }

    private static String name(byte[] in, int at, int nameEnd) {
        return new String(in, at + 1, nameEnd - at - 1, StandardCharsets.UTF_8);
    }

    private static int nameEnd(byte[] in, int at) {
        int end = at + 1;
        while (in[end] != 0) {
            end++;
        }
        return end;
    }

    private static int size(byte[] in, int at) {
        return (int) INT.get(in, at);
    }

    private static int valueEnd(byte[] in, byte type, int at) {
        return switch (type) {
            // a double, a date, a timestamp, a long
            case 0x01, 0x09, 0x11, 0x12 -> at + 8;
            // text, code
            case 0x02, 0x0D -> at + 4 + size(in, at);
            // a document, an array
            case DOCUMENT, 0x04 -> at + size(in, at);
            case 0x05 -> at + 5 + size(in, at);
            case 0x07 -> at + 12;
            case 0x08 -> at + 1;
            // nothing, in its kinds
            case 0x06, 0x0A, 0x7F, -1 -> at;
            // a regular expression: two names
            case 0x0B -> nameEnd(in, nameEnd(in, at - 1)) + 1;
            case 0x10 -> at + 4;
            case 0x13 -> at + 16;
            default -> throw new IllegalArgumentException("BSON of type " + type);
        };
    }
}
