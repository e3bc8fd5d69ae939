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
 */
public record Call<B extends Record>(Caller caller, Map<String, String> names, B body) {
    public String name(String key) {
        return Objects.requireNonNull(names.get(key), key);
    }
}
