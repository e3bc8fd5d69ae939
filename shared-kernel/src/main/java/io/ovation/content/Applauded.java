package io.ovation.content;

import java.time.Instant;

import io.ovation.NameBasedId;
import io.ovation.UniqueEvent;
import org.axonframework.serialization.Revision;

/**
 * A user applauded under an id of their own. Each is an event, unlike applause without an id
 * ({@link TallyRecorded}): the log alone remembers an id for ever.
 *
 * @param count how often, at least 1
 */
@Revision("1")
public record Applauded(String applauseId, Target target, String user, int count, Instant at) implements UniqueEvent {
    @Override
    public String uniqueId() {
        return applauseId;
    }

    /** The id of the aggregate, which is none that a client can choose. */
    public static String aggregateId(String applauseId) {
        return NameBasedId.reserved("applause", applauseId);
    }
}
