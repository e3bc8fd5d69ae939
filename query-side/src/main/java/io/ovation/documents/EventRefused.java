package io.ovation.documents;

/** An event cannot be folded into a document. */
final class EventRefused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Changes.Source event;

    EventRefused(Changes.Source event, Throwable cause) {
        super(cause);
        this.event = event;
    }

    Changes.Source event() {
        return event;
    }
}
