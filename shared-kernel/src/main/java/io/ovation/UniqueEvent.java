package io.ovation;

/**
 * An event that can stand in the log only once, whoever appends it: its own id becomes Axon's event identifier, which
 * the store holds unique.
 *
 * <p>That is what keeps the idempotency of ids exact for ever, while an aggregate remembers only its latest ones
 * (see {@code docs/adr/0003-ids-are-event-identifiers.md}).
 */
public interface UniqueEvent {
    /** The id under which the event is unique in the whole log. */
    String uniqueId();
}
