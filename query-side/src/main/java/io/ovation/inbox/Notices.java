package io.ovation.inbox;

import java.util.stream.Stream;

/**
 * One sort of events that concern people. What there is to tell must follow from the event alone: so a new sort, or a
 * new kind within one, tells of the past too when the log is replayed.
 */
interface Notices {
    /**
     * Whom an event concerns: a user at most once, and never the one who caused it. Empty for events of other sorts.
     */
    Stream<Notice> of(Object event);
}
