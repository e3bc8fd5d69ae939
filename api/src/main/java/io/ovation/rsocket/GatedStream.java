package io.ovation.rsocket;

import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;

import io.netty.buffer.Unpooled;
import io.ovation.live.WireFrame;
import io.rsocket.Payload;
import io.rsocket.util.ByteBufPayload;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * One live stream on a connection. It takes a frame from its source only when the client has asked for one and the
 * connection is writable, one at a time: what a slow client does not read then waits in the source, which bounds it,
 * and not in the connection. It takes no lock.
 */
final class GatedStream implements CoreSubscriber<WireFrame>, Subscription {
    private static final AtomicLongFieldUpdater<GatedStream> DEMAND =
            AtomicLongFieldUpdater.newUpdater(GatedStream.class, "demand");
    private static final AtomicIntegerFieldUpdater<GatedStream> ASKED =
            AtomicIntegerFieldUpdater.newUpdater(GatedStream.class, "asked");
    private static final AtomicIntegerFieldUpdater<GatedStream> SIGNALS =
            AtomicIntegerFieldUpdater.newUpdater(GatedStream.class, "signals");
    private static final AtomicReferenceFieldUpdater<GatedStream, Object> END =
            AtomicReferenceFieldUpdater.newUpdater(GatedStream.class, Object.class, "end");
    private static final Object COMPLETE = new Object();

    private final CoreSubscriber<? super Payload> client;
    private final Session session;
    private final boolean watch;

    private volatile Subscription source = Operators.emptySubscription();
    private volatile long demand;
    /** 1 while a frame that was asked for has not come yet. */
    private volatile int asked;
    /** What is being signalled to the client: 1 a frame, more or for good the end. */
    private volatile int signals;
    /** {@link #COMPLETE}, a {@link ProblemSignal}, or the {@link WireFrame} that is the last one. */
    private volatile @Nullable Object end;

    /** @param watch whether it can go on from its last cursor on another connection */
    GatedStream(CoreSubscriber<? super Payload> client, Session session, boolean watch) {
        this.client = client;
        this.session = session;
        this.watch = watch;
    }

    boolean isWatch() {
        return watch;
    }

    @Override
    public Context currentContext() {
        return client.currentContext();
    }

    @Override
    public void onSubscribe(Subscription s) {
        source = s;
        client.onSubscribe(this);
    }

    @Override
    public void request(long n) {
        if (Operators.validate(n)) {
            Operators.addCap(DEMAND, this, n);
            pull();
        }
    }

    /**
     * Asks the source for the next frame, if there is reason and room; also called when the connection has become
     * writable.
     */
    void pull() {
        while (demand > 0 && end == null) {
            if (!session.isWritable()) {
                session.wantWritable();
                if (!session.isWritable()) {
                    return;
                }
            }
            if (!ASKED.compareAndSet(this, 0, 1)) {
                return;
            }
            if (demand > 0) {
                source.request(1);
                return;
            }
            // the frame before has just used up the last of the demand
            asked = 0;
        }
    }

    @Override
    public void onNext(WireFrame frame) {
        if (!SIGNALS.compareAndSet(this, 0, 1)) {
            return;
        }
        Operators.produced(DEMAND, this, 1);
        client.onNext(payload(frame));
        if (SIGNALS.decrementAndGet(this) != 0) {
            tellEnd();
            return;
        }
        asked = 0;
        pull();
    }

    @Override
    public void onError(Throwable failure) {
        endWith(session.problem(failure));
    }

    @Override
    public void onComplete() {
        endWith(COMPLETE);
    }

    /** Ends the stream with an error, whatever its source does; any thread. */
    void fail(ProblemSignal problem) {
        source.cancel();
        endWith(problem);
    }

    /** Ends the stream with a last frame, which its client gets if it has asked for one more; any thread. */
    void leave(WireFrame last) {
        Subscription from = source;
        // one that is only just being opened ends with the connection
        if (from != Operators.emptySubscription()) {
            from.cancel();
            endWith(last);
        }
    }

    @Override
    public void cancel() {
        session.remove(this);
        source.cancel();
    }

    private void endWith(Object how) {
        if (END.compareAndSet(this, null, how) && SIGNALS.getAndIncrement(this) == 0) {
            tellEnd();
        }
    }

    private void tellEnd() {
        session.remove(this);
        if (end instanceof ProblemSignal problem) {
            client.onError(problem);
            return;
        }
        if (end instanceof WireFrame last && demand > 0) {
            client.onNext(payload(last));
        }
        client.onComplete();
    }

    private static Payload payload(WireFrame frame) {
        return ByteBufPayload.create(Unpooled.wrappedBuffer(frame.json()));
    }
}
