package io.ovation.sse;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.ovation.ErrorCode;
import io.ovation.Rejection;
import io.ovation.limits.Cost;
import io.ovation.live.CombinedStream;
import io.ovation.live.CombinedStream.Watched;
import io.ovation.live.WireFrame;
import io.ovation.operation.Call;
import io.ovation.operation.Calls;
import io.ovation.operation.Checks;
import io.ovation.operation.Description;
import io.ovation.operation.Feature;
import io.ovation.operation.LiveStream;
import io.ovation.operation.Operation;
import io.ovation.operation.Problem;
import io.ovation.operation.Problems;
import io.ovation.operation.Repeated;
import io.ovation.operation.Routes;
import io.ovation.operation.Routes.Match;
import io.ovation.operation.StrictJson;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;

/**
 * Many watches as one SSE stream, for clients that have few connections: a browser has six for a host. Each watch is
 * opened as over RSocket, and costs what it costs there. Thread-safe: the routes are found once and then only read.
 */
@Component
final class CombinedFeature implements Feature {
    private static final String PATH = "/api/stream";
    private static final String WATCH = ".watch";
    private static final int MOST = 50;

    private final ObjectProvider<Feature> features;
    private final Calls calls;
    private final StrictJson json;
    private volatile @Nullable Routes<LiveStream<?>> routes;

    /** @param features all of them, this one too, so that they are asked for later */
    CombinedFeature(ObjectProvider<Feature> features, Calls calls, StrictJson json) {
        this.features = features;
        this.calls = calls;
        this.json = json;
    }

    /**
     * The fields of the query.
     *
     * @param watch routes of RSocket, of those that watch; people are named behind a colon
     * @param after one cursor for all, or the first watches' in their order and at last the one for all others
     */
    record Watching(@Repeated List<String> watch, @Repeated @Nullable List<String> after) {}

    /** The last frame of one watch. */
    record Last(String type, String watch, String code, String detail) {}

    /** There is no such route. */
    private static final class UnknownWatch extends Rejection {
        private static final long serialVersionUID = 1L;

        UnknownWatch() {
            super(ErrorCode.NOT_FOUND, "There is nothing to watch under this route");
        }
    }

    @Override
    public List<Operation<?>> operations() {
        return List.of();
    }

    @Override
    public List<Description> descriptions() {
        Description said = Description.of(
                PATH,
                "Up to 50 watches as one stream: each frame has its route as watch, and one cursor serves all. after"
                        + " may be given for each of the first watches, and last for all others");
        return List.of(new Description(PATH, said.summary(), said.answers(), said.refusals(), frames()));
    }

    /** What all watches tell. */
    private List<Class<? extends Record>> frames() {
        Set<Class<? extends Record>> frames = new LinkedHashSet<>();
        for (Feature feature : features) {
            if (feature != this) {
                feature.descriptions().stream()
                        .filter(description -> description.of().endsWith(WATCH))
                        .forEach(description -> frames.addAll(description.frames()));
            }
        }
        return List.copyOf(frames);
    }

    @Override
    public List<LiveStream<?>> streams() {
        return List.of(new LiveStream<>(PATH, null, Watching.class, Cost.ONE, this::watch));
    }

    private Flux<WireFrame> watch(Call<Watching> call) {
        List<String> names = call.body().watch();
        Checks checks = new Checks();
        if (names.isEmpty()) {
            checks.reject("watch", "must name at least one route");
        } else if (names.size() > MOST) {
            checks.reject("watch", "must name at most " + MOST + " routes");
        } else {
            Set<String> seen = new HashSet<>();
            for (int i = 0; i < names.size(); i++) {
                if (!seen.add(names.get(i))) {
                    checks.reject("watch[" + i + "]", "is named more than once");
                }
            }
        }
        List<String> given = call.body().after();
        List<String> after = given == null ? List.of() : given;
        if (after.size() > Math.max(1, names.size())) {
            checks.reject("after", "must not be given more often than watch");
        }
        checks.done();
        List<Watched> watches = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            String name = names.get(i);
            String own = after.isEmpty() ? null : CombinedStream.after(after.get(Math.min(i, after.size() - 1)));
            watches.add(new Watched(name, Flux.defer(() -> open(name, own, call))));
        }
        return CombinedStream.of(watches, after, this::last);
    }

    private Flux<WireFrame> open(String name, @Nullable String after, Call<?> call) {
        int colon = name.indexOf(':');
        String route = colon < 0 ? name : name.substring(0, colon);
        Match<LiveStream<?>> match = route.endsWith(WATCH) ? routes().match(route) : null;
        if (match == null) {
            throw new UnknownWatch();
        }
        Map<String, Object> fields = new LinkedHashMap<>();
        if (colon >= 0) {
            fields.put("users", List.of(name.substring(colon + 1).split(",", -1)));
        }
        if (after != null) {
            fields.put("after", after);
        }
        return open(match.target(), match.names(), json.write(fields), call);
    }

    private <B extends Record> Flux<WireFrame> open(
            LiveStream<B> stream, Map<String, String> names, byte[] fields, Call<?> call) {
        return calls.open(stream, new Call<>(call.standing(), names, json.read(fields, stream.body()), true));
    }

    private byte[] last(String name, Throwable reason) {
        Problem problem = Problems.of(reason);
        return json.write(new Last("error", name, problem.code(), problem.detail()));
    }

    private Routes<LiveStream<?>> routes() {
        Routes<LiveStream<?>> known = routes;
        if (known == null) {
            known = new Routes<>();
            for (Feature feature : features) {
                for (LiveStream<?> stream : feature.streams()) {
                    if (stream.route() != null) {
                        known.add(stream.route(), stream);
                    }
                }
            }
            routes = known;
        }
        return known;
    }
}
