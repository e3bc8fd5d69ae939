package io.ovation.demo;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;

/**
 * What is to be said, by whom and when.
 *
 * @param title what the room is called
 * @param timed whether the source says when each line was said
 * @param lines in order
 */
public record Play(String title, boolean timed, List<Line> lines) {
    public Play {
        lines = List.copyOf(lines);
    }

    /** Everybody who says something, by first appearance. */
    public List<String> cast() {
        LinkedHashSet<String> cast = new LinkedHashSet<>();
        lines.forEach(line -> cast.add(line.speaker()));
        return List.copyOf(cast);
    }

    /**
     * Tells this text from every other: a SHA-256 over the texts in order. Whoever says them is not in it, so that a
     * text taken up again with another cast is
     * turned down by the server instead of being said twice.
     */
    String fingerprint() {
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
        for (Line line : lines) {
            byte[] body = line.body().getBytes(StandardCharsets.UTF_8);
            digest.update((body.length + ":").getBytes(StandardCharsets.US_ASCII));
            digest.update(body);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /**
     * The same play with every text that is longer than {@code maxBytes} of UTF-8 said in several lines, one right
     * after the other.
     */
    Play fitting(int maxBytes) {
        List<Line> fitted = new ArrayList<>(lines.size());
        int[] movedTo = new int[lines.size()];
        for (int i = 0; i < lines.size(); i++) {
            Line line = lines.get(i);
            movedTo[i] = fitted.size();
            List<String> parts = LongText.split(line.body(), maxBytes);
            Integer replyTo = line.replyTo() == null ? null : Integer.valueOf(movedTo[line.replyTo()]);
            fitted.add(new Line(line.speaker(), parts.getFirst(), line.pause(), replyTo, line.mentions()));
            parts.stream().skip(1).forEach(part -> fitted.add(Line.of(line.speaker(), part)));
        }
        return new Play(title, timed, fitted);
    }
}
