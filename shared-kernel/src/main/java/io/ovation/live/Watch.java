package io.ovation.live;

import java.util.List;

import io.ovation.Caller;

/**
 * The questions behind every live stream. A watcher registers for a topic's updates, then reads what it missed, then
 * merges the two by {@link Update#sequence()}.
 */
public sealed interface Watch {
    Topic topic();

    /**
     * Whether the caller may watch the topic now, and how it stands; answers {@link Watchable} or rejects with
     * {@code not_found} or {@code forbidden}. Like every query, never older than what this node had made durable when
     * it came in.
     */
    record FindWatchable(Topic topic, Caller by) implements Watch {}

    /**
     * The subscription query of a topic: one for each topic and node; its updates are {@link Update}s, its initial
     * answer says nothing.
     */
    record WatchTopic(Topic topic) implements Watch {}

    /**
     * The current {@link Frame.State}s of a topic, for a node whose watchers were let in before; answers
     * {@link States}.
     */
    record FindStates(Topic topic) implements Watch {}

    /**
     * A streaming query: every {@link Update} of the topic whose sequence is above {@code after}, in order, up to what
     * is durable when it is asked. Text redacted since is left out of it. At its end come the states that do not stand
     * at the start of a stream and have changed since, of many the latest {@value Watchable#MOST_STATES}. Honours
     * backpressure and may be cancelled at any time.
     */
    record FindMissed(Topic topic, long after) implements Watch {}

    /**
     * Whether a place in a topic, which was told when the log had that id, is a place of the topic still; answers
     * {@link Placed}. It is not where a restore from a back-up has undone it.
     */
    record FindPlace(Topic topic, long sequence, String log) implements Watch {}

    /** The answer to {@link FindPlace}. */
    record Placed(boolean there) {}

    /** Those of {@link FindStates}, each as an update. */
    record States(List<Update> states) {}

    /**
     * That the topic may be watched.
     *
     * @param last the sequence of the topic's last durable event; -1 when there is none
     * @param states the current {@link Frame.State}s of the topic, each as an update; of many, the latest
     */
    record Watchable(long last, List<Update> states) {
        /** With so many states a stream begins at most. */
        public static final int MOST_STATES = 200;

        /** Of a topic without states. */
        public Watchable(long last) {
            this(last, List.of());
        }
    }
}
