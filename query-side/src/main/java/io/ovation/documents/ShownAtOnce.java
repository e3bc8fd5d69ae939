package io.ovation.documents;

import java.util.stream.Stream;

/**
 * Says which answers from the documents of one projection must show an event at once: those to who caused it, and to
 * whomever it lets in or shuts out. All other answers may be a moment behind. Thread-safe; must depend on nothing but
 * the event.
 */
public interface ShownAtOnce {
    /** Whose documents. */
    String projection();

    /** Whom an event concerns; empty where the projection takes no such event. */
    Stream<Interest> to(Object event);
}
