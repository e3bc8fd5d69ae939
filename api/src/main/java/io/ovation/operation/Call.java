package io.ovation.operation;

import java.util.Map;
import java.util.Objects;

import io.ovation.Caller;

/**
 * A request that an edge has authenticated and decoded.
 *
 * @param caller the subject of the verified token
 * @param names what stood in the path or route for each {@code {name}}, decoded
 * @param body the fields
 * @param answered whether the caller gets an answer; nobody waits for that of a fire-and-forget
 */
public record Call<B extends Record>(Caller caller, Map<String, String> names, B body, boolean answered) {
    /** A request that is answered. */
    public Call(Caller caller, Map<String, String> names, B body) {
        this(caller, names, body, true);
    }

    public String name(String key) {
        return Objects.requireNonNull(names.get(key), key);
    }
}
