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

    /** After a start, everybody who was connected before it comes back: whoever it was, the token says. */
    private static final Duration ALL_RETURN = Duration.ofMinutes(1);

    private static final int REMEMBERED = 100_000;

    /** Which part of its cost a request has when it has only been read. */
    private static final int READING_SHARE = 10;

    private static final String TOO_MANY = "Too many requests at once";
    private static final int PREFIX_BYTES = 8;

    private final LimitSettings settings;
    private final LoadingCache<String, Bucket> senders;
    private final LoadingCache<String, Bucket> users;
    private final LoadingCache<String, Bucket> addresses;

    /** What those who come back draw on instead of their address's rate. Whoever is in it was connected lately. */
    private final LoadingCache<String, Bucket> returns;

    private final Shares underWay;
    private final Shares openOfUsers;
    private final Shares openOfAddresses;
    private final TimeMeter clock;
    private final LimitMeters meters = new LimitMeters();
    private final long startedAt;

    public Limits(LimitSettings settings) {
        this(settings, TimeMeter.SYSTEM_NANOTIME);
    }

    Limits(LimitSettings settings, TimeMeter clock) {
        this.settings = settings;
        this.senders = buckets(settings.sendBurst(), settings.sendsPerSecond(), clock);
        this.users = buckets(settings.unitBurst(), settings.unitsPerSecond(), clock);
        this.addresses = buckets(settings.connectsPerSecond(), settings.connectsPerSecond(), clock);
        this.returns = buckets(settings.openPerUser(), Math.max(1, settings.openPerUser() / 10), clock);
        this.underWay = new Shares(settings.requestsAtOnce());
        this.openOfUsers = new Shares(settings.openPerUser());
        this.openOfAddresses = new Shares(settings.openPerAddress());
        this.clock = clock;
        this.startedAt = clock.currentTimeNanos();
    }

    /**
     * Answers why the caller's next request is not even read, or null when it is: whoever has used up the whole
     * allowance would otherwise have each request decoded, only to be refused.
     */
    public @Nullable RateLimited spent(Caller caller) {
        return !settings.enabled() || users.get(caller.user()).getAvailableTokens() > 0
                ? null
                : refused(Kind.REQUESTS, TOO_MANY, 1);
    }

    /** Draws what it costs to read a request that could not be understood. */
    public void drawUnreadable(Caller caller) {
        if (settings.enabled()) {
            draw(users.get(caller.user()), 1);
        }
    }

    /**
     * Draws what a request costs from its user's allowance; answers why it may not be, or null when it may. What costs
     * more than a whole allowance costs all of it. What is refused costs a tenth, since it has been read.
     */
    public <B> @Nullable RateLimited draw(Caller caller, Cost<? super B> cost, B body) {
        if (!settings.enabled()) {
            return null;
        }
        String user = caller.user();
        int units = Math.min(cost.of(body), settings.unitBurst());
        if (cost.message()) {
            RateLimited refusal = take(senders, user, 1, Kind.MESSAGES, "Too many messages at once");
            if (refusal != null) {
                draw(users.get(user), 1);
                return refusal;
            }
        }
        if (users.get(user).tryConsume(units)) {
            return null;
        }
        draw(users.get(user), Math.max(1, units / READING_SHARE));
        return take(users, user, units, Kind.REQUESTS, TOO_MANY);
    }

    private static void draw(Bucket bucket, int most) {
        long unused = bucket.tryConsumeAsMuchAsPossible(most);
    }

    /**
     * Takes a place among the requests that the caller has under way; answers why there is none, or null when there is
     * one. It is given back by {@link #end} once the work has ended, whether or not anybody still waits for it.
     */
    public @Nullable RateLimited begin(Caller caller) {
        return !settings.enabled() || underWay.take(caller.user())
                ? null
                : refused(Kind.UNDER_WAY, "Too many requests under way", 1);
    }

    /** Gives back the place that {@link #begin} has taken. */
    public void end(Caller caller) {
        if (settings.enabled()) {
            underWay.giveBack(caller.user());
        }
    }

    /**
     * Counts a connection or an SSE stream that a peer opens; throws {@link RateLimited} when its address, or its user,
     * opens too many or has too many open.
     *
     * @param peer null when the connection is gone
     * @param user whose valid token came with it; null where none has come yet
     */
    public Seat connect(@Nullable InetAddress peer, @Nullable String user) {
        if (!settings.enabled()) {
            return new Seat(() -> {});
        }
        String address = peer == null ? "" : key(peer);
        boolean letIn = user != null
                && isReturning(user)
                && returns.get(user).tryConsume(1);
        RateLimited refusal = letIn ? null : take(addresses, address, 1, Kind.CONNECTS, "Too many connections at once");
        if (refusal != null) {
            throw refusal;
        }
        if (!openOfAddresses.take(address)) {
            throw refused(Kind.CONNECTIONS_OF_ADDRESS, "Too many connections of one address are open", 1);
        }
        try {
            Seat ofUser = user == null ? new Seat(() -> {}) : sit(user);
            return new Seat(() -> {
                openOfAddresses.giveBack(address);
                ofUser.leave();
            });
        } catch (RateLimited tooMany) {
            openOfAddresses.giveBack(address);
            throw tooMany;
        }
    }

    /** Counts an open connection as its user's; throws {@link RateLimited} when the user has too many open. */
    public Seat sit(String user) {
        if (!settings.enabled()) {
            return new Seat(() -> {});
        }
        if (!openOfUsers.take(user)) {
            throw refused(Kind.CONNECTIONS_OF_USER, "Too many connections of one user are open", 1);
        }
        wasHere(user);
        return new Seat(() -> {
            // the time in which it is remembered begins with its end
            wasHere(user);
            openOfUsers.giveBack(user);
        });
    }

    private void wasHere(String user) {
        Bucket unused = returns.get(user);
    }

    private boolean isReturning(String user) {
        return returns.getIfPresent(user) != null
                || clock.currentTimeNanos() - startedAt < ALL_RETURN.toNanos();
    }

    /** How many live streams a connection may have open. */
    public int streamsPerConnection() {
        return settings.enabled() ? settings.streamsPerConnection() : Integer.MAX_VALUE;
    }

    private @Nullable RateLimited take(
            LoadingCache<String, Bucket> buckets, String key, int tokens, Kind kind, String detail) {
        Bucket bucket = buckets.get(key);
        if (bucket.tryConsume(tokens)) {
            return null;
        }
        long nanos = bucket.estimateAbilityToConsume(tokens).getNanosToWaitForRefill();
        long seconds = TimeUnit.NANOSECONDS.toSeconds(nanos + TimeUnit.SECONDS.toNanos(1) - 1);
        return refused(kind, detail, (int) Math.max(1, seconds));
    }

    private RateLimited refused(Kind kind, String detail, int seconds) {
        meters.refused(kind);
        return new RateLimited(detail, seconds);
    }

    /** How often each limit has turned somebody down. */
    LimitMeters meters() {
        return meters;
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
