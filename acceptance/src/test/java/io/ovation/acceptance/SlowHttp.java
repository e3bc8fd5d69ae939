package io.ovation.acceptance;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A GET whose answer is taken from the socket itself, no faster than a test asks for it: Java's client reads ahead, and
 * lets go of what it has read when a body ends abnormally.
 */
final class SlowHttp implements AutoCloseable {
    private static final int LITTLE = 4 * 1024;

    private final Socket socket;
    private final InputStream in;
    private long left;
    private boolean complete;

    private SlowHttp(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new BufferedInputStream(socket.getInputStream(), LITTLE);
    }

    /** Sends the request, and returns when the head of the answer has come, which has to be 200. */
    static SlowHttp open(OvationServer server, String path, String token) throws IOException {
        Socket socket = new Socket();
        // before it is connected, for the window to be as small
        socket.setReceiveBufferSize(LITTLE);
        socket.setSoTimeout(Math.toIntExact(Frames.PATIENCE.toMillis()));
        socket.connect(new InetSocketAddress(OvationServer.HOST, server.port()));
        String request = "GET " + path + " HTTP/1.1\r\nHost: " + OvationServer.HOST + "\r\nAuthorization: Bearer "
                + token + "\r\n\r\n";
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        SlowHttp answer = new SlowHttp(socket);
        assertThat(answer.next()).startsWith("HTTP/1.1 200 ");
        for (String header = answer.next(); header != null && !header.isEmpty(); header = answer.next()) {
            assertThat(header.toLowerCase(Locale.ROOT)).doesNotStartWith("content-length");
        }
        return answer;
    }

    /** The next whole line of the body; null at its end, whether that is {@link #isComplete} or not. */
    @Nullable
    String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        try {
            for (int b = read(); b >= 0; b = read()) {
                if (b == '\n') {
                    return line.toString(StandardCharsets.UTF_8);
                }
                line.write(b);
            }
        } catch (SocketException reset) {
            return null;
        }
        return null;
    }

    /** Whether the chunk that ends a body has come. */
    boolean isComplete() {
        return complete;
    }

    /** Goes away in the middle, for which HTTP/1.1 has no other word. */
    @Override
    public void close() throws IOException {
        socket.close();
    }

    private int read() throws IOException {
        if (left == 0 && !complete) {
            String size = next();
            // the end of the chunk before
            size = size != null && size.isEmpty() ? next() : size;
            if (size == null) {
                return -1;
            }
            left = Long.parseLong(size, 16);
            complete = left == 0;
        }
        if (complete) {
            return -1;
        }
        left--;
        return in.read();
    }

    /** A line that is none of the body's; null at the end of the connection. */
    private @Nullable String next() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                return null;
            }
            line.append((char) b);
        }
        return line.toString().stripTrailing();
    }
}
