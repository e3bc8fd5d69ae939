package io.ovation.sequence;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.ovation.AppData;
import org.jspecify.annotations.Nullable;

/**
 * The latest entries of a sequence, by id: enough to answer nearly every retry, edit and reply from memory. What is
 * older is asked of the log ({@link Entries}), so that an aggregate costs the same memory however long its sequence is.
 */
public final class RecentEntries {
    /** How many are remembered. */
    public static final int CAPACITY = 128;

    /** Without the data. Two ids, a time and a fingerprint in a map. */
    private static final int ENTRY_BYTES = 280;

    /** No length begins with it. */
    private static final byte DATA = -1;

    private final LinkedHashMap<String, Known> known;

    /** How long the data of all is, in characters. */
    private int dataLength;

    public RecentEntries() {
        this(Map.of());
    }

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    RecentEntries(Map<String, Known> known) {
        this.known = new LinkedHashMap<>(known);
        this.dataLength = known.values().stream().mapToInt(RecentEntries::dataLength).sum();
    }

    @JsonValue
    Map<String, Known> known() {
        return known;
    }

    @Nullable
    Known find(String id) {
        return known.get(id);
    }

    /** About how many bytes it takes; asked after each command, so that it is not counted anew. */
    public int weight() {
        return known.size() * ENTRY_BYTES + dataLength;
    }

    private static int dataLength(@Nullable Known entry) {
        return entry == null || entry.data() == null ? 0 : entry.data().json().length();
    }

    /** An entry was added to the sequence. */
    public void added(String id, Known entry) {
        dataLength += dataLength(entry) - dataLength(known.put(id, entry));
        if (known.size() > CAPACITY) {
            dataLength -= dataLength(known.pollFirstEntry().getValue());
        }
    }

    /** The app's own data of an entry as it is now; null where there is none, or the entry is not remembered. */
    public @Nullable AppData data(String id) {
        Known entry = known.get(id);
        return entry == null ? null : entry.data();
    }

    /** An entry has other data. */
    public void changed(String id, AppData data) {
        change(id, entry -> entry.with(data));
    }

    /** The text of an entry was taken from sight. */
    public void redacted(String id) {
        change(id, Known::asRedacted);
    }

    private void change(String id, UnaryOperator<Known> to) {
        known.computeIfPresent(id, (key, before) -> {
            Known after = to.apply(before);
            dataLength += dataLength(after) - dataLength(before);
            return after;
        });
    }

    /**
     * What must be known of an entry to answer a retry of it, and to edit, redact or reply to it.
     *
     * @param sender who wrote it
     * @param fingerprint of what the request said, and who did
     * @param data the app's own, as it is now; null where there is none
     */
    public record Known(
            long seq,
            String sender,
            Instant sentAt,
            String fingerprint,
            boolean redacted,
            @Nullable AppData data) {
        /** An id that was used in another sequence, or for something else: it equals no request. */
        static final Known ELSEWHERE = new Known(0, "", Instant.EPOCH, "", false, null);

        Known asRedacted() {
            return new Known(seq, sender, sentAt, fingerprint, true, null);
        }

        Known with(AppData other) {
            return new Known(seq, sender, sentAt, fingerprint, redacted, other);
        }
    }

    /**
     * 128 bits of a SHA-256 over the parts of a request, parted by their lengths. One without data has the same as
     * before there was any, which snapshots remember.
     */
    public static String fingerprint(
            String sender, String body, @Nullable String replyTo, List<String> mentions, @Nullable AppData data) {
        MessageDigest digest = digest();
        update(digest, sender);
        update(digest, body);
        update(digest, replyTo == null ? "" : replyTo);
        mentions.forEach(mention -> update(digest, mention));
        if (data != null) {
            digest.update(DATA);
            update(digest, data.json());
        }
        return half(digest);
    }

    /** 128 bits of a SHA-256 over the data. */
    public static String fingerprint(AppData data) {
        MessageDigest digest = digest();
        update(digest, data.json());
        return half(digest);
    }

    private static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }

    private static String half(MessageDigest digest) {
        byte[] half = new byte[16];
        System.arraycopy(digest.digest(), 0, half, 0, half.length);
        return Base64.getEncoder().withoutPadding().encodeToString(half);
    }

    private static void update(MessageDigest digest, String part) {
        byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
        digest.update((byte) (bytes.length >>> 24));
        digest.update((byte) (bytes.length >>> 16));
        digest.update((byte) (bytes.length >>> 8));
        digest.update((byte) bytes.length);
        digest.update(bytes);
    }
}
