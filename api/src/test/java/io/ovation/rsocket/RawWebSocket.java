package io.ovation.rsocket;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/** A WebSocket without any manners: it sends what it is told to, and reads only when it is told to. */
final class RawWebSocket implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 20_000;
    private static final int SMALL_BUFFER = 16 * 1024;

    private final Socket socket = new Socket();
    private final DataInputStream in;
    private final OutputStream out;
    private final String head;

    RawWebSocket(int port, String path, String... headers) throws IOException {
        // small, so that what is not read stays with the server
        socket.setReceiveBufferSize(SMALL_BUFFER);
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), PATIENCE_MILLIS);
        in = new DataInputStream(socket.getInputStream());
        out = socket.getOutputStream();
        String request = "GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1:" + port
                + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: "
                + "dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
                + String.join(
                        "",
                        List.of(headers).stream().map(header -> header + "\r\n").toList()) + "\r\n";
        out.write(request.getBytes(StandardCharsets.US_ASCII));
        head = readHead();
    }

    private String readHead() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        while (!bytes.toString(StandardCharsets.US_ASCII).endsWith("\r\n\r\n")) {
            bytes.write(in.readByte());
        }
        return bytes.toString(StandardCharsets.US_ASCII);
    }

    /** The status of the answer to the upgrade request. */
    int status() {
        return Integer.parseInt(head.split(" ", 3)[1]);
    }

    boolean isOpen() {
        return status() == 101;
    }

    void send(byte[] frame) throws IOException {
        send(0x82, frame);
    }

    /** @param firstByte of the WebSocket frame: its flags and opcode */
    void send(int firstByte, byte[] payload) throws IOException {
        ByteBuffer frame = ByteBuffer.allocate(14 + payload.length).put((byte) firstByte);
        if (payload.length < 126) {
            frame.put((byte) (0x80 | payload.length));
        } else if (payload.length <= 0xFFFF) {
            frame.put((byte) (0x80 | 126)).putShort((short) payload.length);
        } else {
            frame.put((byte) (0x80 | 127)).putLong(payload.length);
        }
        // a mask of zeros leaves the payload as it is
        frame.putInt(0).put(payload);
        out.write(frame.array(), 0, frame.position());
    }

    /** Bytes, as they are. */
    void write(byte[] bytes) throws IOException {
        out.write(bytes);
    }

    /** Ends the connection as a peer does that crashes. */
    void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    /** The payload of the next binary message; null when the server has closed. */
    byte @Nullable [] read() throws IOException {
        for (; ; ) {
            int first = in.read();
            if (first < 0) {
                return null;
            }
            int length = in.readUnsignedByte();
            if (length == 126) {
                length = in.readUnsignedShort();
            } else if (length == 127) {
                length = Math.toIntExact(in.readLong());
            }
            byte[] payload = new byte[length];
            in.readFully(payload);
            if ((first & 0x0F) == 0x08) {
                return null;
            }
            if ((first & 0x0F) == 0x02) {
                return payload;
            }
        }
    }

    /** Everything until the server closes. */
    List<byte[]> readAll() throws IOException {
        List<byte[]> frames = new ArrayList<>();
        for (byte[] frame = read(); frame != null; frame = read()) {
            frames.add(frame);
        }
        return frames;
    }

    static byte[] frame(int stream, int type, int flags, byte[]... parts) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(ByteBuffer.allocate(6)
                .putInt(stream)
                .putShort((short) (type << 10 | flags))
                .array());
        for (byte[] part : parts) {
            bytes.writeBytes(part);
        }
        return bytes.toByteArray();
    }

    static byte[] setup(int lifetimeMillis) {
        return frame(
                0,
                FrameRules.SETUP,
                0,
                new byte[] {0, 1, 0, 0},
                integer(Math.max(1, lifetimeMillis / 2)),
                integer(lifetimeMillis),
                mime("message/x.rsocket.composite-metadata.v0"),
                mime("application/json"));
    }

    static byte[] requestStream(int stream, String route, int requestN, String json) {
        return frame(
                stream,
                FrameRules.REQUEST_STREAM,
                FrameRules.FLAG_METADATA,
                integer(requestN),
                routing(route),
                json.getBytes(StandardCharsets.UTF_8));
    }

    static byte[] requestResponse(int stream, String route, String json) {
        return frame(
                stream,
                FrameRules.REQUEST_RESPONSE,
                FrameRules.FLAG_METADATA,
                routing(route),
                json.getBytes(StandardCharsets.UTF_8));
    }

    static byte[] integer(int value) {
        return ByteBuffer.allocate(4).putInt(value).array();
    }

    /** The length of the metadata, and in it the one entry that says the route. */
    private static byte[] routing(String route) {
        byte[] text = route.getBytes(StandardCharsets.UTF_8);
        int entry = text.length + 1;
        return ByteBuffer.allocate(3 + 4 + entry)
                .put(medium(4 + entry))
                .put((byte) 0xFE)
                .put(medium(entry))
                .put((byte) text.length)
                .put(text)
                .array();
    }

    private static byte[] medium(int value) {
        return new byte[] {(byte) (value >> 16), (byte) (value >> 8), (byte) value};
    }

    private static byte[] mime(String type) {
        byte[] text = type.getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(1 + text.length)
                .put((byte) text.length)
                .put(text)
                .array();
    }

    static int type(byte[] frame) {
        return (ByteBuffer.wrap(frame).getShort(4) & 0xFFFF) >> 10;
    }

    /** What an ERROR frame says. */
    static String error(byte[] frame) {
        return new String(frame, 10, frame.length - 10, StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
