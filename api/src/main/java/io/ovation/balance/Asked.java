package io.ovation.balance;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import io.ovation.live.Client;
import org.jspecify.annotations.Nullable;

/**
 * Whom any of the nodes has asked lately. Thread-safe; it forgets after a while, and holds a bounded number.
 *
 * <p>A connection that came after its user was asked may be the one that came back, and is left alone. One that was
 * there before was not asked: a user may have many.
 */
final class Asked {
    private static final int MOST = 100_000;

    // of FNV-1a, with 64 bits
    private static final long BASIS = 0xcbf29ce484222325L;
    private static final long PRIME = 0x100000001b3L;

    /** What another node says it has asked, it has asked before: its client may be back already. */
    private static final long HEARD_LATE_MILLIS = 10_000;

    private final Cache<Long, Entry> users;

    /**
     * What is known of a user.
     *
     * @param first when the first of the connections was asked
     * @param last when the last one was
     * @param here whether this node has asked one
     */
    record Entry(long first, long last, boolean here) {
        private Entry and(Entry later) {
            return new Entry(Math.min(first, later.first), Math.max(last, later.last), here || later.here);
        }
    }

    /** @param nanos the time, in nanoseconds */
    Asked(Duration rest, Ticker nanos) {
        this.users = Caffeine.newBuilder()
                .maximumSize(MOST)
                .expireAfterWrite(rest.toNanos(), TimeUnit.NANOSECONDS)
                .ticker(nanos)
                .executor(Runnable::run)
                .build();
    }

    /** This node asks a client of that user, at that time in milliseconds. */
    void ask(long user, long now) {
        add(user, new Entry(now, now, true));
    }

    /** Another one has. */
    void heard(long user, long now) {
        add(user, new Entry(now - HEARD_LATE_MILLIS, now, false));
    }

    private void add(long user, Entry entry) {
        users.asMap().merge(user, entry, Entry::and);
    }

    /** What is known of who a client may be that came back; null for one that was not asked. */
    @Nullable
    Entry of(long user, Client client) {
        Entry known = users.getIfPresent(user);
        return known == null || client.since() < known.first() ? null : known;
    }

    /** How many users this node has asked, all before that time. */
    long here(long until) {
        return users.asMap().values().stream()
                .filter(each -> each.here() && each.last() <= until)
                .count();
    }

    /**
     * A few bytes for a name. Whoever has those of another is asked a little later, which harms nobody: so it need not
     * be hard to find one.
     */
    static long hash(String user) {
        long hash = BASIS;
        for (int i = 0; i < user.length(); i++) {
            hash = (hash ^ user.charAt(i)) * PRIME;
        }
        return hash;
    }
}
