package io.ovation.replay;

import java.time.Instant;

import io.ovation.NameBasedId;
import io.ovation.UniqueEvent;
import org.axonframework.serialization.Revision;
import org.jspecify.annotations.Nullable;

/**
 * What has happened to the log itself: it was read. These records are the log: a change of shape is a new revision, an
 * upcaster and an approved file.
 */
public sealed interface ReplayEvent {
    String accessId();

    /**
     * Someone read the log. Recorded before the first event leaves, and when the reading is over, however it ended.
     * Told only to who asks for this type or for the access: who polls until nothing more comes would never end.
     *
     * @param user who
     * @param filter what was asked for
     * @param follow whether what was recorded later was asked for too
     * @param after the position above which the reading began
     * @param limit how many events were asked for at most; null for all
     * @param events how many were given
     * @param last the position of the last one that was given; null for none
     * @param endedAt when it was over; null where it has only begun
     */
    @Revision("1")
    record LogAccessed(
            String accessId,
            String user,
            EventFilter filter,
            boolean follow,
            long after,
            @Nullable Long limit,
            long events,
            @Nullable Long last,
            Instant startedAt,
            @Nullable Instant endedAt)
            implements ReplayEvent, UniqueEvent {
        /** Each access begins once and ends once. */
        @Override
        public String uniqueId() {
            return NameBasedId.reserved(endedAt == null ? "log-access-begun" : "log-access-ended", accessId);
        }
    }
}
