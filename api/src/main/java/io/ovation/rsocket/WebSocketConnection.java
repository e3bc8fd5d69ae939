package io.ovation.rsocket;

import java.net.SocketAddress;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import java.util.function.LongSupplier;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrameEncoder;
import io.netty.util.concurrent.Future;
import io.rsocket.DuplexConnection;
import io.rsocket.RSocketErrorException;
import io.rsocket.exceptions.ConnectionErrorException;
import io.rsocket.exceptions.RejectedResumeException;
import io.rsocket.exceptions.RejectedSetupException;
import io.rsocket.frame.ErrorFrameCodec;
import io.rsocket.frame.KeepAliveFrameCodec;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.publisher.SynchronousSink;
import reactor.netty.Connection;
import reactor.netty.http.websocket.WebsocketInbound;
import reactor.netty.http.websocket.WebsocketOutbound;
import reactor.util.concurrent.Queues;

/**
 * One WebSocket under rsocket-java. What any thread sends waits in a queue; the event loop joins all that waits into
 * one buffer, whole WebSocket frames with their headers, and one write. That costs a copy and saves a system call for
 * each frame: sixteen joined cost as much as one.
 *
 * <p>What waits is counted in bytes, with what each frame costs beside its own. At {@link #GATE_SHUT} the connection is
 * not writable any more: nothing more is read from the peer, so that it cannot make us queue answers that it does not
 * take, and who has more to say holds it back until it is told by {@link #onWritable}. Beyond {@link #MOST_PENDING},
 * which only the answers to requests under way can reach, the connection is cut.
 *
 * <p>Incoming frames are checked before rsocket-java sees them. KEEPALIVE is answered here and never gets further, so
 * that rsocket-java needs no timer for it; whether the peer is silent is looked at by {@link #tick}.
 */
final class WebSocketConnection implements DuplexConnection, Runnable {
    private static final Logger log = LoggerFactory.getLogger(WebSocketConnection.class);

    private static final AtomicLongFieldUpdater<WebSocketConnection> PENDING =
            AtomicLongFieldUpdater.newUpdater(WebSocketConnection.class, "pending");
    private static final AtomicIntegerFieldUpdater<WebSocketConnection> FRAMES =
            AtomicIntegerFieldUpdater.newUpdater(WebSocketConnection.class, "frames");
    private static final AtomicIntegerFieldUpdater<WebSocketConnection> WORK =
            AtomicIntegerFieldUpdater.newUpdater(WebSocketConnection.class, "work");

    /** Bytes waiting from which on nothing more is taken that can wait elsewhere. */
    static final long GATE_SHUT = 64 * 1024;

    /** Bytes waiting from which on the gate is open again. */
    static final long GATE_OPEN = 32 * 1024;

    /** Bytes waiting beyond which a peer that is to get still more is given up. */
    static final long MOST_PENDING = 8 * 1024 * 1024;

    /**
     * How many times as large as a request a message may be that is still answered; a larger one ends its connection.
     */
    static final int LARGEST_MESSAGE = 4;

    /** What a frame that waits costs beside its bytes: a buffer and its place in the queue. */
    static final int OVERHEAD = 256;

    private static final int CHUNK = 64 * 1024;
    private static final int FINAL_BINARY = 0x82;
    private static final int SHORT_LENGTH = 125;
    private static final int TWO_BYTES_OF_LENGTH = 126;
    private static final int EIGHT_BYTES_OF_LENGTH = 127;
    private static final long SHORTEST_LIFETIME_MILLIS = 1_000;
    private static final long LONGEST_LIFETIME_MILLIS = 600_000;

    /** How long a connection that ends may take to write what is left. */
    private static final long FAREWELL_MILLIS = 5_000;

    /** The same for one that has not been heard of. */
    private static final long LAST_WORDS_MILLIS = 1_000;

    private final Channel channel;
    private final ChannelHandlerContext encoder;
    private final EventLoop loop;
    private final WebsocketInbound inbound;
    private final WebsocketOutbound outbound;
    private final int maxRequest;
    private final Refusals refusals;
    private final long setupMillis;
    private final LongSupplier clock;
    private final Sinks.Empty<Void> closed = Sinks.empty();
    private final Queue<ByteBuf> waiting =
            Queues.<ByteBuf>unboundedMultiproducer().get();

