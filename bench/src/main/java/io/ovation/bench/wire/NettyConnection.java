package io.ovation.bench.wire;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.collection.IntObjectHashMap;
import io.netty.util.collection.IntObjectMap;
import org.jspecify.annotations.Nullable;

/**
 * The requester's half of RSocket 1.0 over WebSocket, straight on a netty channel: a delivery costs a few comparisons
 * and no allocation, where the generator has to share two cores with the server. {@link ReferenceConnection} does the
 * same with rsocket-java, to check this one against.
 *
 * <p>No resumption, no leases, no fragmentation of what is sent; a fragmented answer is put together.
 */
final class NettyConnection extends ChannelInboundHandlerAdapter implements Connection {
    private static final int SETUP = 0x01;
    private static final int KEEPALIVE = 0x03;
    private static final int REQUEST_RESPONSE = 0x04;
    private static final int REQUEST_STREAM = 0x06;
    private static final int CANCEL = 0x09;
    private static final int PAYLOAD = 0x0A;
    private static final int ERROR = 0x0B;
    private static final int WITH_METADATA = 0x100;
    private static final int FOLLOWS = 0x80;
    private static final int RESPOND = 0x80;
    private static final int COMPLETE = 0x40;
    private static final int NEXT = 0x20;
    private static final int WEBSOCKET_BINARY = 0x2;
    private static final int WEBSOCKET_CLOSE = 0x8;
    private static final int WEBSOCKET_PING = 0x9;
    private static final int WEBSOCKET_PONG = 0xA;
    private static final int KEEPALIVE_MILLIS = 60_000;
    private static final int LIFETIME_MILLIS = 300_000;
    private static final byte[] METADATA_TYPE = Encoding.utf8("message/x.rsocket.composite-metadata.v0");
    private static final byte[] DATA_TYPE = Encoding.utf8("application/json");

    private final String host;
    private final String token;
    private final CompletableFuture<Connection> opened = new CompletableFuture<>();
    private final IntObjectMap<Receiver> streams = new IntObjectHashMap<>(4);
    private @Nullable IntObjectMap<ByteBuf> fragments;
    private @Nullable Channel channel;
    private @Nullable ByteBuf unread;
    private boolean upgraded;
    private boolean reading;
    private boolean unflushed;
    private int nextStreamId = 1;

    NettyConnection(String host, String token) {
        this.host = host;
        this.token = token;
    }

    /** Completes once SETUP is on its way; fails when the upgrade is refused. */
    CompletableFuture<Connection> opened() {
        return opened;
    }

    private Channel channel() {
        Channel current = channel;
        if (current == null) {
            throw new IllegalStateException("not connected");
        }
        return current;
    }

    @Override
    public void execute(Runnable task) {
        if (channel().eventLoop().inEventLoop()) {
            task.run();
        } else {
            channel().eventLoop().execute(task);
        }
    }

    @Override
    public void requestResponse(byte[] metadata, byte[] data, Receiver receiver) {
        int streamId = register(receiver);
        ByteBuf out = frame(6 + 3 + metadata.length + data.length, streamId, REQUEST_RESPONSE, WITH_METADATA);
        out.writeMedium(metadata.length).writeBytes(metadata).writeBytes(data);
        write(out);
    }

    @Override
    public int requestStream(byte[] metadata, byte[] data, Receiver receiver) {
        int streamId = register(receiver);
        ByteBuf out = frame(6 + 4 + 3 + metadata.length + data.length, streamId, REQUEST_STREAM, WITH_METADATA);
        out.writeInt(Integer.MAX_VALUE)
                .writeMedium(metadata.length)
                .writeBytes(metadata)
                .writeBytes(data);
        write(out);
        return streamId;
    }

    @Override
    public void cancel(int streamId) {
        if (streams.remove(streamId) != null) {
            write(frame(6, streamId, CANCEL, 0));
        }
    }

    @Override
    public void close() {
        channel().close();
    }

    private int register(Receiver receiver) {
        int streamId = nextStreamId;
        nextStreamId += 2;
        streams.put(streamId, receiver);
        return streamId;
    }

