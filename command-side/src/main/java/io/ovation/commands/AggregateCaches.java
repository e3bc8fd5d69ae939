package io.ovation.commands;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.Predicate;
import javax.cache.CacheManager;
import javax.cache.Caching;
import javax.cache.configuration.MutableConfiguration;

import com.github.benmanes.caffeine.cache.Weigher;
import com.github.benmanes.caffeine.jcache.configuration.CaffeineConfiguration;
import com.github.benmanes.caffeine.jcache.spi.CaffeineCachingProvider;
import io.ovation.Addressed;
import io.ovation.cluster.Nodes;
import org.axonframework.common.caching.Cache;
import org.axonframework.common.caching.JCacheAdapter;
import org.axonframework.eventsourcing.AggregateCacheEntry;
import org.jspecify.annotations.Nullable;

/**
 * Aggregates in memory, strong and bounded by what they weigh: a weak cache empties at each collection, and a count
 * says nothing where one aggregate takes a thousand times what another does. By reference, since an aggregate is only
 * touched under its lock. Each type has a cache of its own: an entry is found by the aggregate's id alone, and what is
 * asked of a conversation may bear the id of a content. For any number of threads.
 */
public final class AggregateCaches {
    /** What Axon keeps for each, and a small aggregate. */
    private static final int SMALL = 600;

    private static final VarHandle ROOT = field("aggregateRoot", Object.class);
    private static final VarHandle VERSION = field("version", Long.class);

    private final CacheManager manager =
            Caching.getCachingProvider(CaffeineCachingProvider.class.getName()).getCacheManager();
    private final long bytes;
    private final Nodes nodes;
    private final Function<String, Optional<Long>> lastInLog;

    /**
     * @param bytes about how much memory the aggregates of one type may take
     * @param nodes who else may decide: where there are several, what is remembered is compared with the log
     * @param lastInLog the sequence number of an aggregate's last event; empty where it has none
     */
    AggregateCaches(long bytes, Nodes nodes, Function<String, Optional<Long>> lastInLog) {
        this.bytes = bytes;
        this.nodes = nodes;
        this.lastInLog = lastInLog;
    }

    /**
     * A new cache for the aggregates of one type. Its commands are handled by the node that they reach, whoever decided
     * before.
     */
    public Cache named(String type) {
        return safely(type, id -> false);
    }

    /** The same for a type all of whose commands are {@link Addressed}, and so brought to one node. */
    public Cache decidedByOne(String type) {
        return safely(type, nodes::decidesAlone);
    }

    private Cache safely(String type, Predicate<String> decidesAlone) {
        Cache cache = cache(type);
        return nodes.several() ? new VerifiedCache(cache, decidesAlone, lastInLog) : cache;
    }

    private Cache cache(String type) {
        CaffeineConfiguration<Object, Object> configuration =
                new CaffeineConfiguration<>(new MutableConfiguration<>().setStoreByValue(false));
        configuration.setMaximumWeight(OptionalLong.of(bytes));
        configuration.setWeigherFactory(Optional.of(() -> (Weigher<Object, Object>) (id, entry) -> weight(entry)));
        return new OfRecorded(manager.createCache(type, configuration));
    }

    /**
     * Keeps no aggregate that was made to be asked, and of which nothing was recorded: Axon puts it here by its id, and
     * it has none.
     */
    private static final class OfRecorded extends JCacheAdapter {
        OfRecorded(javax.cache.Cache<Object, Object> cache) {
            super(cache);
        }

        @Override
        @SuppressWarnings("NullAway") // what Axon says of its own parameter is not so
        public void put(@Nullable Object id, Object entry) {
            if (id != null) {
                super.put(id, entry);
            }
        }
    }

    /** About how many bytes an entry of Axon's takes. */
    static int weight(Object entry) {
        return entry instanceof AggregateCacheEntry<?> && ROOT.get(entry) instanceof Weighed aggregate
                ? SMALL + aggregate.weight()
                : SMALL;
    }

    /** The sequence number of the last event that an entry knows of. */
    static long version(AggregateCacheEntry<?> entry) {
        return (Long) VERSION.get(entry);
    }

    private static VarHandle field(String name, Class<?> type) {
        try {
            return MethodHandles.privateLookupIn(AggregateCacheEntry.class, MethodHandles.lookup())
                    .findVarHandle(AggregateCacheEntry.class, name, type);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("This version of Axon keeps aggregates otherwise", e);
        }
    }
}
