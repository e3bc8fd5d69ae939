package io.ovation.demo;

import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * One message of a play.
 *
 * @param speaker who says it
 * @param body the text, as it will be sent
 * @param pause the time since the line before it, never negative; zero where the source has no times
 * @param replyTo the index of the line that it answers, smaller than its own; null for none
 * @param mentions the people whom it names, without repeats
 */
record Line(
        String speaker,
        String body,
        Duration pause,
        @Nullable Integer replyTo,
        List<String> mentions) {
    Line {
        mentions = List.copyOf(mentions);
    }

    static Line of(String speaker, String body) {
        return new Line(speaker, body, Duration.ZERO, null, List.of());
    }
}
