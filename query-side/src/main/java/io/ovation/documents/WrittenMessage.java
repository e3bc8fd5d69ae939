package io.ovation.documents;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * What one node tells the others of documents that it has written. Every text has its length before it, so that an id
 * may be of any characters. Immutable.
 *
 * @param projection whose documents they are
 * @param version of their shape: a node of another version reads and projects its own
 * @param missed whether something before it was not told
 * @param position where the projection is with them; {@link #NOT_YET} where more is to come, or where it stays
 * @param ids of the documents, by collection
 * @param generation which of those that were built one after the other they are in
 */
record WrittenMessage(
        String projection,
        int version,
        boolean missed,
        long position,
        Map<String, Set<String>> ids,
        long generation) {
    static final long NOT_YET = Long.MIN_VALUE;

    /** Texts of more bytes have no place in a message. */
    private static final int LONGEST = 65_535;

    /** @throws IllegalArgumentException where an id is longer than any is */
    byte[] bytes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeUTF(projection);
            out.writeInt(version);
            out.writeBoolean(missed);
            out.writeLong(position);
            out.writeInt(ids.size());
            for (Map.Entry<String, Set<String>> of : ids.entrySet()) {
                out.writeUTF(of.getKey());
                out.writeInt(of.getValue().size());
                for (String id : of.getValue()) {
                    out.writeUTF(id);
                }
            }
            out.writeLong(generation);
        } catch (IOException e) {
            throw new IllegalArgumentException("An id of more than " + LONGEST + " bytes", e);
        }
        return bytes.toByteArray();
    }

    /** @throws UncheckedIOException where the bytes are no such message */
    static WrittenMessage of(byte[] bytes) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            String projection = in.readUTF();
            int version = in.readInt();
            boolean missed = in.readBoolean();
            long position = in.readLong();
            Map<String, Set<String>> ids = new LinkedHashMap<>();
            for (int collections = in.readInt(); collections > 0; collections--) {
                Set<String> some = ids.computeIfAbsent(in.readUTF(), collection -> new LinkedHashSet<>());
                for (int left = in.readInt(); left > 0; left--) {
                    some.add(in.readUTF());
                }
            }
            return new WrittenMessage(projection, version, missed, position, ids, in.readLong());
        } catch (IOException e) {
            throw new UncheckedIOException("No message of documents that were written", e);
        }
    }
}
