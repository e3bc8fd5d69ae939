package io.ovation.limits;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
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
        assertThat(refusal.retryAfter()).as("15 units later").isEqualTo(2);
        assertThat(limits.draw(ANN, Cost.of(10), "")).as("what is refused costs a tenth").isNull();
        assertThat(limits.draw(ANN, Cost.ONE, "")).isNotNull();
        assertThat(limits.draw(new Caller("bob", false), Cost.ONE, "")).as("another's").isNull();

        clock.move(Duration.ofMillis(100));
        assertThat(limits.draw(ANN, Cost.ONE, "")).isNull();
    }

    @Test
    void whoHasUsedUpTheAllowanceIsRefusedBeforeTheRequestIsRead() {
        Limits limits = new Limits(
                settings(Map.of("ovation.limits.units-per-second", "10", "ovation.limits.unit-burst", "100")), clock);

        for (int i = 0; i < 99; i++) {
            assertThat(limits.spent(ANN)).isNull();
            limits.drawUnreadable(ANN);
        }
        assertThat(limits.draw(ANN, Cost.of(50), "")).as("one unit is left").isNotNull();
        assertThat(limits.spent(ANN)).as("it went for reading what was refused").isNotNull();
        assertThat(limits.spent(new Caller("bob", false))).isNull();
        clock.move(Duration.ofMillis(100));
        assertThat(limits.spent(ANN)).isNull();

        clock.move(Duration.ofMinutes(1));
        for (int i = 0; i < 160; i++) {
            RateLimited refused = send(limits, ANN);
            assertThat(refused == null).as("message %s", i).isEqualTo(i < 60);
        }
        assertThat(limits.spent(ANN)).as("messages that are refused are read, too").isNotNull();
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

    /** So long after its start that nobody is taken for one who comes back from before it. */
    private Limits started(Map<String, String> given) {
        Limits limits = new Limits(settings(given), clock);
        clock.move(Duration.ofMinutes(2));
        return limits;
    }

    private static InetAddress address(String text) {
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }

    @Test
    void anAddressConnectsAtARate() {
        Limits limits = started(Map.of());
        InetAddress one = address("192.0.2.1");

        for (int i = 0; i < 50; i++) {
            limits.connect(one, null);
        }
        assertThatExceptionOfType(RateLimited.class).isThrownBy(() -> limits.connect(one, null));
        assertThatExceptionOfType(RateLimited.class).isThrownBy(() -> limits.connect(one, "stranger"));
        limits.connect(address("192.0.2.2"), null);
    }

    @Test
    void theAddressesOfOneIpv6NetworkCountAsOne() {
        Limits limits = started(Map.of("ovation.limits.connects-per-second", "1"));

        limits.connect(address("2001:db8::1"), null);
        assertThatExceptionOfType(RateLimited.class)
                .isThrownBy(() -> limits.connect(address("2001:db8::ffff:1"), null));
        limits.connect(address("2001:db8:0:1::1"), null);
    }

    @Test
    void whoWasConnectedAMomentAgoIsNotHeldByTheRateOfTheAddress() {
        Limits limits = started(Map.of("ovation.limits.connects-per-second", "1"));
        InetAddress office = address("192.0.2.1");
        limits.connect(office, "ann").leave();
        clock.move(Duration.ofSeconds(1));
        limits.connect(office, null);

        assertThatExceptionOfType(RateLimited.class).isThrownBy(() -> limits.connect(office, "bob"));
        for (int i = 0; i < 50; i++) {
            limits.connect(office, "ann").leave();
        }
        assertThatExceptionOfType(RateLimited.class).isThrownBy(() -> limits.connect(office, "ann"));
    }

    @Test
    void whoComesBackMoreOftenThanThatOpensAsAnybodyOfTheAddress() {
        Limits limits = new Limits(settings(Map.of()), clock);
        for (int i = 0; i < 50; i++) {
            limits.connect(address("192.0.2.1"), "ann").leave();
        }

        for (int i = 0; i < 50; i++) {
            limits.connect(address("192.0.2.2"), "ann").leave();
        }
        assertThatExceptionOfType(RateLimited.class)
                .isThrownBy(() -> limits.connect(address("192.0.2.2"), "ann"));
        limits.connect(address("192.0.2.3"), "ann");
    }

    @Test
    void afterAStartEverybodyOfAnOfficeComesBackAtOnce() {
        Limits limits = new Limits(settings(Map.of()), clock);
        InetAddress office = address("192.0.2.1");

        for (int i = 0; i < 200; i++) {
            limits.connect(office, "user" + i);
        }
        for (int i = 0; i < 50; i++) {
            limits.connect(office, null);
        }
        assertThatExceptionOfType(RateLimited.class).isThrownBy(() -> limits.connect(office, null));
    }

    @Test
    void aUserHasFiftyConnectionsOpenAtOnceOverAllAddresses() {
        Limits limits = started(Map.of());
        List<Seat> seats = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            seats.add(i % 2 == 0 ? limits.connect(address("192.0.2." + i), "ann") : limits.sit("ann"));
        }

        assertThatExceptionOfType(RateLimited.class).isThrownBy(() -> limits.sit("ann"));
        limits.sit("bob");
        seats.getFirst().leave();
        seats.getFirst().leave();
        limits.sit("ann");
        assertThatExceptionOfType(RateLimited.class).isThrownBy(() -> limits.sit("ann"));
    }

    @Test
    void anAddressHasAThousandConnectionsOpenAtOnce() {
        Limits limits = started(Map.of("ovation.limits.connects-per-second", "5000"));
        InetAddress one = address("192.0.2.1");
        Seat first = limits.connect(one, "ann");
        for (int i = 1; i < 1_000; i++) {
            limits.connect(one, i % 2 == 0 ? null : "user" + i);
        }

        assertThatExceptionOfType(RateLimited.class).isThrownBy(() -> limits.connect(one, null));
        first.leave();
        limits.connect(one, null);
    }

    @Test
    void aConnectionThatIsRefusedForItsUserTakesNoPlaceOfItsAddress() {
        Limits limits = started(Map.of("ovation.limits.open-per-user", "1", "ovation.limits.open-per-address", "2"));
        InetAddress one = address("192.0.2.1");
        limits.sit("ann");

        assertThatExceptionOfType(RateLimited.class).isThrownBy(() -> limits.connect(one, "ann"));
        limits.connect(one, null);
        limits.connect(one, null);
    }

    @Test
    void aUserHasSoManyRequestsUnderWay() {
        Limits limits = new Limits(settings(Map.of("ovation.limits.requests-at-once", "2")), clock);
        Caller bob = new Caller("bob", false);

        assertThat(limits.begin(ANN)).isNull();
        assertThat(limits.begin(ANN)).isNull();
        assertThat(limits.begin(ANN)).isNotNull();
        assertThat(limits.begin(bob)).isNull();
        limits.end(ANN);
        assertThat(limits.begin(ANN)).isNull();
    }

    @Test
    void nothingIsCountedWhenTheyAreOff() {
        Limits limits = new Limits(settings(Map.of("ovation.limits.enabled", "false")), clock);

        assertThatNoException().isThrownBy(() -> {
            for (int i = 0; i < 1_000; i++) {
                assertThat(send(limits, ANN)).isNull();
                limits.connect(InetAddress.getLoopbackAddress(), "ann");
                assertThat(limits.begin(ANN)).isNull();
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
