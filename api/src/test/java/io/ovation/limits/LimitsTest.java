package io.ovation.limits;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.github.bucket4j.TimeMeter;
import io.ovation.Caller;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

class LimitsTest {
    private static final Caller ANN = new Caller("ann", false);

    private final Hand clock = new Hand();

    private static final class Hand implements TimeMeter {
        private long nanos;

        void move(Duration by) {
            nanos += by.toNanos();
        }

        @Override
        public long currentTimeNanos() {
            return nanos;
        }

        @Override
        public boolean isWallClockBased() {
            return false;
        }
    }

    private static LimitSettings settings(Map<String, String> given) {
        return new Binder(new MapConfigurationPropertySource(given))
                .bindOrCreate("ovation.limits", LimitSettings.class);
    }

    private static @Nullable RateLimited send(Limits limits, Caller by) {
        return limits.draw(by, Cost.MESSAGE, "");
    }

    @Test
    void aUserSendsABurstAndThenAtARate() {
        Limits limits = new Limits(settings(Map.of()), clock);

        for (int i = 0; i < 60; i++) {
            assertThat(send(limits, ANN)).isNull();
        }
        assertThat(send(limits, ANN))
                .extracting(refusal -> refusal == null ? 0 : refusal.retryAfter())
                .isEqualTo(1);
        assertThat(send(limits, new Caller("bob", false))).isNull();

        clock.move(Duration.ofSeconds(1));
        for (int i = 0; i < 20; i++) {
            assertThat(send(limits, ANN)).isNull();
        }
        assertThat(send(limits, ANN)).isNotNull();
    }

    @Test
    void whoIsAskedToWaitIsToldHowLong() {
        Limits limits = new Limits(
                settings(Map.of("ovation.limits.sends-per-second", "1", "ovation.limits.send-burst", "1")), clock);

        assertThat(send(limits, ANN)).isNull();
        clock.move(Duration.ofMillis(1));

        assertThat(send(limits, ANN))
                .extracting(refusal -> refusal == null ? 0 : refusal.retryAfter())
                .isEqualTo(1);
    }

    @Test
    void everyRequestDrawsOnOneAllowanceByWhatItCosts() {
        Limits limits = new Limits(
                settings(Map.of("ovation.limits.units-per-second", "10", "ovation.limits.unit-burst", "100")), clock);
        Cost<List<String>> opening = Cost.people(5, 5, members -> members);

        assertThat(limits.draw(ANN, opening, Collections.nCopies(400, "x"))).as("85 units").isNull();
        assertThat(limits.draw(ANN, Cost.COMMAND, "")).as("87").isNull();
        assertThat(send(limits, ANN)).as("88").isNull();
        RateLimited refusal = limits.draw(ANN, opening, Collections.nCopies(100, "x"));
        assertThat(refusal).as("25 more").isNotNull();
        assertThat(refusal.retryAfter()).as("13 units later").isEqualTo(2);
        assertThat(limits.draw(ANN, Cost.of(12), "")).as("what is refused costs nothing").isNull();
        assertThat(limits.draw(ANN, Cost.ONE, "")).isNotNull();
        assertThat(limits.draw(new Caller("bob", false), Cost.ONE, "")).as("another's").isNull();

        clock.move(Duration.ofMillis(100));
        assertThat(limits.draw(ANN, Cost.ONE, "")).isNull();
    }

    @Test
    void whatCostsMoreThanAWholeAllowanceCostsAllOfIt() {
        Limits limits = new Limits(settings(Map.of("ovation.limits.unit-burst", "100")), clock);

        assertThat(limits.draw(ANN, Cost.of(100_000), "")).isNull();
        assertThat(limits.draw(ANN, Cost.ONE, "")).isNotNull();
        clock.move(Duration.ofSeconds(1));
        assertThat(limits.draw(ANN, Cost.of(100_000), "")).isNull();
    }

    @Test
    void aPageCostsByHowMuchItMayHave() {
        Cost<Optional<Long>> page = Cost.page(limit -> limit.orElse(null));

        assertThat(page.of(Optional.empty())).isEqualTo(2);
        assertThat(page.of(Optional.of(1L))).isEqualTo(2);
        assertThat(page.of(Optional.of(200L))).isEqualTo(5);
        assertThat(page.of(Optional.of(Long.MAX_VALUE))).isEqualTo(5);
        assertThat(page.of(Optional.of(-1L))).isEqualTo(2);
    }

    @Test
    void anAddressConnectsAtARate() throws UnknownHostException {
        Limits limits = new Limits(settings(Map.of()), clock);
        InetAddress one = InetAddress.getByName("192.0.2.1");

        for (int i = 0; i < 50; i++) {
            limits.connect(one);
        }
        assertThatExceptionOfType(RateLimited.class).isThrownBy(() -> limits.connect(one));
        limits.connect(InetAddress.getByName("192.0.2.2"));
    }

    @Test
    void theAddressesOfOneIpv6NetworkCountAsOne() throws UnknownHostException {
        Limits limits = new Limits(settings(Map.of("ovation.limits.connects-per-second", "1")), clock);

        limits.connect(InetAddress.getByName("2001:db8::1"));
        assertThatExceptionOfType(RateLimited.class)
                .isThrownBy(() -> limits.connect(InetAddress.getByName("2001:db8::ffff:1")));
        limits.connect(InetAddress.getByName("2001:db8:0:1::1"));
    }

    @Test
    void nothingIsCountedWhenTheyAreOff() {
        Limits limits = new Limits(settings(Map.of("ovation.limits.enabled", "false")), clock);

        assertThatNoException().isThrownBy(() -> {
            for (int i = 0; i < 1_000; i++) {
                assertThat(send(limits, ANN)).isNull();
                limits.connect(InetAddress.getLoopbackAddress());
            }
        });
        assertThat(limits.streamsPerConnection()).isEqualTo(Integer.MAX_VALUE);
        assertThat(new Limits(settings(Map.of()), clock).streamsPerConnection()).isEqualTo(256);
    }

    @Test
    void aLimitThatIsNoneIsRefused() {
        assertThatExceptionOfType(BindException.class)
                .isThrownBy(() -> settings(Map.of("ovation.limits.send-burst", "0")))
                .withRootCauseInstanceOf(IllegalArgumentException.class);
    }
}
