package io.ovation.client;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Brings new tokens to one connection, each before the one that counts expires. To be run once; its signals are serial,
 * so that volatile is enough.
 */
final class Renewals {
    /** So long before a token expires the next one is asked for; of a short-lived one, at four fifths of its time. */
    private static final Duration AHEAD = Duration.ofMinutes(1);

    private static final Duration SOONEST = Duration.ofSeconds(1);

    /** A timer that is set to the year 9999 overflows, so a token is taken to be good for a day at most. */
    private static final Duration FURTHEST = Duration.ofDays(1);

    /** How long a supplier and the server together may take. A wait without end would be the last renewal. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final JsonMapper json = new JsonMapper();
    private final Mono<String> tokens;
    private final Function<String, Mono<?>> refresh;
    private final Clock clock;
    private final Backoff failures = new Backoff();
    private volatile String counting;

    /**
     * @param refresh sends a token to the server, and fails with {@link RequestRejected} where that does not take it
     * @param first the token that the connection was set up with
     */
    Renewals(Mono<String> tokens, Function<String, Mono<?>> refresh, Clock clock, String first) {
        this.tokens = tokens;
        this.refresh = refresh;
        this.clock = clock;
        this.counting = first;
    }

    /** Goes on until it is cancelled, or until the server has refused a token for good: that is its error. */
    Mono<Void> run() {
        return Mono.defer(() -> {
                    Duration due = due();
                    return due == null ? Mono.<Void>never() : Mono.delay(due).then(renewed());
                })
                .repeat()
                .then();
    }

    private Mono<Void> renewed() {
        return tokens.flatMap(token -> refresh.apply(token)
                        .doOnSuccess(answer -> {
                            counting = token;
                            failures.forget();
                        })
                        .onErrorMap(Renewals::isForGood, Refused::new))
                .timeout(PATIENCE)
                // the old token still counts; when it does no more, the server ends the connection
                .retryWhen(Retry.from(all -> all.concatMap(signal -> pauseAfter(signal.failure()))))
                .then();
    }

    private Mono<Long> pauseAfter(Throwable failure) {
        return switch (failure) {
            case Refused refused -> Mono.error(refused);
            case RequestRejected busy -> Mono.delay(failures.next(busy.retryAfter()));
            default -> Mono.delay(failures.next());
        };
    }

    private static boolean isForGood(Throwable failure) {
        return failure instanceof RequestRejected rejected && !rejected.isPassing();
    }

    /** When the next token is due; null where the one that counts does not say how long it does. */
    private @Nullable Duration due() {
        Duration left = left(counting);
        if (left == null) {
            return null;
        }
        if (left.isNegative()) {
            // the server has just taken it, so the clock here is wrong and can't tell when it expires
            return AHEAD;
        }
        Duration fifth = left.dividedBy(5);
        Duration due = left.minus(fifth.compareTo(AHEAD) < 0 ? fifth : AHEAD);
        return due.compareTo(SOONEST) < 0 ? SOONEST : due;
    }

    /** How long a token is good for, by its own word; null where it does not say. */
    private @Nullable Duration left(String jwt) {
        String[] parts = jwt.split("\\.", -1);
        if (parts.length < 2) {
            return null;
        }
        try {
            byte[] claims = Base64.getUrlDecoder().decode(parts[1]);
            JsonNode exp = json.readTree(new String(claims, StandardCharsets.UTF_8)).path("exp");
            if (!exp.isNumber()) {
                return null;
            }
            // as a double, which has room for the product of any exp
            double millis = exp.doubleValue() * 1_000 - clock.millis();
            return Duration.ofMillis((long) Math.min(millis, FURTHEST.toMillis()));
        } catch (IllegalArgumentException | JacksonException e) {
            // no JWT: the server says what it is worth
            return null;
        }
    }

    /** The server does not take a token, now or later. */
    private static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Refused(Throwable cause) {
            super("The server refused the new token", cause, false, false);
        }
    }
}
