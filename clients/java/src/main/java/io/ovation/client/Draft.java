package io.ovation.client;

import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * What is to be sent, or to be commented.
 *
 * @param id its id, which makes it safe to send again
 * @param body at most 8 KiB of UTF-8
 * @param replyTo the id of what it answers
 * @param mentions ids of people, at most 50
 * @param data the app's own, at most 4 KiB of JSON
 */
public record Draft(
        String id,
        String body,
        @Nullable String replyTo,
        @Nullable List<String> mentions,
        @Nullable Map<String, ?> data) {
    /** A text under a new id. */
    public static Draft of(String body) {
        return new Draft(OvationClient.newId(), body, null, null, null);
    }

    /** The same under an id of the caller's, as one that was kept over a restart. */
    public Draft withId(String other) {
        return new Draft(other, body, replyTo, mentions, data);
    }

    /** The same as an answer. */
    public Draft replyingTo(String other) {
        return new Draft(id, body, other, mentions, data);
    }

    /** The same with people mentioned. */
    public Draft mentioning(List<String> users) {
        return new Draft(id, body, replyTo, List.copyOf(users), data);
    }

    /** The same with data of the app's own. */
    public Draft withData(Map<String, ?> more) {
        return new Draft(id, body, replyTo, mentions, Map.copyOf(more));
    }
}
