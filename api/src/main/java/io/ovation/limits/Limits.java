package io.ovation.limits;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import io.ovation.Caller;
import org.jspecify.annotations.Nullable;

/**
 * The rates of the contract, for one node: what a user sends and asks over all transports, and what an address opens.
 * Thread-safe; never blocks.
 */
public final class Limits {
    /** Longer than any bucket takes to be full again, so that what is forgotten had nothing to remember. */
    private static final Duration FORGET_AFTER = Duration.ofMinutes(5);

    private static final int REMEMBERED = 100_000;
    private static final int PREFIX_BYTES = 8;

    private final LimitSettings settings;
    private final LoadingCache<String, Bucket> senders;
    private final LoadingCache<String, Bucket> users;
    private final LoadingCache<String, Bucket> addresses;

    public Limits(LimitSettings settings) {
        this(settings, TimeMeter.SYSTEM_NANOTIME);
    }

    Limits(LimitSettings settings, TimeMeter clock) {
        this.settings = settings;
        this.senders = buckets(settings.sendBurst(), settings.sendsPerSecond(), clock);
        this.users = buckets(settings.unitBurst(), settings.unitsPerSecond(), clock);
        this.addresses = buckets(settings.connectsPerSecond(), settings.connectsPerSecond(), clock);
    }

    /**
     * Draws what a request costs from its user's allowance; answers why it may not be, or null when it may. What costs
     * more than a whole allowance costs all of it.
     */
    public <B> @Nullable RateLimited draw(Caller caller, Cost<? super B> cost, B body) {
        if (!settings.enabled()) {
            return null;
        }
        String user = caller.user();
        RateLimited refusal = cost.message() ? take(senders, user, 1, "Too many messages at once") : null;
        return refusal != null
                ? refusal
                : take(users, user, Math.min(cost.of(body), settings.unitBurst()), "Too many requests at once");
    }

    /**
     * Counts a connection or an SSE stream that a peer opens; throws {@link RateLimited} when there were too many from
     * its address.
     */
    public void connect(InetAddress peer) {
        RateLimited refusal =
                settings.enabled() ? take(addresses, key(peer), 1, "Too many connections at once") : null;
        if (refusal != null) {
            throw refusal;
        }
    }

    /** How many live streams a connection may have open. */
    public int streamsPerConnection() {
        return settings.enabled() ? settings.streamsPerConnection() : Integer.MAX_VALUE;
    }

    private static @Nullable RateLimited take(
            LoadingCache<String, Bucket> buckets, String key, int tokens, String detail) {
        Bucket bucket = buckets.get(key);
        if (bucket.tryConsume(tokens)) {
            return null;
        }
        long nanos = bucket.estimateAbilityToConsume(tokens).getNanosToWaitForRefill();
        long seconds = TimeUnit.NANOSECONDS.toSeconds(nanos + TimeUnit.SECONDS.toNanos(1) - 1);
        return new RateLimited(detail, (int) Math.max(1, seconds));
    }

    private static LoadingCache<String, Bucket> buckets(int capacity, int perSecond, TimeMeter clock) {
        return Caffeine.newBuilder()
                .maximumSize(REMEMBERED)
                .expireAfterAccess(FORGET_AFTER)
                .build(key -> Bucket.builder()
                        .addLimit(limit -> limit.capacity(capacity).refillGreedy(perSecond, Duration.ofSeconds(1)))
                        .withCustomTimePrecision(clock)
                        .build());
    }

    /** An IPv6 peer has a whole /64 of addresses to itself. */
    private static String key(InetAddress peer) {
        return peer instanceof Inet6Address
                ? Arrays.toString(Arrays.copyOf(peer.getAddress(), PREFIX_BYTES))
                : peer.getHostAddress();
    }
}
