package io.ovation.live;

import org.jspecify.annotations.Nullable;

/**
 * One place in the chain of what a topic told. All watchers of the topic walk the same chain, each by a reference to
 * where it is: nothing is stored for a watcher and frame, and what the last watcher has passed is garbage.
 *
 * <p>A link without a frame is a gap: something may be missing there, and who comes to it reads on from the log, once
 * the topic's subscription is in place again ({@link #open()}). What follows a gap is complete from that moment on.
 */
final class Link {
    private final @Nullable TopicFrame frame;
    private final long index;
    private final long bytes;
    private volatile boolean open;
    private volatile @Nullable Link next;

    private Link(@Nullable TopicFrame frame, long index, long bytes) {
        this.frame = frame;
        this.index = index;
        this.bytes = bytes;
        this.open = frame != null;
    }

    /** The start of a chain: a gap that is not open yet. */
    static Link start() {
        return new Link(null, 0, 0);
    }

    /** Puts a frame after this link, which is the last one. One thread at a time. */
    Link append(TopicFrame added) {
        return attach(new Link(added, index + 1, bytes + added.size()));
    }

    /** Puts a gap after this link, which is the last one. One thread at a time. */
    Link appendGap() {
        return attach(new Link(null, index + 1, bytes));
    }

    private Link attach(Link link) {
        next = link;
        return link;
    }

    @Nullable
    TopicFrame frame() {
        return frame;
    }

    @Nullable
    Link next() {
        return next;
    }

    /** Its place in the chain: each is one more than that before. */
    long index() {
        return index;
    }

    /** How many frames come after this link up to {@code tail}. */
    long framesTo(Link tail) {
        return tail.index - index;
    }

    /** How many bytes the frames after this link have, up to {@code tail}. */
    long bytesTo(Link tail) {
        return tail.bytes - bytes;
    }

    /** Whether the chain may be followed from here on: for a gap, whether updates are subscribed to again. */
    boolean isOpen() {
        return open;
    }

    void open() {
        open = true;
    }

    /**
     * Lets go of what follows, once nobody comes through here any more: a link that has grown old would make all its
     * followers grow old with it.
     */
    void cut() {
        next = null;
    }
}
