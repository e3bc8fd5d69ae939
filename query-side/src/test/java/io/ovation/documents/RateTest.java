package io.ovation.documents;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class RateTest {
    private final AtomicLong nanos = new AtomicLong(TimeUnit.DAYS.toNanos(20));
    private final Rate rate = new Rate(nanos::get);

    @Test
    void whatWasThereWhenItBeganIsNotCounted() {
        assertThat(rate.perSecond()).isZero();
        rate.at(1_000_000);
        assertThat(rate.perSecond()).isZero();
        second();
        rate.at(1_000_100);
        assertThat(rate.perSecond()).isEqualTo(100);
        for (int i = 1; i <= 20; i++) {
            second();
            rate.at(1_000_100 + 7 * i);
        }
        assertThat(rate.perSecond()).isEqualTo(7);
    }

    private void second() {
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(1));
    }
}
