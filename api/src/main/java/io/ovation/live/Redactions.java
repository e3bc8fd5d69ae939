package io.ovation.live;

import java.util.LinkedHashSet;

/**
 * Whose texts of a topic were redacted while it is watched, as its watchers are told: looked at before a frame that
 * waited is handed out, for its text may be redacted while its reader lags. It guards itself by its own monitor.
 *
 * <p>It is fed by what is told and not asked of the read models: those may lag behind what is told, and a reader who
 * lags would then wait for them with every frame.
 */
final class Redactions {
    /**
     * How many are remembered, the latest. What waits in the chain waits for fewer frames than that, redactions among
     * them, before its reader is ended.
     */
    private static final int MOST = 65_536;

    private final LinkedHashSet<Long> seqs = new LinkedHashSet<>();

    /** The text of an entry was redacted. */
    synchronized void add(long seq) {
        if (seqs.add(seq) && seqs.size() > MOST) {
            seqs.removeFirst();
        }
    }

    /** Whether the text of an entry was redacted. */
    synchronized boolean has(long seq) {
        return seqs.contains(seq);
    }
}
