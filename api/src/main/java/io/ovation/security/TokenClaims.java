package io.ovation.security;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.ovation.Caller;
import io.ovation.operation.UserId;
import org.jspecify.annotations.Nullable;

/** What the claims of a token must be for it to be taken, its signature being right. Immutable. */
final class TokenClaims {
    private static final String ADMIN = "admin";
    private static final String ANALYST = "analyst";
    private static final Set<String> ROLES = Set.of(ADMIN, ANALYST);

    /** The end of the year 9999: all that is later is as good as that, and arithmetic with it stays within bounds. */
    private static final long LAST_SECOND = 253_402_300_799L;

    private final @Nullable String issuer;
    private final @Nullable String audience;
    private final Duration skew;
    private final int longestUser;
    private final Clock clock;

    TokenClaims(
            @Nullable String issuer, @Nullable String audience, Duration skew, int longestUser, Clock clock) {
        this.issuer = issuer;
        this.audience = audience;
        this.skew = skew;
        this.longestUser = longestUser;
        this.clock = clock;
    }

    /** Throws {@link Unauthenticated}, which names the claim that is wrong. */
    VerifiedToken check(Map<String, Object> claims) {
        Instant now = clock.instant();
        Instant exp = time("exp", claims.get("exp"));
        Instant nbf = time("nbf", claims.get("nbf"));
        if (exp == null) {
            throw Unauthenticated.badClaim("exp", "is missing");
        }
        if (!now.isBefore(exp.plus(skew))) {
            throw Unauthenticated.badClaim("exp", "has passed");
        }
        if (nbf != null && now.plus(skew).isBefore(nbf)) {
            throw Unauthenticated.badClaim("nbf", "is still to come");
        }
        if (issuer != null && !issuer.equals(claims.get("iss"))) {
            throw Unauthenticated.badClaim("iss", "is another's");
        }
        if (audience != null && !names(claims.get("aud"), audience)) {
            throw Unauthenticated.badClaim("aud", "names another service");
        }
        if (!(claims.get("sub") instanceof String user) || !UserId.isValid(user, longestUser)) {
            throw Unauthenticated.badClaim("sub", "is no id of a person");
        }
        if (claims.get("name") != null && !(claims.get("name") instanceof String)) {
            throw Unauthenticated.badClaim("name", "is no text");
        }
        Set<String> roles = texts("roles", claims.get("roles"));
        roles.retainAll(ROLES);
        Set<String> may = texts("may", claims.get("may"));
        return VerifiedToken.of(
                new Caller(user, roles.contains(ADMIN), roles.contains(ANALYST), may),
                roles,
                may,
                exp,
                skew,
                time("iat", claims.get("iat")));
    }

    private static @Nullable Instant time(String claim, @Nullable Object value) {
        return switch (value) {
            case null -> null;
            case Long seconds -> Instant.ofEpochSecond(Math.clamp(seconds, 0, LAST_SECOND));
            case Number seconds -> Instant.ofEpochMilli((long) Math.clamp(
                    seconds.doubleValue() * 1000, 0, LAST_SECOND * 1000.0));
            default -> throw Unauthenticated.badClaim(claim, "is no time");
        };
    }

    private static boolean names(@Nullable Object claim, String audience) {
        return audience.equals(claim) || claim instanceof List<?> several && several.contains(audience);
    }

    private static Set<String> texts(String claim, @Nullable Object value) {
        Set<String> texts = new HashSet<>();
        if (value == null) {
            return texts;
        }
        if (!(value instanceof Collection<?> items)) {
            throw Unauthenticated.badClaim(claim, "is no list");
        }
        for (Object item : items) {
            if (!(item instanceof String text)) {
                throw Unauthenticated.badClaim(claim, "is no list of texts");
            }
            texts.add(text);
        }
        return texts;
    }
}
