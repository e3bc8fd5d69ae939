package io.ovation.sse;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;

import io.ovation.limits.Seat;
import io.ovation.live.Client;
import io.ovation.live.Clients;
import io.ovation.live.Signals;
import io.ovation.live.WireFrame;
import io.ovation.operation.StrictJson;
import io.ovation.presence.Attendance;
import io.ovation.presence.Place;
import io.ovation.security.VerifiedToken;
import org.springframework.beans.factory.DisposableBean;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** All SSE streams of this node, and the one timer for their heartbeats and the expiry of their tokens. */
final class SseStreams implements DisposableBean, Clients {
    private static final long TICK_MILLIS = 1_000;

    private final Map<SseStream, VerifiedToken> streams = new ConcurrentHashMap<>();
    private final StrictJson json;
    private final Attendance attendance;
    private final long unreadMillis;
    private final Predicate<VerifiedToken> over;
    private final Scheduler scheduler;
    private final Disposable ticks;

    /** @param over whether a token counts no more, though it has not expired */
    SseStreams(
            StrictJson json,
            Attendance attendance,
            Duration unread,
            Predicate<VerifiedToken> over,
            Scheduler scheduler) {
        this.over = over;
        this.unreadMillis = unread.toMillis();
        this.json = json;
        this.attendance = attendance;
        this.scheduler = scheduler;
        this.ticks = scheduler.schedulePeriodically(this::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
    }

    /**
     * Opens a stream; completes once it has a first frame, or fails as its source does without any.
     *
     * @param seat given back when the stream ends
     */
    Mono<SseStream> open(Flux<WireFrame> frames, VerifiedToken token, Seat seat) {
        return Mono.defer(() -> {
            Place place = attendance.place(token.caller().user());
            SseStream stream = new SseStream(
                    json,
                    token.expiresAt().toEpochMilli(),
                    scheduler.now(TimeUnit.MILLISECONDS),
                    unreadMillis,
                    ended -> {
                        streams.remove(ended);
                        place.leave();
                        seat.leave();
                    });
            streams.put(stream, token);
            // one that is refused is no presence
            return stream.open(frames).doOnNext(opened -> place.take());
        });
    }

    private void tick() {
        long now = scheduler.now(TimeUnit.MILLISECONDS);
        streams.forEach((stream, token) -> {
            if (over.test(token)) {
                stream.signOut(now);
            }
            stream.tick(now);
        });
    }

    /** How many streams are open. */
    int size() {
        return streams.size();
    }

    @Override
    public int count() {
        return size();
    }

    @Override
    public int staying() {
        return (int) streams.keySet().stream().filter(SseStream::isStaying).count();
    }

    @Override
    public Stream<Client> watching() {
        return streams.entrySet().stream()
                .filter(each -> each.getKey().isStaying())
                .map(each -> new Watching(each.getKey(), each.getValue().caller().user()));
    }

    /** A stream, and whose it is. */
    private record Watching(SseStream stream, String user) implements Client {
        @Override
        public long since() {
            return stream.createdAt();
        }

        @Override
        public boolean sendAway(long afterMillis) {
            return stream.leave(Signals.reconnect(afterMillis));
        }
    }

    @Override
    public String transport() {
        return "sse";
    }

    @Override
    public void destroy() {
        ticks.dispose();
    }
}
