package io.ovation.live;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Who watches a topic on this node: each connection once, however many of its streams do. A client's {@link Standing}
 * is its connection. For any number of threads; takes no lock of its own.
 */
final class Audience {
    private final Map<Standing, Integer> streams = new ConcurrentHashMap<>();

    /** A stream of a connection begins; whether it is that connection's first. */
    boolean enter(Standing connection) {
        return streams.merge(connection, 1, Integer::sum) == 1;
    }

    /** Takes back an {@link #enter}; whether it was that connection's last. */
    boolean leave(Standing connection) {
        return streams.computeIfPresent(connection, (same, count) -> count == 1 ? null : count - 1) == null;
    }

    /** How many connections there are. */
    int watching() {
        return streams.size();
    }

    /** The ids of those who are connected, each once, up to so many; in no order. */
    List<String> users(int most) {
        return streams.keySet().stream()
                .map(connection -> connection.caller().user())
                .distinct()
                .limit(most)
                .toList();
    }
}
