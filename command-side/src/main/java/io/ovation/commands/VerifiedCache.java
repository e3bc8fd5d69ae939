package io.ovation.commands;

import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

import io.ovation.Unavailable;
import org.axonframework.common.Registration;
import org.axonframework.common.caching.Cache;
import org.axonframework.eventsourcing.AggregateCacheEntry;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Aggregates in memory where other nodes may have decided since: unless this node is certain to have decided alone, an
 * aggregate is compared with the last sequence number that the log has of it, and read anew where it is behind. So
 * neither a rejection nor an "already so" comes from a stale memory. For any number of threads; a look may block
 * for a reading of the log.
 */
final class VerifiedCache implements Cache {
    private static final Logger LOG = LoggerFactory.getLogger(VerifiedCache.class);

    private final Cache cache;
    private final Predicate<String> decidesAlone;
    private final Function<String, Optional<Long>> lastInLog;

    /**
     * @param decidesAlone whether nobody else can have decided for an aggregate since this node did
     * @param lastInLog the sequence number of an aggregate's last event; empty where it has none
     */
    VerifiedCache(Cache cache, Predicate<String> decidesAlone, Function<String, Optional<Long>> lastInLog) {
        this.cache = cache;
        this.decidesAlone = decidesAlone;
        this.lastInLog = lastInLog;
    }

    @Override
    @SuppressWarnings({"unchecked", "NullAway"}) // a cache answers null for what it has not
    public <K, V> @Nullable V get(K key) {
        V found = cache.get(key);
        if (found == null || isUpToDate(String.valueOf(key), found)) {
            return found;
        }
        cache.remove(key);
        return null;
    }

    private boolean isUpToDate(String id, Object found) {
        if (decidesAlone.test(id) || !(found instanceof AggregateCacheEntry<?> entry)) {
            return true;
        }
        try {
            return lastInLog.apply(id).orElse(-1L) == AggregateCaches.version(entry);
        } catch (RuntimeException e) {
            LOG.debug("The log cannot be read", e);
            throw new Unavailable("The event store cannot be read now", 1);
        }
    }

    @Override
    public void put(@Nullable Object key, Object value) {
        cache.put(key, value);
    }

    @Override
    public boolean putIfAbsent(Object key, Object value) {
        return cache.putIfAbsent(key, value);
    }

    @Override
    public <T> T computeIfAbsent(Object key, Supplier<T> valueSupplier) {
        return cache.computeIfAbsent(key, valueSupplier);
    }

    @Override
    public boolean remove(Object key) {
        return cache.remove(key);
    }

    @Override
    public void removeAll() {
        cache.removeAll();
    }

    @Override
    public boolean containsKey(Object key) {
        return cache.containsKey(key);
    }

    @Override
    public Registration registerCacheEntryListener(EntryListener cacheEntryListener) {
        return cache.registerCacheEntryListener(cacheEntryListener);
    }

    @Override
    public <V> void computeIfPresent(Object key, UnaryOperator<V> update) {
        cache.computeIfPresent(key, update);
    }
}
