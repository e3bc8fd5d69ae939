package io.ovation.documents.embedded;

import java.nio.charset.StandardCharsets;

import org.bson.BsonSerializationException;
import org.bson.BsonType;

/** Walks over the elements of a document in BSON without decoding them. For use by one thread. */
final class Elements {
    private final byte[] bytes;
    private final int end;
    private int start;
    private int value;
    private int next;

    /** @param document where in the bytes the document begins */
    Elements(byte[] bytes, int document) {
        this.bytes = bytes;
        int length = int32(bytes, document);
        if (length < 5 || length > bytes.length - document) {
            throw new BsonSerializationException("A document of " + length + " bytes in " + bytes.length);
        }
        this.end = document + length - 1;
        this.next = document + 4;
    }

    /** Goes to the next element; false where there is none. */
    boolean advance() {
        if (next >= end) {
            return false;
        }
        start = next;
        value = start + 1;
        while (bytes[value] != 0) {
            value++;
        }
        value++;
        next = value + length();
        if (next > end || next < value) {
            throw new BsonSerializationException("An element that is longer than its document");
        }
        return true;
    }

    String name() {
        return new String(bytes, start + 1, value - start - 2, StandardCharsets.UTF_8);
    }

    /** Where the element begins, with its type. */
    int start() {
        return start;
    }

    /** Where its value begins. */
    int value() {
        return value;
    }

    /** Where the element after it begins. */
    int end() {
        return next;
    }

    boolean isDocument() {
        return bytes[start] == BsonType.DOCUMENT.getValue();
    }

    static int int32(byte[] bytes, int at) {
        return bytes[at] & 0xff | (bytes[at + 1] & 0xff) << 8 | (bytes[at + 2] & 0xff) << 16 | bytes[at + 3] << 24;
    }

    static long int64(byte[] bytes, int at) {
        return int32(bytes, at) & 0xffff_ffffL | (long) int32(bytes, at + 4) << 32;
    }

    private int length() {
        BsonType type = BsonType.findByValue(bytes[start] & 0xff);
        return switch (type) {
            case DOUBLE, DATE_TIME, TIMESTAMP, INT64 -> 8;
            case STRING -> 4 + int32(bytes, value);
            case DOCUMENT, ARRAY -> int32(bytes, value);
            case BINARY -> 5 + int32(bytes, value);
            case BOOLEAN -> 1;
            case NULL -> 0;
            case INT32 -> 4;
            case null, default -> throw new BsonSerializationException("An element of the type " + bytes[start]);
        };
    }
}
