package io.ovation.cluster;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

import org.jspecify.annotations.Nullable;

/**
 * Shows that a message is of somebody who knows the cluster's secret, and was meant for whom it reached, now: an
 * HMAC-SHA-256 stands before it. It covers who said it to whom, and the number that the sender gave it; a number is
 * taken once from a sender. So a message that was recorded on the way opens nothing when it is sent again, or to
 * another node; but one for all does where a node is new, which has taken none of its sender's numbers: such are of a
 * kind that is worth nothing a moment later. For any number of threads; its lock guards the numbers that were taken.
 */
final class Seal {
    /** Whom a message is for that is for all. */
    static final String ALL = "";

    private static final String ALGORITHM = "HmacSHA256";
    private static final int LENGTH = 32;

    /** Senders are nodes since their start, so many of which no cluster sees while a message is on its way. */
    private static final int SENDERS = 1_024;

    private static final byte QUESTION = 1;
    private static final byte ANSWER = 2;

    private final SecretKeySpec key;

    /** Those that nobody uses: to find one among the providers costs more than to use it. */
    private final Queue<Mac> idle = new ConcurrentLinkedQueue<>();

    /** Which numbers were taken, by sender. */
    private final Map<String, TakenOnce> taken = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, TakenOnce> eldest) {
            return size() > SENDERS;
        }
    };

    /**
     * What was sealed.
     *
     * @param number by which its sender knows it
     */
    record Opened(long number, byte[] message) {}

    Seal(String secret) {
        this.key = new SecretKeySpec(("ovation cluster seal " + secret).getBytes(StandardCharsets.UTF_8), ALGORITHM);
    }

    /**
     * Seals a message.
     *
     * @param to whom it is for, or {@link #ALL}
     * @param number one that this sender has given to no other
     */
    byte[] sealed(String from, String to, long number, byte[] message) {
        byte[] numbered = ByteBuffer.allocate(Long.BYTES + message.length)
                .putLong(number)
                .put(message)
                .array();
        return joined(mac(QUESTION, from, to, numbered), numbered);
    }

    /** What was sealed; null where it was not, or by another secret, for somebody else, or was opened before. */
    @Nullable
    Opened opened(String from, String to, byte[] bytes, int offset, int length) {
        byte[] numbered = checked(QUESTION, from, to, new byte[0], bytes, offset, length);
        if (numbered == null || numbered.length < Long.BYTES) {
            return null;
        }
        long number = ByteBuffer.wrap(numbered).getLong();
        synchronized (taken) {
            if (!taken.computeIfAbsent(from, sender -> new TakenOnce()).take(number)) {
                return null;
            }
        }
        return new Opened(number, Arrays.copyOfRange(numbered, Long.BYTES, numbered.length));
    }

    /** Seals the answer to the message that somebody gave that number. */
    byte[] sealedAnswer(String from, String to, long number, byte[] message) {
        return joined(mac(ANSWER, from, to, bytes(number), message), message);
    }

    /** The answer to the message of that number; null where it is none. */
    byte @Nullable [] openedAnswer(String from, String to, long number, byte[] bytes) {
        return checked(ANSWER, from, to, bytes(number), bytes, 0, bytes.length);
    }

    private byte @Nullable [] checked(
            byte what, String from, String to, byte[] number, byte[] bytes, int offset, int length) {
        if (length < LENGTH) {
            return null;
        }
        byte[] seal = Arrays.copyOfRange(bytes, offset, offset + LENGTH);
        byte[] message = Arrays.copyOfRange(bytes, offset + LENGTH, offset + length);
        return MessageDigest.isEqual(seal, mac(what, from, to, number, message)) ? message : null;
    }

    private byte[] mac(byte what, String from, String to, byte[]... parts) {
        Mac mac = idle.poll();
        if (mac == null) {
            mac = newMac();
        }
        mac.update(what);
        update(mac, from);
        update(mac, to);
        for (byte[] part : parts) {
            mac.update(part);
        }
        byte[] seal = mac.doFinal();
        idle.offer(mac);
        return seal;
    }

    private Mac newMac() {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return mac;
        } catch (GeneralSecurityException e) {
            throw new AssertionError("every Java platform has " + ALGORITHM, e);
        }
    }

    /** With its length before it, so that no other two names make the same bytes. */
    private static void update(Mac mac, String name) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        mac.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
        mac.update(bytes);
    }

    private static byte[] bytes(long number) {
        return ByteBuffer.allocate(Long.BYTES).putLong(number).array();
    }

    private static byte[] joined(byte[] seal, byte[] message) {
        byte[] all = Arrays.copyOf(seal, LENGTH + message.length);
        System.arraycopy(message, 0, all, LENGTH, message.length);
        return all;
    }
}
