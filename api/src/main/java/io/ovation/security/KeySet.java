package io.ovation.security;

import java.net.MalformedURLException;
import java.net.URI;
import java.security.PublicKey;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.crypto.factories.DefaultJWSVerifierFactory;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKMatcher;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyConverter;
import com.nimbusds.jose.jwk.source.JWKSetBasedJWKSource;
import com.nimbusds.jose.jwk.source.JWKSetCacheRefreshEvaluator;
import com.nimbusds.jose.jwk.source.JWKSetSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.jwk.source.RateLimitReachedException;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.SignedJWT;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * The keys that an identity provider publishes: RS256 and ES256. Thread-safe: what is known is an immutable set, and at
 * most one thread each waits for the current set and for a newer one, on behalf of all.
 *
 * <p>The set is fetched anew about every half minute of use, so that a key that was withdrawn is refused a minute and a
 * half later at most; for a {@code kid} that it lacks at once, but twice in half a minute at most, however many forge
 * one. While the provider is away, the keys that it had are good for {@link #OUTAGE}.
 */
final class KeySet implements Signers, DisposableBean {
    private static final Logger log = LoggerFactory.getLogger(KeySet.class);
    private static final Set<JWSAlgorithm> ALGORITHMS = Set.of(JWSAlgorithm.RS256, JWSAlgorithm.ES256);

    private static final Duration CACHED = Duration.ofSeconds(60);
    private static final Duration FETCHED_AHEAD = Duration.ofSeconds(30);
    private static final Duration BETWEEN_TWO = Duration.ofSeconds(30);
    private static final Duration OUTAGE = Duration.ofHours(1);

    /** For how long the set is used without a look at the cache, which can block when it is out of date. */
    private static final Duration FRESH = Duration.ofSeconds(20);

    private static final Signer SOME = new Signer(KeySet.class);

    private final JWKSetSource<SecurityContext> source;
    private final KeySetRetriever provider = new KeySetRetriever();
    private final Scheduler scheduler = Schedulers.newBoundedElastic(2, Integer.MAX_VALUE, "key-set", 60, true);
    private final AtomicReference<@Nullable Mono<JWKSet>> current = new AtomicReference<>();
    private final AtomicReference<@Nullable Mono<JWKSet>> newer = new AtomicReference<>();
    private volatile @Nullable Known known;

    /** A set, and since when it is known. */
    private record Known(JWKSet set, long at) {
        boolean isFresh() {
            return System.nanoTime() - at < FRESH.toNanos();
        }
    }

    KeySet(URI address) throws MalformedURLException {
        var keys = (JWKSetBasedJWKSource<SecurityContext>) JWKSourceBuilder.create(address.toURL(), provider)
                .cache(CACHED.toMillis(), KeySetRetriever.PATIENCE.toMillis())
                .refreshAheadCache(FETCHED_AHEAD.toMillis(), false)
                .rateLimited(BETWEEN_TWO.toMillis())
                .outageTolerant(OUTAGE.toMillis())
                .build();
        this.source = keys.getJWKSetSource();
    }

    /** What it holds is the provider's; none is told from the others. */
    @Override
    public Mono<Signer> signer(SignedJWT token) {
        return isSigned(token).filter(signed -> signed).map(signed -> SOME);
    }

    private Mono<Boolean> isSigned(SignedJWT token) {
        if (!ALGORITHMS.contains(token.getHeader().getAlgorithm())) {
            return Mono.just(false);
        }
        JWKSelector selector = new JWKSelector(JWKMatcher.forJWSHeader(token.getHeader()));
        Known seen = known;
        Mono<JWKSet> set = seen != null && seen.isFresh() ? Mono.just(seen.set()) : current();
        return set.flatMap(first -> {
            List<JWK> keys = selector.select(first);
            return keys.isEmpty() ? later(newer(first), selector, token) : one(keys, token);
        });
    }

    private Mono<Boolean> later(Mono<JWKSet> set, JWKSelector selector, SignedJWT token) {
        return set.map(selector::select).flatMap(keys -> keys.isEmpty() ? unknown() : one(keys, token));
    }

    /** A key that the provider's latest set lacks; while there is no latest set, it may be in that. */
    private Mono<Boolean> unknown() {
        return provider.answers()
                ? Mono.just(false)
                : Mono.error(() -> TokenVerifier.unavailable("the key set's server does not answer"));
    }

    private static Mono<Boolean> one(List<JWK> keys, SignedJWT token) {
        return Mono.just(KeyConverter.toJavaKeys(keys).stream()
                .anyMatch(key -> key instanceof PublicKey published && isBy(published, token)));
    }

    private static boolean isBy(PublicKey key, SignedJWT token) {
        try {
            return token.verify(new DefaultJWSVerifierFactory().createJWSVerifier(token.getHeader(), key));
        } catch (JOSEException malformed) {
            return false;
        }
    }

    private Mono<JWKSet> current() {
        return once(current, () -> load(JWKSetCacheRefreshEvaluator.noRefresh()))
                .onErrorMap(
                        KeySourceException.class,
                        failure -> TokenVerifier.unavailable("the key set cannot be had: " + failure.getMessage()));
    }

    /** The set that is there now, unless it is the one that is known or was asked for a moment ago. */
    private Mono<JWKSet> newer(JWKSet than) {
        return once(newer, () -> {
                    try {
                        return load(JWKSetCacheRefreshEvaluator.referenceComparison(than));
                    } catch (RateLimitReachedException justNow) {
                        return than;
                    }
                })
                .onErrorMap(
                        KeySourceException.class,
                        failure -> TokenVerifier.unavailable("the key set cannot be had: " + failure.getMessage()));
    }

    private JWKSet load(JWKSetCacheRefreshEvaluator evaluator) throws KeySourceException {
        JWKSet set = source.getJWKSet(evaluator, System.currentTimeMillis(), null);
        known = new Known(set, System.nanoTime());
        return set;
    }

    /** Joins what is under way in the slot, or begins it: never more than one at a time blocks a thread. */
    private Mono<JWKSet> once(AtomicReference<@Nullable Mono<JWKSet>> slot, Callable<JWKSet> blocking) {
        Mono<JWKSet> mine = Mono.fromCallable(blocking)
                .subscribeOn(scheduler)
                .doFinally(how -> slot.set(null))
                .cache();
        Mono<JWKSet> underWay = slot.compareAndExchange(null, mine);
        return underWay == null ? mine : underWay;
    }

    @Override
    public void destroy() throws Exception {
        source.close();
        provider.close();
        scheduler.dispose();
        log.debug("Keys are fetched no more");
    }
}
