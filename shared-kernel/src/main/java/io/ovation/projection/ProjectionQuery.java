package io.ovation.projection;

import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;

/** What an operator asks of the projections. Whoever sends one has seen that the caller is an admin. */
public sealed interface ProjectionQuery {
    /** How far the projections are; answers {@link ProjectionsView}. */
    record FindProjections() implements ProjectionQuery {}

    /** The events that projections could not take; answers {@link DeadLettersView}. */
    record FindDeadLetters() implements ProjectionQuery {}

    /**
     * Takes an event that was put aside, and all that is behind it; answers {@link Done}. Rejects with
     * {@link ProjectionRejection}.
     */
    record RetryDeadLetter(String deadLetterId) implements ProjectionQuery {}

    /** Leaves the event out for good, and takes what is behind it; otherwise like {@link RetryDeadLetter}. */
    record DropDeadLetter(String deadLetterId) implements ProjectionQuery {}

    /**
     * Builds the documents of a projection anew, while the others are read; answers {@link Done} when that has begun,
     * or is under way. Rejects with {@link ProjectionRejection}.
     */
    record RebuildProjection(String name) implements ProjectionQuery {}

    /** Those of {@link FindProjections}. */
    record ProjectionsView(List<ProjectionView> projections) {}

    /**
     * One projection.
     *
     * @param version of the shape of its documents
     * @param position of the last event that is in its documents; -1 for none
     * @param head of the last event in the log; -1 for none
     * @param lag how many events it is behind
     * @param rate events a second that it took lately
     * @param state {@code live}, {@code behind}, {@code building} or, where it could not take an event,
     *     {@code degraded}
     * @param building how far documents are that are built anew; null where none are
     */
    record ProjectionView(
            String name,
            int version,
            long position,
            long head,
            long lag,
            long rate,
            String state,
            @Nullable Building building) {}

    /**
     * How far documents are that are built: those that are read, where there were none, or others beside them.
     *
     * @param position of the last event that is in them; -1 for none
     * @param progress what is built of what there was when it began: 0 to 1
     * @param rate events a second, lately
     * @param secondsLeft about; null where nobody knows
     */
    record Building(long position, double progress, long rate, @Nullable Long secondsLeft) {}

    /** Those of {@link FindDeadLetters}, in the order of the log. */
    record DeadLettersView(List<DeadLetterView> deadLetters) {}

    /**
     * An event that a projection could not take. What its sequence has after it waits behind it.
     *
     * @param deadLetterId the event's id
     * @param sequence the id of the aggregate
     * @param position of the event in the log
     * @param type of the aggregate
     * @param reason why it could not be taken, for an operator
     * @param since when that was
     */
    record DeadLetterView(
            String deadLetterId,
            String projection,
            String sequence,
            long position,
            String type,
            String reason,
            Instant since) {}

    /** It is done. */
    record Done() {}
}
