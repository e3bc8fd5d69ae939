package io.ovation.client;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * One frame of a live stream, as docs/protocol.md lists them. Pass over types that you do not know: that is how the
 * protocol grows.
 *
 * @param type {@code message}, {@code typing} and so on; {@code reset} says that something could not be told: read the
 *     history
 * @param cursor the place after this frame, to go on from; null for a state, of which the latest one wins
 * @param json all of its fields
 */
public record Frame(String type, @Nullable String cursor, JsonNode json) {
    static Frame of(JsonNode json) {
        JsonNode cursor = json.path("cursor");
        return new Frame(json.path("type").asString(""), cursor.isString() ? cursor.asString() : null, json);
    }

    /** A field that is a text; empty where there is none. */
    public String text(String field) {
        return json.path(field).asString("");
    }

    /** A field that is a whole number; 0 where there is none. */
    public long number(String field) {
        return json.path(field).asLong(0);
    }
}
