package io.ovation.commands;

import java.util.OptionalLong;
import javax.cache.CacheManager;
import javax.cache.Caching;
import javax.cache.configuration.MutableConfiguration;

import com.github.benmanes.caffeine.jcache.configuration.CaffeineConfiguration;
import com.github.benmanes.caffeine.jcache.spi.CaffeineCachingProvider;
import org.axonframework.common.caching.Cache;
import org.axonframework.common.caching.JCacheAdapter;

/**
 * Aggregates in memory, strong and bounded: a weak cache empties at each collection. By reference, since an aggregate
 * is only touched under its lock. Each type has a cache of its own: an entry is found by the aggregate's id alone, and
 * what is asked of a conversation may bear the id of a content.
 */
public final class AggregateCaches {
    private final CacheManager manager =
            Caching.getCachingProvider(CaffeineCachingProvider.class.getName()).getCacheManager();
    private final long most;

    AggregateCaches(long most) {
        this.most = most;
    }

    /** A new cache for the aggregates of one type. */
    public Cache named(String type) {
        CaffeineConfiguration<Object, Object> configuration =
                new CaffeineConfiguration<>(new MutableConfiguration<>().setStoreByValue(false));
        configuration.setMaximumSize(OptionalLong.of(most));
        return new JCacheAdapter(manager.createCache(type, configuration));
    }
}
