package io.ovation.replay;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

import io.ovation.Caller;
import io.ovation.limits.Cost;
import io.ovation.live.Signals;
import io.ovation.live.Watches;
import io.ovation.live.WireFrame;
import io.ovation.operation.Call;
import io.ovation.operation.Checks;
import io.ovation.operation.Feature;
import io.ovation.operation.Gateways;
import io.ovation.operation.LineStream;
import io.ovation.operation.LineStream.Lines;
import io.ovation.operation.LiveStream;
import io.ovation.operation.Operation;
import io.ovation.replay.ReplayQuery.EventLine;
import io.ovation.replay.ReplayQuery.EventPage;
import io.ovation.replay.ReplayQuery.FindEvents;
import io.ovation.replay.ReplayQuery.FindLogRange;
import io.ovation.replay.ReplayQuery.LogRange;
import io.ovation.replay.ReplayRejection.AnalystsOnly;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/**
 * The log, for analysts: one query, as lines over HTTP, as SSE and over RSocket. Every reading is recorded in the log
 * itself before its first event leaves, and again before its end is told.
 */
@Component
final class ReplayFeature implements Feature {
    /** The positions between which the answer lies, so that a client can tell how far it is. */
    static final String AFTER = "X-Log-After";

    static final String END = "X-Log-End";

    private static final int TRIES = 5;
    private static final Duration BEFORE_NEXT_TRY = Duration.ofMillis(100);

    /** The log is read in bulk, and the reading is recorded in it. */
    private static final Cost<Object> READING = Cost.of(5);

    private final Gateways gateways;
    private final Watches watches;
    private final Clock clock;

    ReplayFeature(Gateways gateways, Watches watches, Clock clock) {
        this.gateways = gateways;
        this.watches = watches;
        this.clock = clock;
    }

    /** The fields of a list of events. */
    record Listing(
            @Nullable String after,
            @Nullable String from,
            @Nullable String to,
            @Nullable List<String> types,
            @Nullable String aggregate,
            @Nullable Long limit) {
        Listing {
            types = Wanted.simpleNames(types);
        }
    }

    /** The fields of a live stream of events; {@code after} is the cursor, which is a position. */
    record Following(
            @Nullable String after,
            @Nullable String from,
            @Nullable String to,
            @Nullable List<String> types,
            @Nullable String aggregate,
            @Nullable Long limit) {
        Following {
            types = Wanted.simpleNames(types);
        }
    }

    /** The fields of a replay over RSocket; {@code after} is a whole number, or an empty text for none. */
    record Replay(
            @Nullable Object after,
            @Nullable String from,
            @Nullable String to,
            @Nullable List<String> types,
            @Nullable String aggregate,
            @Nullable Long limit,
            @Nullable Boolean follow) {}

    @Override
    public List<Operation<?>> operations() {
        return List.of();
    }

    @Override
    public List<LiveStream<?>> streams() {
        return List.of(
                new LiveStream<>("/api/events/stream", null, Following.class, READING,
                        call -> guarded(call, follow(call))),
                new LiveStream<>(null, "events.replay", Replay.class, READING, call -> guarded(call, replay(call))));
    }

    @Override
    public List<LineStream<?>> lines() {
        return List.of(new LineStream<>("/api/events", Listing.class, READING, this::list));
    }

    private Mono<Lines> list(Call<Listing> call) {
        byAnalyst(call.caller());
        Listing body = call.body();
        Checks checks = new Checks();
        Long after = Wanted.after(checks, body.after());
        Wanted wanted = Wanted.of(checks, body.from(), body.to(), body.types(), body.aggregate(), body.limit());
        checks.done();
        return range(wanted, after, call.caller()).map(range -> {
            Access access = new Access(wanted, false, range.after(), call.caller(), now());
            Flux<byte[]> chunks = pages(wanted, range.after(), range.end(), call.caller())
                    .map(page -> {
                        access.gave(page.lines().size(), page.lines().getLast().position());
                        return chunk(page.lines());
                    });
            return new Lines(
                    Map.of(AFTER, Long.toString(range.after()), END, Long.toString(range.end())),
                    recorded(access, chunks));
        });
    }

    private Flux<WireFrame> follow(Call<Following> call) {
        byAnalyst(call.caller());
        Following body = call.body();
        Checks checks = new Checks();
        Wanted wanted = Wanted.of(checks, body.from(), body.to(), body.types(), body.aggregate(), body.limit());
        checks.done();
        if (body.after() == null || body.after().isEmpty()) {
            return range(wanted, null, call.caller())
                    .flatMapMany(range ->
                            live(wanted, body.from() == null ? range.head() : range.after(), false, call.caller()));
        }
        OptionalLong after = position(body.after());
        return after.isEmpty()
                ? range(wanted, null, call.caller())
                        .flatMapMany(range -> live(wanted, range.head(), true, call.caller()))
                : resume(wanted, after.getAsLong(), call.caller());
    }

