package io.ovation.postgres;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.random.RandomGenerator;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Chooses where the server listens. */
final class LoopbackPort {
    private static final Logger LOG = LoggerFactory.getLogger(LoopbackPort.class);

    /**
     * Below the ports that systems give to outgoing connections (from 32768 on Linux, 49152 on macOS). While the server
     * is being restarted, a pool that knocks on such a port could be connected to itself, or another's connection could
     * take it, and the server would not get it back.
     */
    private static final int FIRST = 20_000;

    private static final int END = 32_768;
    private static final int TRIES = 200;

    private LoopbackPort() {}

    static int free() {
        RandomGenerator random = RandomGenerator.getDefault();
        return random.ints(TRIES, FIRST, END)
                .filter(LoopbackPort::isFree)
                .findFirst()
                .orElseThrow(() -> new DataDirectoryUnavailable(
                        "PostgreSQL finds no free port on 127.0.0.1 between " + FIRST + " and " + END));
    }

    static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port), 1);
            return true;
        } catch (IOException e) {
            LOG.trace("Port {} is taken", port, e);
            return false;
        }
    }
}
