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
import io.ovation.operation.Description;
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
import io.ovation.replay.ReplayRejection.PositionElsewhere;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

import static io.ovation.ErrorCode.CONFLICT;
import static io.ovation.ErrorCode.FORBIDDEN;

/**
 * The log, for analysts: one query, as lines over HTTP, as SSE and over RSocket. Every reading is recorded in the log
 * itself before its first event leaves, and again before its end is told.
 */
@Component
final class ReplayFeature implements Feature {
    /** The positions between which the answer lies, so that a client can tell how far it is. */
    static final String AFTER = "X-Log-After";

    static final String END = "X-Log-End";

    /** The id of the log that the positions are of. */
    static final String LOG = "Ovation-Log";

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
            @Nullable String log,
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
            @Nullable String log,
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
            @Nullable String log,
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

    /** An event as its line shows it: one that this version cannot decode has its bytes, in Base64. */
    record Event(
            long position,
            String eventId,
            String type,
            @Nullable String revision,
            @Nullable String aggregateType,
            @Nullable String aggregateId,
            @Nullable Long sequence,
            Instant timestamp,
            @Nullable Map<String, Object> payload,
            @Nullable Map<String, Object> metadata,
            @Nullable Boolean unknown,
            @Nullable Boolean undecodable,
            @Nullable String raw,
            @Nullable String rawMetadata) {}

    @Override
    public List<Description> descriptions() {
        return List.of(
                Description.of("/api/events", "The log, an event a line, to the head")
                        .tells(Event.class)
                        .refuses(CONFLICT, FORBIDDEN),
                Description.of("/api/events/stream", "The log, live")
                        .tells(Event.class)
                        .refuses(FORBIDDEN),
                Description.of("events.replay", "The log, to the head, or with follow live from there")
                        .tells(Event.class)
                        .refuses(CONFLICT, FORBIDDEN));
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
        return range(wanted, after, body.log(), call.caller()).map(range -> {
            Access access = new Access(wanted, false, range.after(), call.caller(), now());
            Flux<byte[]> chunks = pages(wanted, range, call.caller())
                    .map(page -> {
                        access.gave(page.lines().size(), page.lines().getLast().position());
                        return chunk(page.lines());
                    });
            return new Lines(
                    Map.of(
                            AFTER, Long.toString(range.after()),
                            END, Long.toString(range.end()),
                            LOG, range.log()),
                    recorded(access, chunks));
        });
    }

    private Flux<WireFrame> follow(Call<Following> call) {
        byAnalyst(call.caller());
        Following body = call.body();
        Checks checks = new Checks();
        Wanted wanted = Wanted.of(checks, body.from(), body.to(), body.types(), body.aggregate(), body.limit());
        checks.done();
        String cursor = body.after() == null ? "" : body.after();
        boolean begins = cursor.isEmpty();
        OptionalLong after = position(cursor);
        if (after.isPresent()) {
            return resume(wanted, after.getAsLong(), body.log(), call.caller());
        }
        return head(wanted, call.caller())
                .flatMapMany(range -> live(
                        wanted,
                        range,
                        begins && body.from() != null ? range.after() : range.head(),
                        !begins,
                        call.caller()));
    }

    private Flux<WireFrame> replay(Call<Replay> call) {
        byAnalyst(call.caller());
        Replay body = call.body();
        Checks checks = new Checks();
        Long after = Wanted.after(checks, body.after());
        Wanted wanted = Wanted.of(checks, body.from(), body.to(), body.types(), body.aggregate(), body.limit());
        checks.done();
        if (Boolean.TRUE.equals(body.follow())) {
            return resume(wanted, after, body.log(), call.caller());
        }
        return range(wanted, after, body.log(), call.caller()).flatMapMany(range -> {
            Access access = new Access(wanted, false, range.after(), call.caller(), now());
            return recorded(access, frames(access, pages(wanted, range, call.caller())));
        });
    }

    /** Ends when the client's token is another that does not name the role. */
    private static Flux<WireFrame> guarded(Call<?> call, Flux<WireFrame> told) {
        return told.takeUntilOther(call.standing().unless(Caller::mayReadEvents, AnalystsOnly::new));
    }

    /** From a position on, and then live; one that is none of this log's gets a {@code reset}. */
    private Flux<WireFrame> resume(Wanted wanted, @Nullable Long after, @Nullable String log, Caller by) {
        return find(wanted, after, log, by)
                .flatMapMany(range -> live(
                        wanted, range, range.elsewhere() ? range.head() : range.after(), range.elsewhere(), by));
    }

    private Flux<WireFrame> live(Wanted wanted, LogRange range, long after, boolean reset, Caller by) {
        Access access = new Access(wanted, true, after, by, now());
        WireFrame start = Signals.start(Long.toString(Math.max(after, 0))).under(Map.of(LOG, range.log()));
        Flux<WireFrame> told =
                frames(access, pages(wanted, after, null, range.log(), by)).takeUntilOther(watches.draining());
        return Flux.concat(
                reset ? Flux.just(start, Signals.reset()) : Flux.just(start),
                recorded(access, told),
                watches.farewell());
    }

    /** Where an answer that ends lies; fails with {@link PositionElsewhere}. */
    private Mono<LogRange> range(Wanted wanted, @Nullable Long after, @Nullable String log, Caller by) {
        return find(wanted, after, log, by).doOnNext(range -> {
            if (range.elsewhere()) {
                throw new PositionElsewhere();
            }
        });
    }

    private Mono<LogRange> head(Wanted wanted, Caller by) {
        return find(wanted, null, null, by);
    }

    private Mono<LogRange> find(Wanted wanted, @Nullable Long after, @Nullable String log, Caller by) {
        return gateways.ask(new FindLogRange(wanted.filter(), after, log, by), LogRange.class);
    }

    private Flux<EventPage> pages(Wanted wanted, LogRange range, Caller by) {
        return pages(wanted, range.after(), range.end(), range.log(), by);
    }

    private Flux<EventPage> pages(Wanted wanted, long after, @Nullable Long end, String log, Caller by) {
        return gateways.stream(
                new FindEvents(wanted.filter(), after, end, wanted.limit(), log, by), EventPage.class);
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
