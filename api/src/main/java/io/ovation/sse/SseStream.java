package io.ovation.sse;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.function.Consumer;

import io.ovation.http.ResponseSocket;
import io.ovation.live.WireFrame;
import io.ovation.operation.Problem;
import io.ovation.operation.Problems;
import io.ovation.operation.StrictJson;
import io.ovation.security.Unauthenticated;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.publisher.Operators;

/**
 * One live stream on its way into one response. The response asks for a batch when the one before is in the socket; a
 * batch is all that the source has at that moment, up to {@link #FULL}, and waits for the first frame if there is none.
 * So one frame and one batch are all that wait here for a client that does not read: the rest stays in the source,
 * which bounds it. Any thread may signal; takes no lock.
 */
final class SseStream implements CoreSubscriber<WireFrame> {
    private static final AtomicIntegerFieldUpdater<SseStream> WORK =
            AtomicIntegerFieldUpdater.newUpdater(SseStream.class, "work");

    /** Bytes from which on a batch takes no more. */
    private static final int FULL = 32 * 1024;

    private static final int USUAL = 512;

    /** Under the 15 s of the contract by more than a tick. */
    private static final long HEARTBEAT_MILLIS = 12_000;

    /** How long after its opening a stream is given up whose response was never written, its client being gone. */
    private static final long ABANDONED_MILLIS = 30_000;

    /** How long after the end of the token's time the last frame has to be in the socket. */
    private static final long LAST_FRAME_MILLIS = 1_500;

    /** One end of line: a second one would end an event, and there are clients that tell of it. */
    private static final byte[] COMMENT = ":\n".getBytes(StandardCharsets.UTF_8);

    /** When a client comes back by itself after a cut, in milliseconds; part of the first event. */
    private static final byte[] RETRY = retry(1_000);
    private static final byte[] ID = "id: ".getBytes(StandardCharsets.UTF_8);
    private static final byte[] END = "\n\n".getBytes(StandardCharsets.UTF_8);
    private static final byte[] DATA = "data: ".getBytes(StandardCharsets.UTF_8);

    private final StrictJson json;
    private volatile long expiresAt;
    private final long createdAt;
    private final long patience;
    private final Consumer<SseStream> onEnd;

    private volatile Subscription source = Operators.emptySubscription();
    private volatile int work;
    private volatile @Nullable WireFrame held;
    /** Whether what is held came while nobody took it. */
    private volatile boolean waits;
    private volatile @Nullable Throwable failure;
    private volatile boolean sourceDone;
    private volatile boolean expired;
    private volatile boolean signedOut;
    /** The last frame, where the client is sent away. */
    private volatile @Nullable WireFrame farewell;
    private volatile boolean beat;
    private volatile boolean taken;
    private volatile boolean cancelled;
    private volatile long lastWrite;
    /** When the batch was given that is not in the socket yet; {@link Long#MAX_VALUE} for none. */
    private volatile long unreadSince = Long.MAX_VALUE;
    private volatile long now;
    private volatile @Nullable ResponseSocket socket;
    private volatile @Nullable MonoSink<byte[]> reader;
    private volatile @Nullable MonoSink<SseStream> opener;
    private volatile boolean ended;

    // owned by whoever drains
    private boolean asked;
    private boolean begun;

    /** What the response tells in its headers; written before the stream is handed over. */
    private Map<String, String> headers = Map.of();

    /** The last frame of a stream that the server ends. */
    record Last(String type, String code, String detail) {}

