package io.ovation.replay;

import java.util.List;

import io.ovation.Caller;
import org.jspecify.annotations.Nullable;

/**
 * What can be asked of the log. Whoever is neither analyst nor admin is turned down with
 * {@link ReplayRejection.AnalystsOnly}.
 */
public sealed interface ReplayQuery {
    EventFilter filter();

    Caller by();

    /**
     * Between which positions the events of a filter lie, as far as they are recorded now; answers {@link LogRange}.
     * Rejects a filter that names an unknown type with {@link io.ovation.ValidationFailed}.
     *
     * @param after only what lies above this position; null for everything
     * @param log the id of the log that {@code after} was given for; null for whichever there is
     */
    record FindLogRange(
            EventFilter filter,
            @Nullable Long after,
            @Nullable String log,
            Caller by) implements ReplayQuery {}

    /**
     * A streaming query: the events of the filter that lie above {@code after}, in the order of their positions, as
     * {@link EventPage}s. Reads no more than a page for each one that is asked for, and may be cancelled at any time.
     * Ends {@code unavailable} where the log gets another id: its positions are told under that one from then on.
     *
     * @param log the id that the log had when {@code after} and {@code end} were found
     * @param end the last position to look at; null to go on with what is recorded later, without an end
     * @param limit how many events at most; null for all
     */
    record FindEvents(
            EventFilter filter,
            long after,
            @Nullable Long end,
            @Nullable Long limit,
            String log,
            Caller by) implements ReplayQuery {}

    /**
     * A streaming query: the events of one aggregate that lie above {@code after}, then those that are recorded later
     * on any node, each within a quarter of a second, without an end. The log is looked at no more often than that,
     * however fast it grows, so that it can be asked for as long as a server runs. Fails as {@link FindEvents} does.
     */
    record FollowAggregate(String aggregate, long after, String log, Caller by) implements ReplayQuery {
        @Override
        public EventFilter filter() {
            return new EventFilter(null, null, List.of(), aggregate);
        }
    }

    /**
     * A part of the log.
     *
     * @param after the events lie above this position
     * @param end and up to this one; not above {@code after} when there are none
     * @param head the position of the last event that was recorded, of whatever kind; -1 while there is none
     * @param log the id of the log
     * @param elsewhere true where the position that was asked about is none of this log's, and was not looked at: it is
     *     beyond the head, or of what a restore from a back-up undid
     */
    record LogRange(long after, long end, long head, String log, boolean elsewhere) {}

    /** Events in the order of their positions, never none. */
    record EventPage(List<EventLine> lines) {
        public EventPage {
            lines = List.copyOf(lines);
        }
    }

    /**
     * One event, as it goes to the wire. Nobody may change {@code json}.
     *
     * @param json the event as a JSON object of one line, without the line's end, UTF-8
     */
    @SuppressWarnings("ArrayRecordComponent") // written as it is, never compared
    record EventLine(long position, byte[] json) {}
}