    /**
     * Starts a masked WebSocket message with an RSocket frame of {@code length} bytes in it. The mask is zero: it has
     * to be there, but need not cost anything.
     */
    private ByteBuf frame(int length, int streamId, int type, int flags) {
        ByteBuf out = webSocketHeader(WEBSOCKET_BINARY, length);
        return out.writeInt(streamId).writeShort(type << 10 | flags);
    }

    private ByteBuf webSocketHeader(int opcode, int length) {
        ByteBuf out = channel().alloc().buffer(length + 8);
        out.writeByte(0x80 | opcode);
        if (length < 126) {
            out.writeByte(0x80 | length);
        } else if (length <= 0xFFFF) {
            out.writeByte(0x80 | 126).writeShort(length);
        } else {
            throw new IllegalArgumentException("a request of " + length + " bytes is over the contract's limit");
        }
        return out.writeInt(0);
    }

    private void write(ByteBuf out) {
        if (reading) {
            channel().write(out, channel().voidPromise());
            unflushed = true;
        } else {
            channel().writeAndFlush(out, channel().voidPromise());
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        channel = ctx.channel();
        byte[] key = new byte[16];
        ThreadLocalRandom.current().nextBytes(key);
        String request = "GET /rsocket HTTP/1.1\r\nHost: " + host
                + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                + "Sec-WebSocket-Key: " + Base64.getEncoder().encodeToString(key) + "\r\nAuthorization: Bearer " + token
                + "\r\n\r\n";
        byte[] bytes = Encoding.utf8(request);
        ctx.writeAndFlush(ctx.alloc().buffer(bytes.length).writeBytes(bytes), ctx.voidPromise());
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf in = (ByteBuf) message;
        ByteBuf earlier = unread;
        if (earlier != null) {
            earlier.discardReadBytes().writeBytes(in);
            in.release();
            in = earlier;
            unread = null;
        }
        reading = true;
        try {
            if (!upgraded && !upgrade(in)) {
                unread = in.retain();
                return;
            }
            while (message(in)) {
                // one WebSocket message after the other, as long as they are complete
            }
            if (in.isReadable()) {
                // an own copy, so that a few bytes do not keep a whole read buffer of 64 KiB alive
                unread = in == earlier
                        ? in.retain()
                        : ctx.alloc().buffer(Math.max(256, in.readableBytes())).writeBytes(in);
            }
        } finally {
            reading = false;
            in.release();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        if (unflushed) {
            unflushed = false;
            ctx.flush();
        }
    }

    private boolean upgrade(ByteBuf in) {
        String head = in.toString(StandardCharsets.US_ASCII);
        int end = head.indexOf("\r\n\r\n");
        if (end < 0) {
            return false;
        }
        if (!head.startsWith("HTTP/1.1 101")) {
            opened.completeExceptionally(new IllegalStateException(
                    "no upgrade: " + head.lines().findFirst().orElse("")));
            close();
            return false;
        }
        in.skipBytes(end + 4);
        upgraded = true;
        ByteBuf setup = frame(6 + 4 + 8 + 1 + METADATA_TYPE.length + 1 + DATA_TYPE.length, 0, SETUP, 0);
        setup.writeShort(1).writeShort(0).writeInt(KEEPALIVE_MILLIS).writeInt(LIFETIME_MILLIS);
        setup.writeByte(METADATA_TYPE.length)
                .writeBytes(METADATA_TYPE)
                .writeByte(DATA_TYPE.length)
                .writeBytes(DATA_TYPE);
        write(setup);
        // spread, so that thousands of connections do not all beat at once
        long first = ThreadLocalRandom.current().nextLong(KEEPALIVE_MILLIS / 2, KEEPALIVE_MILLIS);
        channel().eventLoop().schedule(this::beat, first, TimeUnit.MILLISECONDS);
        opened.complete(this);
        return true;
    }

    private void beat() {
        if (channel().isActive()) {
            write(frame(6 + 8, 0, KEEPALIVE, RESPOND).writeLong(0));
            channel().eventLoop().schedule(this::beat, KEEPALIVE_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    /** Takes one WebSocket message, if it is there to its end. */
    private boolean message(ByteBuf in) {
        int readable = in.readableBytes();
        if (readable < 2) {
            return false;
        }
        int start = in.readerIndex();
        int first = in.getUnsignedByte(start);
        int length = in.getUnsignedByte(start + 1);
        int header = 2;
        if (length == 126) {
            if (readable < 4) {
                return false;
            }
            length = in.getUnsignedShort(start + 2);
            header = 4;
        } else if (length == 127) {
            if (readable < 10) {
                return false;
            }
            length = Math.toIntExact(in.getLong(start + 2));
            header = 10;
        }
        if (readable < header + length) {
            return false;
        }
        in.skipBytes(header + length);
        switch (first) {
            case 0x80 | WEBSOCKET_BINARY -> rsocketFrame(in, start + header, length);
            case 0x80 | WEBSOCKET_PING ->
                write(webSocketHeader(WEBSOCKET_PONG, length).writeBytes(in, start + header, length));
            case 0x80 | WEBSOCKET_PONG -> {
                // nothing was asked
            }
            case 0x80 | WEBSOCKET_CLOSE -> close();
            default ->
                throw new IllegalStateException(
                        "a WebSocket frame that RSocket has no use for: " + Integer.toHexString(first));
        }
        return true;
    }

    private void rsocketFrame(ByteBuf in, int start, int length) {
        int streamId = in.getInt(start);
        int typeAndFlags = in.getUnsignedShort(start + 4);
        int flags = typeAndFlags & 0x3FF;
        int at = start + 6;
        switch (typeAndFlags >>> 10) {
            case PAYLOAD -> {
                if ((flags & WITH_METADATA) != 0) {
                    at += 3 + in.getUnsignedMedium(at);
                }
                payload(in, streamId, flags, at, start + length - at);
            }
            case KEEPALIVE -> {
                if ((flags & RESPOND) != 0) {
                    write(frame(length, 0, KEEPALIVE, 0).writeBytes(in, at, length - 6));
                }
            }
            case ERROR -> {
                String error = in.toString(at + 4, start + length - at - 4, StandardCharsets.UTF_8);
                if (streamId == 0) {
                    failAll(error);
                    close();
                } else {
                    Receiver receiver = streams.remove(streamId);
                    if (receiver != null) {
                        receiver.failed(error);
                    }
                }
            }
            default -> {
                // REQUEST_N, LEASE, METADATA_PUSH: nothing for a requester of single answers and streams
            }
        }
    }

    private void payload(ByteBuf in, int streamId, int flags, int at, int length) {
        Receiver receiver = streams.get(streamId);
        if (receiver == null) {
            return; // was on its way when the stream was cancelled
        }
        boolean last = (flags & COMPLETE) != 0;
        if (last) {
            streams.remove(streamId);
        }
        if ((flags & FOLLOWS) != 0 || fragments != null && fragments.containsKey(streamId)) {
            fragment(in, streamId, flags, at, length, receiver);
        } else if ((flags & NEXT) != 0) {
            receiver.next(in, at, length);
        }
        if (last) {
            receiver.completed();
        }
    }

    private void fragment(ByteBuf in, int streamId, int flags, int at, int length, Receiver receiver) {
        IntObjectMap<ByteBuf> parts = fragments;
        if (parts == null) {
            parts = new IntObjectHashMap<>(2);
            fragments = parts;
        }
        ByteBuf whole = parts.get(streamId);
        if (whole == null) {
            whole = channel().alloc().buffer(2 * length);
            parts.put(streamId, whole);
        }
        whole.writeBytes(in, at, length);
        if ((flags & FOLLOWS) == 0) {
            parts.remove(streamId);
            try {
                receiver.next(whole, whole.readerIndex(), whole.readableBytes());
            } finally {
                whole.release();
            }
        }
    }

    private void failAll(String error) {
        List<Receiver> open = new ArrayList<>(streams.values());
        streams.clear();
        open.forEach(receiver -> receiver.failed(error));
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        opened.completeExceptionally(new IllegalStateException("closed before the upgrade"));
        failAll("connection closed");
        ReferenceCountUtil.release(unread);
        unread = null;
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        opened.completeExceptionally(cause);
        failAll(cause.toString());
        ctx.close();
    }
}
