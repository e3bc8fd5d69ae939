package io.ovation.live;

/**
 * A subscription query's updates were not taken as fast as they came, and its buffer is full. No stack trace: a burst
 * can end many at once.
 */
public final class UpdatesOverflow extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UpdatesOverflow(int bufferSize) {
        super("More than " + bufferSize + " updates are waiting to be taken", null, false, false);
    }
}
