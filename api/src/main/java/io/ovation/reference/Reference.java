package io.ovation.reference;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.ovation.ErrorCode;
import io.ovation.operation.Description;
import io.ovation.operation.Feature;
import io.ovation.operation.LineStream;
import io.ovation.operation.LiveStream;
import io.ovation.operation.Operation;
import org.jspecify.annotations.Nullable;

/** The table of features with what is said of each entry. Immutable. */
final class Reference {
    private final List<Entry> entries = new ArrayList<>();
    private final List<String> undescribed = new ArrayList<>();
    private final Map<String, Description> unused = new HashMap<>();

    /** One entry of the table. */
    sealed interface Entry {
        Description description();

        @Nullable
        String path();

        @Nullable
        String route();

        Class<? extends Record> body();

        /** A request that is answered, or not waited for. */
        record Asked(Operation<?> operation, Description description) implements Entry {
            @Override
            public @Nullable String path() {
                return operation.path();
            }

            @Override
            public @Nullable String route() {
                return operation.route();
            }

            @Override
            public Class<? extends Record> body() {
                return operation.body();
            }
        }

        /** A live stream. */
        record Watched(LiveStream<?> stream, Description description) implements Entry {
            @Override
            public @Nullable String path() {
                return stream.path();
            }

            @Override
            public @Nullable String route() {
                return stream.route();
            }

            @Override
            public Class<? extends Record> body() {
                return stream.body();
            }
        }

        /** An answer of lines. */
        record Listed(LineStream<?> lines, Description description) implements Entry {
            @Override
            public String path() {
                return lines.path();
            }

            @Override
            public @Nullable String route() {
                return null;
            }

            @Override
            public Class<? extends Record> body() {
                return lines.body();
            }
        }

        /** What RSocket's edge answers itself. */
        record BuiltIn(String route, Class<? extends Record> body, Description description) implements Entry {
            @Override
            public @Nullable String path() {
                return null;
            }
        }
    }

    /** The fields of a new token for a connection. */
    record Refresh(String token) {}

    private static final Entry REFRESH = new Entry.BuiltIn(
            "session.refresh",
            Refresh.class,
            Description.of("session.refresh", "Goes on with a newer token of the same user")
                    .done()
                    .refuses(ErrorCode.FORBIDDEN));

    Reference(List<Feature> features) {
        entries.add(REFRESH);
        for (Feature feature : features) {
            feature.descriptions().forEach(each -> unused.put(each.of(), each));
            feature.operations().forEach(each -> entries.add(new Entry.Asked(each, said(each.route(), each.path()))));
            feature.streams().forEach(each -> entries.add(new Entry.Watched(each, said(each.route(), each.path()))));
            feature.lines().forEach(each -> entries.add(new Entry.Listed(each, said(null, each.path()))));
        }
        entries.sort(Comparator.comparing(each -> String.valueOf(each.path())));
    }

    /** What has no description is shown with its name: it must not keep the server from starting. */
    private Description said(@Nullable String route, @Nullable String path) {
        String key = route == null ? String.valueOf(path) : route;
        Description said = unused.remove(key);
        if (said == null) {
            undescribed.add(key);
            return Description.of(key, key);
        }
        return said;
    }

    List<Entry> entries() {
        return List.copyOf(entries);
    }

    /** Operations and streams without a description, by route or else by path. */
    List<String> undescribed() {
        return List.copyOf(undescribed);
    }

    /** Descriptions of what is not there. */
    List<String> ofNothing() {
        return List.copyOf(unused.keySet());
    }
}