    private Flux<WireFrame> replay(Call<Replay> call) {
        byAnalyst(call.caller());
        Replay body = call.body();
        Checks checks = new Checks();
        Long after = Wanted.after(checks, body.after());
        Wanted wanted = Wanted.of(checks, body.from(), body.to(), body.types(), body.aggregate(), body.limit());
        checks.done();
        if (Boolean.TRUE.equals(body.follow())) {
            return resume(wanted, after, call.caller());
        }
        return range(wanted, after, call.caller()).flatMapMany(range -> {
            Access access = new Access(wanted, false, range.after(), call.caller(), now());
            return recorded(access, frames(access, pages(wanted, range.after(), range.end(), call.caller())));
        });
    }

    /** Ends when the client's token is another that does not name the role. */
    private static Flux<WireFrame> guarded(Call<?> call, Flux<WireFrame> told) {
        return told.takeUntilOther(call.standing().unless(Caller::mayReadEvents, AnalystsOnly::new));
    }

    /** From a position on, and then live; a position that the log has not reached is none of this log's. */
    private Flux<WireFrame> resume(Wanted wanted, @Nullable Long after, Caller by) {
        return range(wanted, after, by).flatMapMany(range -> {
            boolean beyond = after != null && after > range.head();
            return live(wanted, beyond ? range.head() : range.after(), beyond, by);
        });
    }

    private Flux<WireFrame> live(Wanted wanted, long after, boolean reset, Caller by) {
        Access access = new Access(wanted, true, after, by, now());
        WireFrame start = Signals.start(Long.toString(Math.max(after, 0)));
        Flux<WireFrame> told = frames(access, pages(wanted, after, null, by)).takeUntilOther(watches.draining());
        return Flux.concat(
                reset ? Flux.just(start, Signals.reset()) : Flux.just(start),
                recorded(access, told),
                watches.farewell());
    }

    private Mono<LogRange> range(Wanted wanted, @Nullable Long after, Caller by) {
        return gateways.ask(new FindLogRange(wanted.filter(), after, by), LogRange.class);
    }

    private Flux<EventPage> pages(Wanted wanted, long after, @Nullable Long end, Caller by) {
        return gateways.stream(new FindEvents(wanted.filter(), after, end, wanted.limit(), by), EventPage.class);
    }

    /** One page at a time, of which one frame is given for each that is asked for. */
    private static Flux<WireFrame> frames(Access access, Flux<EventPage> pages) {
        return pages.concatMapIterable(EventPage::lines, 1).map(line -> {
            access.gave(1, line.position());
            return new WireFrame(Long.toString(line.position()), line.json());
        });
    }

    /** An access that can't be recorded fails: nobody reads unseen. */
    private <T> Flux<T> recorded(Access access, Flux<T> told) {
        Mono<Access> begun = record(access.begun()).thenReturn(access);
        Mono<Void> ended = Mono.defer(() -> record(access.ended(now())));
        return Flux.usingWhen(begun, given -> told, given -> ended, (given, failure) -> ended, given -> ended);
    }

    private Mono<Void> record(ReplayCommand.RecordAccess command) {
        return gateways.send(command, Object.class)
                .then()
                .retryWhen(
                        Retry.backoff(TRIES, BEFORE_NEXT_TRY).onRetryExhaustedThrow((tried, last) -> last.failure()));
    }

    private static byte[] chunk(List<EventLine> lines) {
        int length = lines.size();
        for (EventLine line : lines) {
            length += line.json().length;
        }
        byte[] chunk = new byte[length];
        int end = 0;
        for (EventLine line : lines) {
            byte[] json = line.json();
            System.arraycopy(json, 0, chunk, end, json.length);
            end += json.length;
            chunk[end++] = '\n';
        }
        return chunk;
    }

    /** The position that a cursor is; empty for what is none. */
    private static OptionalLong position(String cursor) {
        boolean digits = !cursor.isEmpty() && cursor.chars().allMatch(c -> c >= '0' && c <= '9');
        try {
            return digits ? OptionalLong.of(Long.parseLong(cursor)) : OptionalLong.empty();
        } catch (NumberFormatException tooLarge) {
            return OptionalLong.empty();
        }
    }

    private static void byAnalyst(Caller caller) {
        if (!caller.mayReadEvents()) {
            throw new AnalystsOnly();
        }
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }
}
