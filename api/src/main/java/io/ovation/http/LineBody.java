package io.ovation.http;

import java.time.Duration;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.function.BooleanSupplier;

import io.ovation.operation.Problem;
import io.ovation.operation.Problems;
import io.ovation.operation.StrictJson;
import io.ovation.security.Unauthenticated;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.publisher.Operators;
import reactor.util.concurrent.Queues;

/**
 * Lines on their way into one response. A chunk is asked for when the one before is in the socket, so {@link #AHEAD}
 * chunks are all that wait here for a client that does not read. Any thread may signal; takes no lock.
 */
final class LineBody implements CoreSubscriber<byte[]> {
    private static final AtomicIntegerFieldUpdater<LineBody> WORK =
            AtomicIntegerFieldUpdater.newUpdater(LineBody.class, "work");

    /** One to be written, and one that is read meanwhile. */
    private static final int AHEAD = 2;

    /** How long after the end of the token's time the last line has to be in the socket. */
    private static final Duration LAST_LINE = Duration.ofMillis(1500);

    /** How often is looked whether the token still counts. */
    private static final Duration LOOK = Duration.ofSeconds(1);

    /** After which a response is given up that was never written, its client being gone. */
    private static final Duration ABANDONED = Duration.ofSeconds(30);

    private final StrictJson json;
    private final Queue<byte[]> ready = Queues.<byte[]>get(AHEAD).get();
    private final Disposable.Composite timers = Disposables.composite();

    private volatile Subscription source = Operators.emptySubscription();
    private volatile int work;
    private volatile @Nullable Throwable failure;
    private volatile boolean done;
    private volatile @Nullable Unauthenticated over;
    private volatile boolean cancelled;
    private volatile boolean taken;
    private volatile boolean ended;
    private volatile boolean cutShort;
    private volatile @Nullable ResponseSocket socket;
    private volatile @Nullable MonoSink<byte[]> taker;
    private volatile @Nullable MonoSink<LineBody> opener;

    /** The last line of an answer that the server cuts short, the same as the last frame of a stream. */
    record Last(String type, String code, String detail) {}

    LineBody(StrictJson json) {
        this.json = json;
    }

    /**
     * Opens the source; completes with the first chunk, or at its end, or fails as it does without any chunk.
     *
     * @param valid for how long the client's token is valid
     * @param signedOut whether its user was signed out
     */
    Mono<LineBody> open(Flux<byte[]> chunks, Duration valid, BooleanSupplier signedOut) {
        return Mono.create(sink -> {
            opener = sink;
            sink.onCancel(this::cancel);
            timers.add(Mono.delay(valid)
                    .map(now -> Unauthenticated.expired())
                    .or(Flux.interval(LOOK)
                            .filter(now -> signedOut.getAsBoolean())
                            .next()
                            .map(now -> Unauthenticated.signedOut()))
                    .doOnNext(this::over)
                    .delayElement(LAST_LINE)
                    .subscribe(now -> cut()));
            timers.add(Mono.delay(ABANDONED).filter(now -> !taken).subscribe(now -> cancel()));
            chunks.contextWrite(sink.contextView()).subscribe(this);
            drain();
        });
    }

    /** The chunks, each of them to be in the socket before the next is subscribed to. */
    Flux<Mono<byte[]>> writes(ResponseSocket under) {
        socket = under;
        return Flux.<Mono<byte[]>>generate(sink -> {
                    if (ended) {
                        sink.complete();
                    } else {
                        sink.next(under.room().then(chunk()));
                    }
                })
                .doOnCancel(this::cancel)
                .doOnTerminate(this::cancel);
    }

    /** Whether the body has ended before its source did. */
    boolean isCutShort() {
        return cutShort;
    }

    private Mono<byte[]> chunk() {
        return Mono.create(sink -> {
            taken = true;
            taker = sink;
            drain();
        });
    }

    @Override
    public void onSubscribe(Subscription s) {
        source = s;
        s.request(AHEAD);
    }

    @Override
    public void onNext(byte[] chunk) {
        if (!ready.offer(chunk)) {
            throw new IllegalStateException("The source gives more than was asked for");
        }
        drain();
    }

    @Override
    public void onError(Throwable t) {
        failure = t;
        done = true;
        drain();
    }

    @Override
    public void onComplete() {
        done = true;
        drain();
    }

    private void over(Unauthenticated why) {
        over = why;
        drain();
    }

    /** Its client does not read: there is no room for a last line, and none comes. */
    private void cut() {
        ResponseSocket under = socket;
        if (under != null) {
            under.cut();
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
        MonoSink<byte[]> taking = taker;
        if (cancelled && !ended) {
            end();
        }
        if (ended) {
            if (taking != null) {
                taker = null;
                taking.success();
            }
            return;
        }
        boolean all = done;
        byte[] next = ready.peek();
        Unauthenticated refused = over;
        Throwable reason = refused != null ? refused : next == null && all ? failure : null;
        MonoSink<LineBody> opening = opener;
        if (opening != null) {
            begin(opening, next != null || all, reason);
        } else if (taking != null) {
            write(taking, next, all, reason);
        }
    }

    private void begin(MonoSink<LineBody> opening, boolean known, @Nullable Throwable refusal) {
        if (refusal != null) {
            opener = null;
            end();
            opening.error(refusal);
        } else if (known) {
            opener = null;
            opening.success(this);
        }
    }

    private void write(MonoSink<byte[]> taking, byte @Nullable [] next, boolean all, @Nullable Throwable reason) {
        if (reason != null) {
            taker = null;
            cutShort = true;
            end();
            taking.success(lastLine(Problems.of(reason)));
        } else if (next != null) {
            taker = null;
            ready.poll();
            source.request(1);
            taking.success(next);
        } else if (all) {
            taker = null;
            end();
            taking.success();
        }
    }

    private byte[] lastLine(Problem problem) {
        byte[] last = json.write(new Last("error", problem.code(), problem.detail()));
        byte[] line = Arrays.copyOf(last, last.length + 1);
        line[last.length] = '\n';
        return line;
    }

    private void end() {
        ended = true;
        ready.clear();
        timers.dispose();
        source.cancel();
    }
}
