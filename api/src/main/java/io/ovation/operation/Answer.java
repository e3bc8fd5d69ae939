package io.ovation.operation;

import org.jspecify.annotations.Nullable;

/**
 * What an operation answers.
 *
 * @param status the HTTP status; RSocket does not show it
 * @param body what is written as JSON; null for none ({@code {}} on RSocket)
 */
public record Answer(int status, @Nullable Object body) {
    public static Answer ok(Object body) {
        return new Answer(200, body);
    }

    public static Answer created(Object body) {
        return new Answer(201, body);
    }

    /** Taken, and not durable yet. */
    public static Answer accepted() {
        return new Answer(202, null);
    }

    public static Answer done() {
        return new Answer(204, null);
    }
}
