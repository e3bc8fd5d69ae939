package io.ovation.documents;

import java.time.Instant;

import org.bson.Document;

/**
 * An event that a projection could not take. Whatever its sequence has from there on is behind it: none of that is in
 * the documents.
 *
 * @param sequence the id of the aggregate
 * @param position of the event in the log
 * @param eventId its id
 * @param type its type, as the log names it
 * @param reason why it could not be taken, in words for an operator
 * @param since when that was
 */
record DeadLetter(String sequence, long position, String eventId, String type, String reason, Instant since) {
    /** Between the projection and the event in the id of one: several projections may refuse one event. */
    static final String SEPARATOR = ":";

    private static final int LONGEST_REASON = 300;

    /** The id that an admin names one by. */
    static String id(String projection, String eventId) {
        return projection + SEPARATOR + eventId;
    }

    static DeadLetter of(Changes.Source event, Throwable failure, Instant now) {
        String reason = failure.getClass().getSimpleName() + ": " + failure.getMessage();
        return new DeadLetter(
                event.sequence(),
                event.position(),
                event.eventId(),
                event.type(),
                reason.substring(0, Math.min(reason.length(), LONGEST_REASON)),
                now);
    }

    static DeadLetter of(Document stored) {
        return new DeadLetter(
                stored.getString("sequence"),
                stored.getLong("position"),
                stored.getString("eventId"),
                stored.getString("type"),
                stored.getString("reason"),
                Instant.parse(stored.getString("since")));
    }

    /** What is left of it once its event was taken: what is behind it. */
    DeadLetter after(long taken) {
        return new DeadLetter(sequence, taken + 1, eventId, type, reason, since);
    }

    Document document() {
        return new Document("sequence", sequence)
                .append("position", position)
                .append("eventId", eventId)
                .append("type", type)
                .append("reason", reason)
                .append("since", since.toString());
    }
}
