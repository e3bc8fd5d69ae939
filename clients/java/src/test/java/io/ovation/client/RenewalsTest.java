package io.ovation.client;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;

import static org.assertj.core.api.Assertions.assertThat;

/** When new tokens are brought, and what becomes of it, in a time that passes at once. */
class RenewalsTest {
    private final VirtualTimeScheduler time = VirtualTimeScheduler.getOrSet();
    private final List<Duration> brought = new ArrayList<>();
    private final List<Throwable> ends = new ArrayList<>();
    private final Deque<RuntimeException> answers = new ArrayDeque<>();

    @AfterEach
    void reset() {
        VirtualTimeScheduler.reset();
    }

    @Test
    void aTokenIsRenewedAMinuteBeforeItExpiresOrAtFourFifthsOfAShortLife() {
        renewing(expiringAt("3600"), Mono.fromSupplier(() -> expiringIn(100)));
        time.advanceTimeBy(Duration.ofSeconds(3_620));

        assertThat(brought).containsExactly(Duration.ofSeconds(3_540), Duration.ofSeconds(3_620));
    }

    /** The year 9999, what overflows in milliseconds, and what is no long at all. */
    @ParameterizedTest
    @ValueSource(strings = {"253402300799", "9223372036854775807", "1e400", "99999999999999999999999"})
    void aTokenThatIsGoodForEverIsRenewedADayLater(String exp) {
        renewing(expiringAt(exp), Mono.just(expiringAt(exp)));
        time.advanceTimeBy(Duration.ofDays(2));

        assertThat(brought).containsExactly(Duration.ofMinutes(1_439), Duration.ofMinutes(2_878));
        assertThat(ends).isEmpty();
    }

    @Test
    void anAnswerThatSaysNotYetIsNoEnd() {
        answers.add(new RequestRejected("rate_limited", "Slowly", Duration.ofSeconds(5)));
        answers.add(new RequestRejected("unavailable", "Later", Duration.ZERO));
        renewing(expiringAt("100"), Mono.fromSupplier(() -> expiringIn(3_600)));
        time.advanceTimeBy(Duration.ofSeconds(100));

        assertThat(brought).hasSize(3);
        assertThat(brought.get(0)).isEqualTo(Duration.ofSeconds(80));
        assertThat(brought.get(1)).isBetween(Duration.ofSeconds(85), Duration.ofMillis(85_500));
        assertThat(brought.get(2)).as("while the old one counts").isLessThan(Duration.ofSeconds(100));
        assertThat(ends).isEmpty();
    }

    @Test
    void aTokenThatIsRefusedIsTheEnd() {
        answers.add(new RequestRejected("unauthenticated", "Expired", Duration.ZERO));
        renewing(expiringAt("100"), Mono.just("another"));
        time.advanceTimeBy(Duration.ofSeconds(100));

        assertThat(brought).hasSize(1);
        assertThat(ends).singleElement().satisfies(end -> assertThat(end).hasCauseInstanceOf(RequestRejected.class));
    }

    @Test
    void aSupplierThatFailsIsAskedAgainWhileTheOldTokenCounts() {
        int[] calls = {0};
        renewing(expiringAt("100"), Mono.fromSupplier(() -> {
            if (calls[0]++ == 0) {
                throw new IllegalStateException("Not now");
            }
            return expiringIn(3_600);
        }));
        time.advanceTimeBy(Duration.ofSeconds(100));

        assertThat(calls[0]).isEqualTo(2);
        assertThat(brought).hasSize(1);
        assertThat(ends).isEmpty();
    }

    @Test
    void aTokenThatDoesNotSayWhenItExpiresIsNotRenewed() {
        Disposable renewals = renewing("opaque", Mono.just("another"));
        time.advanceTimeBy(Duration.ofDays(400));

        assertThat(brought).isEmpty();
        assertThat(renewals.isDisposed()).isFalse();
    }

    private Disposable renewing(String first, Mono<String> tokens) {
        return new Renewals(tokens, this::refresh, new SchedulerClock(time), first)
                .run()
                .subscribe(nothing -> {}, ends::add);
    }

    private Mono<?> refresh(String token) {
        brought.add(Duration.ofMillis(time.now(TimeUnit.MILLISECONDS)));
        RuntimeException answer = answers.poll();
        return answer == null ? Mono.just("taken") : Mono.error(answer);
    }

    private String expiringIn(long seconds) {
        return expiringAt(String.valueOf(time.now(TimeUnit.SECONDS) + seconds));
    }

    private static String expiringAt(String exp) {
        byte[] claims = ("{\"exp\":" + exp + "}").getBytes(StandardCharsets.UTF_8);
        return "head." + Base64.getUrlEncoder().withoutPadding().encodeToString(claims) + ".";
    }

    /** The scheduler's time, which begins in 1970. */
    private static final class SchedulerClock extends Clock {
        private final VirtualTimeScheduler time;

        SchedulerClock(VirtualTimeScheduler time) {
            this.time = time;
        }

        @Override
        public Instant instant() {
            return Instant.ofEpochMilli(time.now(TimeUnit.MILLISECONDS));
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException();
        }
    }
}