    private volatile long pending;
    private volatile int frames;
    private volatile int work;
    private volatile boolean gone;
    private volatile boolean finishing;
    private volatile boolean stopped;
    private volatile long lastHeard;
    private volatile long lifetime = LONGEST_LIFETIME_MILLIS;
    private volatile boolean wanted;
    private volatile @Nullable Runnable onWritable;

    private volatile boolean first = true;

    // of the thread that ticks
    private long giveUpAt = Long.MAX_VALUE;

    // of the event loop
    private @Nullable ByteBuf held;
    private long writing;
    private boolean closeSent;
    private @Nullable ByteBuf unanswered;
    private @Nullable Fragments fragments;

    /**
     * Takes over a WebSocket; on its event loop.
     *
     * @param maxRequest bytes that a frame, and a request in pieces, may have
     * @param refusals what a client is told that breaks the rules
     * @param setup how long the first frame may take
     * @param clock milliseconds, those that {@link #tick} is called with
     */
    WebSocketConnection(
            WebsocketInbound inbound,
            WebsocketOutbound outbound,
            int maxRequest,
            Refusals refusals,
            Duration setup,
            LongSupplier clock) {
        this.channel = ((Connection) inbound).channel();
        this.encoder = channel.pipeline().context(WebSocketFrameEncoder.class);
        this.loop = channel.eventLoop();
        this.inbound = inbound;
        this.outbound = outbound;
        this.maxRequest = maxRequest;
        this.refusals = refusals;
        this.setupMillis = setup.toMillis();
        this.clock = clock;
        this.lastHeard = clock.getAsLong();
        BeforeSetup.guard(channel, this);
        channel.closeFuture().addListener(this::channelClosed);
    }

    /**
     * Sets what is called, on the event loop, when the connection has become writable after {@link #wantWritable()}.
     */
    void onWritable(Runnable listener) {
        onWritable = listener;
    }

    /** Whether what can wait elsewhere may be sent now. */
    boolean isWritable() {
        return held() < GATE_SHUT;
    }

    /**
     * Asks to be told when the connection is writable; who asks looks at {@link #isWritable()} once more afterwards.
     */
    void wantWritable() {
        wanted = true;
    }

    /** Bytes that were sent and are not in the socket yet. */
    long pending() {
        return pending;
    }

    /** What is held for the peer, as it counts. */
    long held() {
        return pending + (long) frames * OVERHEAD;
    }

    /** Whether the peer's first frame has come. */
    boolean isSetUp() {
        return !first;
    }

    /** Whether what the peer sends is read. */
    boolean isReading() {
        return !stopped;
    }

    /** Whether it ends, or has ended. */
    boolean isEnding() {
        return finishing || gone;
    }

    /** Looks after the peer; called about once a second, by one thread. */
    void tick(long now) {
        if (now >= giveUpAt) {
            cut();
        } else if (giveUpAt == Long.MAX_VALUE) {
            boolean late = first && now - lastHeard >= setupMillis;
            if (finishing) {
                giveUpAt = now + FAREWELL_MILLIS;
            } else if (late || now - lastHeard > lifetime) {
                giveUpAt = now + LAST_WORDS_MILLIS;
                refuse(late ? "No SETUP came in time" : "Nothing came within the lifetime of KEEPALIVE");
            }
        }
    }

    @Override
    public void sendFrame(int streamId, ByteBuf frame) {
        if (gone) {
            frame.release();
            return;
        }
        // a single answer may be larger than all that may wait
        long before = PENDING.getAndAdd(this, wireSize(frame))
                + (long) FRAMES.getAndIncrement(this) * OVERHEAD;
        waiting.offer(frame);
        if (before > MOST_PENDING) {
            cut();
        }
        schedule();
    }

    @Override
    public void sendErrorAndClose(RSocketErrorException e) {
        sendFrame(0, ErrorFrameCodec.encode(alloc(), 0, e));
        dispose();
    }

    /** Ends the connection once everything that waits is written, or after a while in any case. */
    @Override
    public void dispose() {
        finishing = true;
        schedule();
    }

    /** Ends the connection at once. */
    void cut() {
        channel.close();
    }

    @Override
    public boolean isDisposed() {
        return gone;
    }

    @Override
    public Mono<Void> onClose() {
        return closed.asMono();
    }

