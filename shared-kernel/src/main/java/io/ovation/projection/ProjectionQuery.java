package io.ovation.projection;

import java.time.Instant;
import java.util.List;

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

    /** Those of {@link FindProjections}. */
    record ProjectionsView(List<ProjectionView> projections) {}

    /**
     * One projection.
     *
     * @param position of the last event that is in its documents; -1 for none
     * @param head of the last event in the log; -1 for none
     * @param lag how many events it is behind
     * @param state {@code live}, {@code behind} or, where it could not take an event, {@code degraded}
     */
    record ProjectionView(String name, long position, long head, long lag, String state) {}

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
