package io.ovation.demo;

import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class PaceTest {
    @ParameterizedTest
    @CsvSource({"4/s, 250", "30/m, 2000", "0.5/s, 2000", "max, 0"})
    void anEvenPaceCountsByTheSecondOrMinute(String text, long millis) {
        assertThat(Pace.Even.parse(text).before(Duration.ofHours(1))).isEqualTo(Duration.ofMillis(millis));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0/s", "-1/s", "4", "4/h", "fast", "1e9/s", "NaN/s", "0.000/m"})
    void anythingElseIsNoPace(String text) {
        assertThatThrownBy(() -> Pace.Even.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is no pace");
    }

    @Test
    void theTimesOfASourceAreScaledAndLongSilencesCut() {
        Pace pace = new Pace.AsItWas(2, Duration.ofSeconds(5));

        assertThat(pace.before(Duration.ofSeconds(3))).isEqualTo(Duration.ofMillis(1500));
        assertThat(pace.before(Duration.ofDays(400))).isEqualTo(Duration.ofSeconds(5));
        assertThat(new Pace.AsItWas(1e-6, Duration.ofSeconds(5)).before(Duration.ofDays(40_000)))
                .isEqualTo(Duration.ofSeconds(5));
    }
}
