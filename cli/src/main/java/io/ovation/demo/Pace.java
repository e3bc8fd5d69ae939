package io.ovation.demo;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** When the next line is due. */
public sealed interface Pace {
    /** The pause before a line, counted from when the line before it was due. */
    Duration before(Duration pauseInSource);

    /** As many lines a second, whatever the source says; each waits for the one before it to be acknowledged. */
    record Even(Duration interval) implements Pace {
        private static final Pattern RATE = Pattern.compile("(?<count>\\d{1,6}(?:\\.\\d{1,3})?)/(?<unit>[sm])");

        /**
         * Reads {@code 4/s}, {@code 30/m} or {@code max}. Throws {@link IllegalArgumentException}, with a message for
         * people, for anything else.
         */
        public static Even parse(String text) {
            if (text.equals("max")) {
                return new Even(Duration.ZERO);
            }
            Matcher rate = RATE.matcher(text);
            double count = rate.matches() ? Double.parseDouble(rate.group("count")) : 0;
            if (count <= 0) {
                throw new IllegalArgumentException("'" + text + "' is no pace: 4/s, 30/m or max");
            }
            double seconds = rate.group("unit").equals("m") ? 60 : 1;
            return new Even(Duration.ofNanos(Math.round(seconds / count * 1e9)));
        }

        @Override
        public Duration before(Duration pauseInSource) {
            return interval;
        }
    }

    /**
     * The times of the source.
     *
     * @param speed how many times as fast
     * @param longest no silence is longer
     */
    record AsItWas(double speed, Duration longest) implements Pace {
        @Override
        public Duration before(Duration pauseInSource) {
            double nanos = pauseInSource.toMillis() * 1e6 / speed;
            return nanos >= longest.toNanos() ? longest : Duration.ofNanos(Math.round(nanos));
        }
    }
}
