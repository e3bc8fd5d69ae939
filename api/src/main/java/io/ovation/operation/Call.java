package io.ovation.operation;

import java.util.Map;
import java.util.Objects;

import io.ovation.Caller;
import io.ovation.live.Standing;

/**
 * A request that an edge has authenticated and decoded.
 *
 * @param standing the subject of the verified token, and what it may be now
 * @param names what stood in the path or route for each {@code {name}}, decoded
 * @param body the fields
 * @param answered whether the caller gets an answer; nobody waits for that of a fire-and-forget
 */
public record Call<B extends Record>(Standing standing, Map<String, String> names, B body, boolean answered) {
    /** A request of a client whose token stays as it is. */
    public Call(Caller caller, Map<String, String> names, B body, boolean answered) {
        this(Standing.of(caller), names, body, answered);
    }

    /** A request that is answered. */
    public Call(Caller caller, Map<String, String> names, B body) {
        this(caller, names, body, true);
    }

    /** Who asks, as of now. */
    public Caller caller() {
        return standing.caller();
    }

    public String name(String key) {
        return Objects.requireNonNull(names.get(key), key);
    }
}
