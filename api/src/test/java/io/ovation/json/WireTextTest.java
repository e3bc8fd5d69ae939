package io.ovation.json;

import java.nio.charset.StandardCharsets;
import java.time.Instant;

import io.ovation.operation.StrictJson;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class WireTextTest {
    private record Said(String text, Instant at) {}

    private static String json(String text, String at) {
        return new String(new StrictJson().write(new Said(text, Instant.parse(at))), StandardCharsets.UTF_8);
    }

    @Test
    void aTimeHasThreeDigitsOfFraction() {
        assertThat(json("", "2026-07-01T12:00:00Z")).contains("\"at\":\"2026-07-01T12:00:00.000Z\"");
        assertThat(json("", "2026-07-01T12:00:00.1Z")).contains("\"at\":\"2026-07-01T12:00:00.100Z\"");
        assertThat(json("", "2026-07-01T12:00:00.123456Z")).contains("\"at\":\"2026-07-01T12:00:00.123Z\"");
    }

    @Test
    void whatEndsALineForSomeIsEscaped() {
        assertThat(json("a\u2028b\u2029c\u0085d\u00e9\"\n", "2026-07-01T12:00:00Z"))
                .contains("\"text\":\"a\\u2028b\\u2029c\\u0085d\u00e9\\\"\\n\"");
    }
}
