package io.ovation.rsocket;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.ovation.ValidationFailed;
import io.ovation.limits.Limits;
import io.ovation.operation.Calls;
import io.ovation.operation.Correlation;
import io.ovation.operation.Feature;
import io.ovation.operation.LiveStream;
import io.ovation.operation.Operation;
import io.ovation.operation.Problems;
import io.ovation.operation.Routes;
import io.ovation.operation.StrictJson;
import io.ovation.presence.Attendance;
import io.ovation.security.TokenVerifier;
import org.jspecify.annotations.Nullable;

/** What all sessions have in common: the routes of all features, and the means to serve them. */
final class Responder {
    private static final Pattern NAME = Pattern.compile("\\{(\\w+)}");

    private final Routes<Served<Operation<?>>> operations = new Routes<>();
    private final Routes<Served<LiveStream<?>>> streams = new Routes<>();
    private final Calls calls;
    private final StrictJson json;
    private final TokenVerifier verifier;
    private final Limits limits;
    private final Attendance attendance;
    private final LongSupplier clock;

    /**
     * Something that a feature serves.
     *
     * @param besides names of its HTTP path that its route lacks: fields of the data
     */
    record Served<F>(F feature, Set<String> besides) {}

    /**
     * @param clock milliseconds since 1970
     */
    Responder(
            List<Feature> features,
            Calls calls,
            StrictJson json,
            TokenVerifier verifier,
            Limits limits,
            Attendance attendance,
            LongSupplier clock) {
        this.calls = calls;
        this.json = json;
        this.verifier = verifier;
        this.limits = limits;
        this.attendance = attendance;
        this.clock = clock;
        for (Feature feature : features) {
            for (Operation<?> operation : feature.operations()) {
                String route = operation.route();
                if (route != null) {
                    operations.add(route, new Served<>(operation, besides(operation.path(), route)));
                }
            }
            for (LiveStream<?> stream : feature.streams()) {
                String route = stream.route();
                if (route != null) {
                    streams.add(route, new Served<>(stream, besides(stream.path(), route)));
                }
            }
        }
    }

    Routes.Match<Served<Operation<?>>> operation(String route) {
        Routes.Match<Served<Operation<?>>> match = operations.match(route);
        if (match == null) {
            throw new Session.UnknownRoute();
        }
        return match;
    }

    Routes.Match<Served<LiveStream<?>>> stream(String route) {
        Routes.Match<Served<LiveStream<?>>> match = streams.match(route);
        if (match == null) {
            throw new Session.UnknownRoute();
        }
        return match;
    }

    Calls calls() {
        return calls;
    }

    StrictJson json() {
        return json;
    }

    TokenVerifier verifier() {
        return verifier;
    }

    Attendance attendance() {
        return attendance;
    }

    Limits limits() {
        return limits;
    }

    int maxStreams() {
        return limits.streamsPerConnection();
    }

    long now() {
        return clock.getAsLong();
    }

    ProblemSignal problem(Throwable failure, String correlationId) {
        return new ProblemSignal(new String(json.write(Problems.of(failure, correlationId)), StandardCharsets.UTF_8));
    }

    /**
     * @param maxRequest bytes that a request may have
     */
    Refusals refusals(int maxRequest) {
        String tooLarge = problem(new TooLarge(maxRequest), Correlation.newId()).json();
        return new Refusals() {
            @Override
            public String tooLarge() {
                return tooLarge;
            }

            @Override
            public String broken(String fault) {
                return problem(new ValidationFailed("", fault), Correlation.newId())
                        .json();
            }
        };
    }

    private static Set<String> besides(@Nullable String path, String route) {
        Set<String> names = names(path == null ? "" : path);
        names.removeAll(names(route));
        return Set.copyOf(names);
    }

    private static Set<String> names(String pattern) {
        Set<String> names = new LinkedHashSet<>();
        Matcher matcher = NAME.matcher(pattern);
        while (matcher.find()) {
            names.add(matcher.group(1));
        }
        return names;
    }
}
