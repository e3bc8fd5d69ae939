package io.ovation.limits;

import java.util.Collection;
import java.util.function.Function;
import java.util.function.ToIntFunction;

import org.jspecify.annotations.Nullable;

/**
 * What one request costs its user, in units of their allowance. A unit is about what it costs the server to find one
 * document; what a request writes, or makes others read, weighs more. Immutable.
 *
 * @param message whether it is a message, an edit of one or a comment, which has a rate of its own besides
 * @param units how many units a request with these fields costs, at least 1
 */
public record Cost<B>(boolean message, ToIntFunction<? super B> units) {
    /** A question that is answered by one document, or a signal that is stored nowhere. */
    public static final Cost<Object> ONE = of(1);

    /** A command that records one event. */
    public static final Cost<Object> COMMAND = of(2);

    /** A new token: its signature is verified. */
    public static final Cost<Object> REFRESH = of(2);

    /** A live stream: what was missed is read, and then every frame of it is written. */
    public static final Cost<Object> STREAM = of(2);

    /** A message, its edit, or a comment. */
    public static final Cost<Object> MESSAGE = new Cost<>(true, body -> 1);

    /** Documents that one unit reads in a row. */
    private static final int PAGE = 50;

    /** The same for every request. */
    public static Cost<Object> of(int units) {
        return new Cost<>(false, body -> units);
    }

    /** A page: one unit, and one more for each 50 that it may have. */
    public static <B> Cost<B> page(Function<B, @Nullable Long> limit) {
        return new Cost<>(false, body -> {
            Long asked = limit.apply(body);
            // what is too large or too small is refused or cut by the feature
            return 1 + (asked == null ? PAGE : (int) Math.clamp(asked, 1, 4 * PAGE) + PAGE - 1) / PAGE;
        });
    }

    /**
     * Something that names people, each of whom has to be written or read.
     *
     * @param base what it costs with nobody named
     * @param peopleOfUnit how many people cost one unit more
     */
    public static <B> Cost<B> people(
            int base, int peopleOfUnit, Function<B, ? extends @Nullable Collection<String>> people) {
        return new Cost<>(false, body -> {
            Collection<String> named = people.apply(body);
            return base + (named == null ? 0 : named.size() / peopleOfUnit);
        });
    }

    int of(B body) {
        return Math.max(1, units.applyAsInt(body));
    }
}
