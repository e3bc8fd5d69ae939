package io.ovation.client;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * What is to be sent, or to be commented. It keeps copies of the list and the map that it is given.
 *
 * @param id its id, which makes it safe to send again
 * @param body at most 8 KiB of UTF-8
 * @param replyTo the id of what it answers
 * @param mentions ids of people, at most 50
 * @param data the app's own, at most 4 KiB of JSON; a value may be null, and the keys stay in the map's order
 */
public record Draft(
        String id,
        String body,
        @Nullable String replyTo,
        @Nullable List<String> mentions,
        @Nullable Map<String, ?> data) {
    public Draft {
        mentions = mentions == null ? null : List.copyOf(mentions);
        // Map.copyOf orders the keys anew in each run of the program, and takes no nulls: the server keeps the order,
        // so a draft that is sent again after a restart would be another one under the same id, a conflict
        data = data == null ? null : Collections.unmodifiableMap(new LinkedHashMap<>(data));
    }

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
        return new Draft(id, body, replyTo, users, data);
    }

    /** The same with data of the app's own. For a draft that is kept over a restart use a map that has an order. */
    public Draft withData(Map<String, ?> more) {
        return new Draft(id, body, replyTo, mentions, more);
    }
}
