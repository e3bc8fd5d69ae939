package io.ovation.backup;

import java.util.List;
import java.util.stream.LongStream;

/**
 * The stretch of PostgreSQL's write-ahead log that makes a copy of its files whole: without all of it, the copy is
 * none. Immutable.
 *
 * @param timeline the log's, counted from 1
 * @param segmentBytes the size of each of its files
 * @param start the first byte that is needed, as PostgreSQL counts
 * @param stop the byte after the last one
 */
record LogRange(long timeline, long segmentBytes, long start, long stop) {
    private static final long FILE_GROUP = 0x1_0000_0000L;

    LogRange {
        if (timeline < 1 || segmentBytes < 1 || start < 0 || stop <= start) {
            throw new IllegalArgumentException("no range of a log: " + start + " to " + stop);
        }
    }

    /** The names of its files, in order. */
    List<String> segments() {
        return LongStream.rangeClosed(start / segmentBytes, (stop - 1) / segmentBytes)
                .mapToObj(this::name)
                .toList();
    }

    private String name(long segment) {
        long each = FILE_GROUP / segmentBytes;
        return "%08X%08X%08X".formatted(timeline, segment / each, segment % each);
    }

    /** A place in the log, from the text that PostgreSQL writes: two hexadecimal numbers, the halves of it. */
    static long place(String text) {
        int slash = text.indexOf('/');
        return (Long.parseLong(text.substring(0, slash), 16) << 32) + Long.parseLong(text.substring(slash + 1), 16);
    }

    static String text(long place) {
        return "%X/%X".formatted(place >>> 32, place & 0xFFFF_FFFFL);
    }
}