    /**
     * @param expiresAt when the client's token expires, in milliseconds since 1970
     * @param patience milliseconds in which a batch has to be taken by the client
     * @param onEnd called once, when the stream has let go of its source
     */
    SseStream(StrictJson json, long expiresAt, long now, long patience, Consumer<SseStream> onEnd) {
        this.json = json;
        this.patience = patience;
        this.onEnd = onEnd;
        this.createdAt = now;
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

    /** The batches, each of them to be in the socket before the next is subscribed to. */
    Flux<Mono<byte[]>> batches(ResponseSocket under) {
        socket = under;
        return Flux.<Mono<byte[]>>generate(sink -> {
                    if (ended) {
                        sink.complete();
                    } else {
                        sink.next(under.room().then(batch()));
                    }
                })
                .doOnCancel(this::cancel)
                .doOnTerminate(this::cancel);
    }

    private Mono<byte[]> batch() {
        return Mono.create(sink -> {
            taken = true;
            lastWrite = now;
            unreadSince = Long.MAX_VALUE;
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
        waits = reader == null;
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

    /** Has the stream end at the next tick: its user was signed out. */
    void signOut(long millis) {
        if (!signedOut) {
            signedOut = true;
            expiresAt = Math.min(expiresAt, millis);
        }
    }

    /** Has the stream end with that frame, and the connection after it; false where it was not open, or is ending. */
    boolean leave(WireFrame last) {
        if (!isStaying() || !taken) {
            return false;
        }
        farewell = last;
        drain();
        return true;
    }

    /** Whether it is not about to end. */
    boolean isStaying() {
        return !ended && !sourceDone && farewell == null;
    }

    long createdAt() {
        return createdAt;
    }

    private Unauthenticated over() {
        return signedOut ? Unauthenticated.signedOut() : Unauthenticated.expired();
    }

    /** Looks after what time does to the stream; called about once a second. */
    void tick(long millis) {
        now = millis;
        if (!taken && millis - createdAt > ABANDONED_MILLIS) {
            cancel();
        } else if (millis >= expiresAt + LAST_FRAME_MILLIS || millis - unreadSince >= patience) {
            cut();
        } else if (millis >= expiresAt) {
            expired = true;
            drain();
        } else if (millis - lastWrite >= HEARTBEAT_MILLIS) {
            beat = true;
            drain();
        }
    }

    /** Its client does not read: there is no room for a last frame, and none comes. */
    private void cut() {
        ResponseSocket under = socket;
        if (under != null) {
            under.cut();
        }
        cancel();
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
            finish();
            return;
        }
        if (cancelled) {
            end();
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
                unreadSince = now;
                taker.success(batch);
            }
        }
    }

    /**
     * The response may have taken more batches than there are now before it came to them: they are empty, for it ends
     * only after all of them.
     */
    private void finish() {
        MonoSink<byte[]> taker = reader;
        if (taker != null) {
            reader = null;
            taker.success();
        }
    }

    private void begin(MonoSink<SseStream> opening) {
        Throwable refusal = failure;
        if (held == null && (refusal != null || expired)) {
            end();
            opening.error(refusal == null ? over() : refusal);
        } else {
            if (held != null) {
                headers = held.headers();
            }
            opening.success(this);
        }
    }

    Map<String, String> headers() {
        return headers;
    }

    private void ask() {
        if (!asked && !sourceDone) {
            asked = true;
            source.request(1);
        }
    }

    /** All that there is to write now; null when there is nothing, empty when there never will be. */
    private byte @Nullable [] collect() {
        ByteArrayOutputStream batch = new ByteArrayOutputStream(USUAL);
        if (!begun) {
            begun = true;
            batch.writeBytes(RETRY);
        }
        WireFrame last = farewell;
        boolean over = expired || last != null;
        while (!over && batch.size() < FULL) {
            ask();
            boolean done = sourceDone;
            WireFrame frame = held;
            if (frame == null) {
                over = done;
                break;
            }
            held = null;
            asked = false;
            if (waits) {
                // a text that waited here for its client to read may have been redacted meanwhile
                frame = frame.asOfNow();
            }
            append(batch, frame);
        }
        if (over) {
            Throwable reason = expired ? over() : failure;
            end();
            if (reason != null) {
                Problem problem = Problems.of(reason);
                append(batch, null, json.write(new Last("error", problem.code(), problem.detail())));
            } else if (last != null) {
                append(batch, last);
                endConnection();
            }
        } else if (batch.size() == 0) {
            if (!beat) {
                return null;
            }
            batch.writeBytes(COMMENT);
        }
        beat = false;
        return batch.toByteArray();
    }

    /** A client that came back on the same connection would be on the same node. */
    private void endConnection() {
        ResponseSocket under = socket;
        if (under != null) {
            under.endWithResponse();
        }
    }

    private void end() {
        ended = true;
        held = null;
        source.cancel();
        onEnd.accept(this);
    }

    private static byte[] retry(long millis) {
        return ("retry: " + Math.max(1, millis) + "\n").getBytes(StandardCharsets.UTF_8);
    }

    private static void append(ByteArrayOutputStream batch, WireFrame frame) {
        if (frame.backMillis() >= 0) {
            // a browser's own client reads no frame, and comes back by this alone
            batch.writeBytes(retry(frame.backMillis()));
        }
        append(batch, frame.cursor(), frame.json());
    }

    private static void append(ByteArrayOutputStream batch, @Nullable String cursor, byte[] json) {
        if (cursor != null) {
            batch.writeBytes(ID);
            batch.writeBytes(cursor.getBytes(StandardCharsets.US_ASCII));
            batch.write('\n');
        }
        batch.writeBytes(DATA);
        batch.writeBytes(json);
        batch.writeBytes(END);
    }
}
