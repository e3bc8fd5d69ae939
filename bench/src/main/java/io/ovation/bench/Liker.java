package io.ovation.bench;

import java.util.List;

import io.netty.buffer.ByteBuf;
import io.ovation.bench.wire.Connection;
import io.ovation.bench.wire.Encoding;
import io.ovation.bench.wire.Receiver;

/**
 * One user who likes one content after the other, each once: every like is an event. On the connection's event loop
 * only, but for {@link #keep}.
 */
final class Liker {
    private final Connection connection;
    private final List<String> contents;
    private final Traffic traffic;
    private int next;

    Liker(Connection connection, List<String> contents, Traffic traffic) {
        this.connection = connection;
        this.contents = contents;
        this.traffic = traffic;
    }

    Connection connection() {
        return connection;
    }

    /** Keeps so many likes in flight for as long as the traffic runs. */
    void keep(int inFlight) {
        connection.execute(() -> {
            for (int i = 0; i < inFlight; i++) {
                again();
            }
        });
    }

    /** Likes the next content; false when this user has liked all of them. */
    boolean like(long intended) {
        return like(intended, false);
    }

    private void again() {
        if (traffic.running()) {
            like(System.nanoTime(), true);
        }
    }

    private boolean like(long intended, boolean closedLoop) {
        if (next == contents.size()) {
            return false;
        }
        byte[] route = Encoding.route("contents." + contents.get(next++) + ".like");
        traffic.sent();
        connection.requestResponse(route, Contents.NOTHING, new Pending(intended, closedLoop));
        return true;
    }

    private final class Pending implements Receiver {
        private final long intended;
        private final boolean closedLoop;

        Pending(long intended, boolean closedLoop) {
            this.intended = intended;
            this.closedLoop = closedLoop;
        }

        @Override
        public void next(ByteBuf buffer, int index, int length) {
            traffic.acknowledged(System.nanoTime() - intended);
            goOn();
        }

        @Override
        public void failed(String error) {
            traffic.failed(error);
            goOn();
        }

        private void goOn() {
            if (closedLoop) {
                again();
            }
        }
    }
}
