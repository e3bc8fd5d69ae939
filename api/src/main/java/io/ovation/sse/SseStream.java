package io.ovation.sse;

import io.ovation.live.WireFrame;
import io.ovation.operation.Problem;
import io.ovation.operation.Problems;
import io.ovation.operation.StrictJson;
import io.ovation.security.Unauthenticated;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.publisher.Operators;

/**
 * One live stream on its way into one response. The response asks for a batch when the one before is in the socket; a batch is all that the source has at that moment,
 * up to {@link #FULL}, and waits for the first frame if there is none. So one frame and one batch are all that wait here for a client that does not read: the rest stays
 * in the source, which bounds it. Any thread may signal; takes no lock.
 */
final class SseStream implements CoreSubscriber<WireFrame> {
    private static final AtomicIntegerFieldUpdater<SseStream> WORK = AtomicIntegerFieldUpdater.newUpdater(SseStream.class, "work");

    /** Bytes from which on a batch takes no more. */
    private static final int FULL = 32 * 1024;

    private static final int USUAL = 512;

    /** Under the 15 s of the contract by more than a tick. */
    private static final long HEARTBEAT_MILLIS = 12_000;

    private static final byte[] COMMENT = ":\n\n".getBytes(StandardCharsets.UTF_8);
    private static final byte[] ID = "id: ".getBytes(StandardCharsets.UTF_8);
    private static final byte[] DATA = "data: ".getBytes(StandardCharsets.UTF_8);

    private final StrictJson json;
    private final long expiresAt;

    private volatile Subscription source = Operators.emptySubscription();
    private volatile int work;
    private volatile @Nullable WireFrame held;
    private volatile @Nullable Throwable failure;
    private volatile boolean sourceDone;
    private volatile boolean expired;
    private volatile boolean beat;
    private volatile boolean cancelled;
    private volatile long lastWrite;
    private volatile long now;
    private volatile @Nullable MonoSink<byte[]> reader;
    private volatile @Nullable MonoSink<SseStream> opener;
    private volatile boolean ended;

    // owned by whoever drains
    private boolean asked;

    /** The last frame of a stream that the server ends. */
    record Last(String type, String code, String detail) {}

    /**
     * @param expiresAt when the client's token expires, in milliseconds since 1970
     */
    SseStream(StrictJson json, long expiresAt, long now) {
        this.json = json;
        this.expiresAt = expiresAt;
        this.lastWrite = now;
        this.now = now;
    }

    /** Opens the source; completes with the first frame, or fails as the source does without any. */
    Mono<SseStream> open(Flux<WireFrame> frames) {
        return Mono.create(sink -> {
            opener = sink;
            sink.onCancel(this::cancel);
            frames.subscribe(this);
            drain();
        });
    }

    /** The batches, each of them to be written and flushed before the next is subscribed to. */
    Flux<Mono<byte[]>> batches() {
        return Flux.<Mono<byte[]>>generate(sink -> {
                    if (ended) {
                        sink.complete();
                    } else {
                        sink.next(batch());
                    }
                })
                .doOnCancel(this::cancel)
                .doOnTerminate(this::cancel);
    }

    private Mono<byte[]> batch() {
        return Mono.create(sink -> {
            lastWrite = now;
            reader = sink;
            drain();
        });
    }

    @Override
    public void onSubscribe(Subscription s) {
        source = s;
    }

    @Override
    public void onNext(WireFrame frame) {
        held = frame;
        drain();
    }

    @Override
    public void onError(Throwable t) {
        failure = t;
        sourceDone = true;
        drain();
    }

    @Override
    public void onComplete() {
        sourceDone = true;
        drain();
    }

    /** Looks after what time does to the stream; called about once a second. */
    void tick(long millis) {
        now = millis;
        if (millis >= expiresAt) {
            expired = true;
            drain();
        } else if (millis - lastWrite >= HEARTBEAT_MILLIS) {
            beat = true;
            drain();
        }
    }

    void cancel() {
        cancelled = true;
        drain();
    }

    private void drain() {
        if (WORK.getAndIncrement(this) != 0) {
            return;
        }
        int seen = 1;
        do {
            advance();
            seen = WORK.addAndGet(this, -seen);
        } while (seen != 0);
    }

    private void advance() {
        if (ended) {
            return;
        }
        if (cancelled) {
            ended = true;
            held = null;
            source.cancel();
            return;
        }
        MonoSink<SseStream> opening = opener;
        if (opening != null) {
            ask();
            if (held != null || sourceDone || expired) {
                opener = null;
                begin(opening);
            }
            return;
        }
        MonoSink<byte[]> taker = reader;
        if (taker != null) {
            byte[] batch = collect();
            if (batch != null) {
                reader = null;
                taker.success(batch);
            }
        }
    }
}