    @Override
    public ByteBufAllocator alloc() {
        return channel.alloc();
    }

    @Override
    public SocketAddress remoteAddress() {
        return channel.remoteAddress();
    }

    private void schedule() {
        if (WORK.getAndIncrement(this) == 0) {
            try {
                // also on the event loop itself: what the rest of this turn sends is then joined
                loop.execute(this);
            } catch (RejectedExecutionException loopIsGone) {
                log.debug("Sent after the event loop had ended");
                discard();
            }
        }
    }

    @Override
    public void run() {
        int seen = work;
        do {
            if (gone) {
                discard();
            } else {
                write();
            }
            seen = WORK.addAndGet(this, -seen);
        } while (seen != 0);
    }

    private void write() {
        // looked at first: what was sent before the end is then among what waits, and goes before the close frame
        boolean last = finishing;
        boolean written = false;
        while (writing < CHUNK) {
            ByteBuf chunk = join();
            if (chunk == null) {
                break;
            }
            int size = chunk.readableBytes();
            writing += size;
            encoder.write(chunk).addListener(result -> written(size, result));
            written = true;
        }
        if (written) {
            encoder.flush();
        }
        readWhileItIsTaken();
        if (last && !closeSent && writing < CHUNK) {
            closeSent = true;
            outbound.sendClose(WebSocketCloseStatus.NORMAL_CLOSURE.code(), null).subscribe(null, e -> cut());
        }
    }

    /** Takes from what waits as much as fits in one buffer; null when nothing waits. */
    private @Nullable ByteBuf join() {
        ByteBuf frame = next();
        if (frame == null) {
            return null;
        }
        int size = (int) Math.max(wireSize(frame), Math.min(CHUNK, pending - writing));
        ByteBuf chunk = alloc().directBuffer(size);
        int joined = 0;
        do {
            append(chunk, frame);
            joined++;
            frame = next();
        } while (frame != null && wireSize(frame) <= chunk.writableBytes());
        held = frame;
        FRAMES.addAndGet(this, -joined);
        return chunk;
    }

    private @Nullable ByteBuf next() {
        ByteBuf frame = held;
        held = null;
        return frame == null ? waiting.poll() : frame;
    }

    private static void append(ByteBuf chunk, ByteBuf frame) {
        int length = frame.readableBytes();
        chunk.writeByte(FINAL_BINARY);
        if (length <= SHORT_LENGTH) {
            chunk.writeByte(length);
        } else if (length <= 0xFFFF) {
            chunk.writeByte(TWO_BYTES_OF_LENGTH).writeShort(length);
        } else {
            chunk.writeByte(EIGHT_BYTES_OF_LENGTH).writeLong(length);
        }
        chunk.writeBytes(frame);
        frame.release();
    }

    private static int wireSize(ByteBuf frame) {
        int length = frame.readableBytes();
        return length + (length <= SHORT_LENGTH ? 2 : length <= 0xFFFF ? 4 : 10);
    }

    private void written(int size, Future<?> result) {
        writing -= size;
        long left = PENDING.addAndGet(this, -size);
        if (!result.isSuccess()) {
            cut();
            return;
        }
        if (stopped) {
            // its frames wait unread, but it takes what it is sent
            lastHeard = clock.getAsLong();
        }
        readWhileItIsTaken();
        if (left > writing || finishing) {
            schedule();
        }
        if (wanted && held() < GATE_OPEN) {
            wanted = false;
            Runnable listener = onWritable;
            if (listener != null) {
                listener.run();
            }
        }
    }

    /** Reads from the peer only while it takes what it is sent. */
    private void readWhileItIsTaken() {
        long now = held();
        if (!stopped && now >= GATE_SHUT) {
            stopped = true;
            channel.config().setAutoRead(false);
        } else if (stopped && now < GATE_OPEN) {
            stopped = false;
            ByteBuf last = unanswered;
            unanswered = null;
            if (last != null) {
                sendFrame(0, KeepAliveFrameCodec.encode(alloc(), false, 0, last));
            }
            channel.config().setAutoRead(true);
        }
    }

    /** One answer at most waits for a peer that does not read: the last. */
    private void keepAlive(ByteBuf data) {
        if (!stopped) {
            sendFrame(0, KeepAliveFrameCodec.encode(alloc(), false, 0, data.retain()));
            return;
        }
        if (unanswered != null) {
            unanswered.release();
        }
        unanswered = data.retain();
    }

