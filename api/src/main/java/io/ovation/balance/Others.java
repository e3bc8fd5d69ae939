package io.ovation.balance;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * What the other nodes have told of their connections, and when. For any number of threads; its lock is held for no
 * more than a look.
 */
final class Others {
    /** More than two reports have to be late for it. */
    private static final long FRESH_MILLIS = 3 * Balance.REPORT_MILLIS;

    private final Map<String, Heard> heard = new HashMap<>();
    private Set<String> here = Set.of();

    private record Heard(Report report, long at) {}

    synchronized void take(String node, Report report, long now) {
        heard.put(node, new Heard(report, now));
    }

    /** Who the others are now. */
    synchronized void are(Set<String> others) {
        here = Set.copyOf(others);
        heard.keySet().retainAll(here);
    }

    /**
     * What those have told who take connections, by node; null where one of the others has told nothing lately: it may
     * be of an earlier version, or just starting.
     */
    synchronized @Nullable Map<String, Report> taking(long now) {
        Map<String, Report> taking = new HashMap<>();
        for (String node : here) {
            Heard last = heard.get(node);
            if (last == null || now - last.at() > FRESH_MILLIS) {
                return null;
            }
            if (last.report().taking()) {
                taking.put(node, last.report());
            }
        }
        return taking;
    }
}
