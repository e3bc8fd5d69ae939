package io.ovation.eventstore;

import org.axonframework.modelling.command.ConcurrencyException;

/**
 * An append was turned down, since the log holds an event with the same identifier, or with the same place in its
 * aggregate. Nothing of the append was recorded. The command is worth one more try: its handler then sees what was
 * recorded.
 */
final class DuplicateEvent extends ConcurrencyException {
    private static final long serialVersionUID = 1L;

    DuplicateEvent(String eventIdentifier) {
        super("An event with the identifier " + eventIdentifier
                + ", or with its place in the aggregate, is recorded already");
    }

    /** Expected in races and on retries: no stack trace. */
    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }
}
