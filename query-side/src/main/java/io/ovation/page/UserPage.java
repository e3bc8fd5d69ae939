package io.ovation.page;

import java.util.Comparator;
import java.util.List;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

/**
 * A page of what there is one of for each user, in the order of users. Immutable.
 *
 * @param next the user to go on after; null where there are no more
 */
public record UserPage<V>(List<V> shown, @Nullable String next) {
    /**
     * The page after a user.
     *
     * @param after null for the first one
     */
    public static <V> UserPage<V> of(List<V> all, Function<V, String> user, @Nullable String after, int limit) {
        List<V> rest = all.stream()
                .filter(each -> after == null || user.apply(each).compareTo(after) > 0)
                .sorted(Comparator.comparing(user))
                .limit(limit + 1L)
                .toList();
        if (rest.size() <= limit) {
            return new UserPage<>(rest, null);
        }
        List<V> shown = rest.subList(0, limit);
        return new UserPage<>(shown, user.apply(shown.getLast()));
    }
}
