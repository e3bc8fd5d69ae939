package io.ovation.bench.wire;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executor;

import io.netty.buffer.ByteBuf;
import io.rsocket.Payload;
import io.rsocket.RSocket;
import io.rsocket.util.ByteBufPayload;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;

/**
 * The same with rsocket-java: dearer, and there to show that {@link NettyConnection} sees and asks what the reference
 * implementation does.
 */
final class ReferenceConnection implements Connection {
    private final RSocket socket;
    private final Executor loop;
    private final Map<Integer, Subscription> streams = new HashMap<>();
    private int nextStream = 1;

    /** @param loop the one event loop that all of the generator's connections share */
    ReferenceConnection(RSocket socket, Executor loop) {
        this.socket = socket;
        this.loop = loop;
    }

    @Override
    public void execute(Runnable task) {
        loop.execute(task);
    }

    @Override
    public void requestResponse(byte[] metadata, byte[] data, Receiver receiver) {
        socket.requestResponse(ByteBufPayload.create(data.clone(), metadata)).subscribe(new Forwarder(receiver));
    }

    @Override
    public int requestStream(byte[] metadata, byte[] data, Receiver receiver) {
        Forwarder forwarder = new Forwarder(receiver);
        socket.requestStream(ByteBufPayload.create(data.clone(), metadata)).subscribe(forwarder);
        int id = nextStream++;
        streams.put(id, forwarder);
        return id;
    }

    @Override
    public void cancel(int streamId) {
        Subscription subscription = streams.remove(streamId);
        if (subscription != null) {
            subscription.cancel();
        }
    }

    @Override
    public void close() {
        socket.dispose();
    }

    private static final class Forwarder extends BaseSubscriber<Payload> {
        private final Receiver receiver;

        Forwarder(Receiver receiver) {
            this.receiver = receiver;
        }

        @Override
        protected void hookOnNext(Payload payload) {
            try {
                ByteBuf data = payload.sliceData();
                receiver.next(data, data.readerIndex(), data.readableBytes());
            } finally {
                payload.release();
            }
        }

        @Override
        protected void hookOnComplete() {
            receiver.completed();
        }

        @Override
        protected void hookOnError(Throwable error) {
            receiver.failed(String.valueOf(error.getMessage()));
        }
    }
}
