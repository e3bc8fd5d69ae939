package io.ovation.live;

import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.ovation.live.Cursors.Place;
import org.jspecify.annotations.Nullable;

/**
 * The places of many watches as one cursor: by topic, and few bytes each, for it is a part of every frame. Where a
 * watch has not begun, its place is the one that the client came with. Owned by one thread at a time.
 *
 * <p>A byte that no cursor of one topic begins with, then for each log that there are places of: its id, their number,
 * and of each the topic's hash and one more than the sequence, as a variable number of bytes.
 */
final class CombinedCursor {
    /** The first byte of a cursor of one topic is that of a sequence, which is none of this size. */
    private static final byte MARK = 1;

    /** As many as can be watched at once. */
    private static final int MOST = 50;

    private static final int BITS = 7;

    private final Map<Integer, Place> places = new LinkedHashMap<>();

    /** No place. */
    CombinedCursor() {}

    /** What a cursor says, of many watches or of one; no place for what is none. */
    static CombinedCursor of(@Nullable String cursor) {
        if (cursor == null) {
            return new CombinedCursor();
        }
        CombinedCursor combined = parse(cursor);
        if (combined == null) {
            combined = new CombinedCursor();
            combined.put(cursor);
        }
        return combined;
    }

    /** What several say: where they speak of one watch, the first of them counts. */
    static CombinedCursor of(List<String> cursors) {
        CombinedCursor all = new CombinedCursor();
        cursors.reversed().forEach(each -> all.places.putAll(of(each).places));
        return all;
    }

    /** What a cursor of many watches says; null for what is none. */
    static @Nullable CombinedCursor parse(String cursor) {
        byte[] bytes = Cursors.bytes(cursor);
        if (bytes.length == 0 || bytes[0] != MARK) {
            return null;
        }
        CombinedCursor combined = new CombinedCursor();
        ByteBuffer buffer = ByteBuffer.wrap(bytes, 1, bytes.length - 1);
        try {
            while (buffer.hasRemaining()) {
                String log = HexFormat.of().toHexDigits(buffer.getLong());
                for (int left = Byte.toUnsignedInt(buffer.get()); left > 0; left--) {
                    combined.places.put(buffer.getInt(), new Place(number(buffer) - 1, log));
                }
            }
        } catch (BufferUnderflowException cut) {
            return null;
        }
        boolean sound = combined.places.size() <= MOST
                && combined.places.values().stream().allMatch(place -> place.sequence() >= -1);
        return sound ? combined : null;
    }

    /** The place of a topic; null where there is none. */
    @Nullable
    Place place(int hash) {
        return places.get(hash);
    }

    /** Whether there is no place at all. */
    boolean isEmpty() {
        return places.isEmpty();
    }

    /** Takes over the place of a cursor of one topic. */
    void put(String cursor) {
        Cursors.Single single = Cursors.single(cursor);
        if (single != null) {
            places.put(single.hash(), single.place());
            for (Integer oldest : List.copyOf(places.keySet())) {
                if (places.size() <= MOST) {
                    break;
                }
                places.remove(oldest);
            }
        }
    }

    /** Forgets what is of no topic of these. */
    void keep(Set<Integer> hashes) {
        places.keySet().retainAll(hashes);
    }

    String text() {
        Map<String, List<Map.Entry<Integer, Place>>> byLog = new LinkedHashMap<>();
        places.entrySet()
                .forEach(each -> byLog.computeIfAbsent(each.getValue().log(), log -> new ArrayList<>())
                        .add(each));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(MARK);
        byLog.forEach((log, those) -> {
            bytes.writeBytes(HexFormat.of().parseHex(log));
            bytes.write(those.size());
            for (Map.Entry<Integer, Place> each : those) {
                bytes.writeBytes(
                        ByteBuffer.allocate(Integer.BYTES).putInt(each.getKey()).array());
                write(bytes, each.getValue().sequence() + 1);
            }
        });
        return Cursors.text(bytes.toByteArray());
    }

    private static void write(ByteArrayOutputStream bytes, long number) {
        long left = number;
        while (left >>> BITS != 0) {
            bytes.write((int) (left & 0x7f | 0x80));
            left >>>= BITS;
        }
        bytes.write((int) left);
    }

    private static long number(ByteBuffer buffer) {
        long number = 0;
        for (int shift = 0; shift < Long.SIZE; shift += BITS) {
            byte next = buffer.get();
            number |= (next & 0x7fL) << shift;
            if (next >= 0) {
                break;
            }
        }
        return number;
    }
}
