package io.ovation.limits;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Map;

import io.github.bucket4j.TimeMeter;
import io.ovation.Caller;
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

    @Test
    void aUserSendsABurstAndThenAtARate() {
        Limits limits = new Limits(settings(Map.of()), clock);

        for (int i = 0; i < 60; i++) {
            limits.send(ANN);
        }
        assertThatExceptionOfType(RateLimited.class)
                .isThrownBy(() -> limits.send(ANN))
                .satisfies(limited -> assertThat(limited.retryAfter()).isEqualTo(1));
        limits.send(new Caller("bob", false));

        clock.move(Duration.ofSeconds(1));
        for (int i = 0; i < 20; i++) {
            limits.send(ANN);
        }
        assertThatExceptionOfType(RateLimited.class).isThrownBy(() -> limits.send(ANN));
    }

    @Test
    void whoIsAskedToWaitIsToldHowLong() {
        Limits limits = new Limits(
                settings(Map.of("ovation.limits.sends-per-second", "1", "ovation.limits.send-burst", "1")), clock);

        limits.send(ANN);
        clock.move(Duration.ofMillis(1));

        assertThatExceptionOfType(RateLimited.class)
                .isThrownBy(() -> limits.send(ANN))
                .satisfies(limited -> assertThat(limited.retryAfter()).isEqualTo(1));
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
                limits.send(ANN);
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