    private void channelClosed(Future<?> result) {
        gone = true;
        schedule();
        closed.tryEmitEmpty();
    }

    private void discard() {
        if (unanswered != null) {
            unanswered.release();
            unanswered = null;
        }
        for (ByteBuf frame = next(); frame != null; frame = next()) {
            PENDING.addAndGet(this, -wireSize(frame));
            FRAMES.decrementAndGet(this);
            frame.release();
        }
    }

    @Override
    public Flux<ByteBuf> receive() {
        return inbound.aggregateFrames(LARGEST_MESSAGE * maxRequest)
                .receiveFrames()
                .handle(this::received);
    }

    private void received(WebSocketFrame message, SynchronousSink<ByteBuf> sink) {
        lastHeard = clock.getAsLong();
        if (finishing || gone || message instanceof PongWebSocketFrame) {
            return;
        }
        if (message instanceof PingWebSocketFrame) {
            // a peer that pings and does not read gets no more answers than fit in the socket's buffers
            if (channel.isWritable()) {
                channel.writeAndFlush(new PongWebSocketFrame(message.content().retain()));
            }
            return;
        }
        if (!(message instanceof BinaryWebSocketFrame)) {
            refuse("A frame is a binary message");
            return;
        }
        ByteBuf frame = message.content();
        String fault = FrameRules.fault(frame, first);
        if (fault != null) {
            refuse(fault);
        } else if (first) {
            setUp(frame, sink);
        } else if (FrameRules.type(frame) == FrameRules.KEEPALIVE) {
            if (FrameRules.has(frame, FrameRules.FLAG_FOLLOWS)) {
                keepAlive(KeepAliveFrameCodec.data(frame));
            }
        } else if (!FrameRules.isPassedOver(frame)) {
            pass(frame, sink);
        }
        readWhileItIsTaken();
    }

    private void setUp(ByteBuf frame, SynchronousSink<ByteBuf> sink) {
        if (FrameRules.type(frame) == FrameRules.RESUME) {
            sendErrorAndClose(new RejectedResumeException(refusals.broken("Sessions are not resumed")));
            return;
        }
        String unserved = FrameRules.unserved(frame);
        if (unserved != null) {
            refuse(unserved);
            return;
        }
        first = false;
        lifetime = Math.clamp(FrameRules.lifetime(frame), SHORTEST_LIFETIME_MILLIS, LONGEST_LIFETIME_MILLIS);
        // without an interval, rsocket-java leaves KEEPALIVE alone
        frame.setInt(frame.readerIndex() + FrameRules.SETUP_INTERVAL_AT, 0);
        sink.next(frame);
    }

    private void pass(ByteBuf frame, SynchronousSink<ByteBuf> sink) {
        if (fragments == null) {
            if (!FrameRules.has(frame, FrameRules.FLAG_FOLLOWS) && frame.readableBytes() <= maxRequest) {
                sink.next(frame);
                return;
            }
            fragments = new Fragments(maxRequest);
        }
        switch (fragments.take(frame)) {
            case PASS -> sink.next(frame);
            case TOO_LARGE -> turnDown(frame, refusals.tooLarge(), sink);
            case TOO_SHORT -> turnDown(frame, refusals.broken("A piece of a request is too short"), sink);
            case TOO_MANY -> refuse("Too many requests in pieces at once");
        }
    }

    /**
     * Ends a request whose pieces are not as they should be, of which some may have been passed on; nobody waits for
     * the answer to a fire-and-forget.
     */
    private void turnDown(ByteBuf frame, String problem, SynchronousSink<ByteBuf> sink) {
        int stream = FrameRules.streamId(frame);
        if (FrameRules.type(frame) != FrameRules.REQUEST_FNF) {
            sendFrame(stream, ErrorFrameCodec.encode(alloc(), stream, new ProblemSignal(problem)));
        }
        sink.next(Unpooled.buffer(FrameRules.HEADER).writeInt(stream).writeShort(FrameRules.CANCEL << 10));
    }

    /** Ends the connection with what is wrong, as a problem; any thread. */
    void refuse(String fault) {
        String problem = refusals.broken(fault);
        sendErrorAndClose(first ? new RejectedSetupException(problem) : new ConnectionErrorException(problem));
    }
}
