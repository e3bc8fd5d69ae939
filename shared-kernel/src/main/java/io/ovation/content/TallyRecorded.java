package io.ovation.content;

import java.time.Instant;

import io.ovation.NameBasedId;
import io.ovation.UniqueEvent;
import org.axonframework.serialization.Revision;

/**
 * What a node counted for a target in one window of time.
 *
 * @param delta how much was added, at least 1
 * @param window the node's window, unique among all: a window that is recorded again counts once
 */
@Revision("1")
public record TallyRecorded(Target target, TallyKind kind, long delta, String window, Instant at)
        implements UniqueEvent {
    @Override
    public String uniqueId() {
        return recordId(target, kind, window);
    }

    /** The id of what was counted for a target in a window. */
    public static String recordId(Target target, TallyKind kind, String window) {
        return NameBasedId.reserved("tallied", target.key(), kind.name(), window);
    }

    /** The id of the tally of all that is counted for a target. */
    public static String tallyId(Target target, TallyKind kind) {
        return NameBasedId.reserved("tally", target.key(), kind.name());
    }
}
