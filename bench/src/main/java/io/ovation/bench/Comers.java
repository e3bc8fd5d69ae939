package io.ovation.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

import io.netty.buffer.ByteBuf;
import io.ovation.bench.wire.Connection;
import io.ovation.bench.wire.Encoding;
import io.ovation.bench.wire.Receiver;

/**
 * Connections that watch a channel, leave with the stream's first frame and come back {@value #PAUSE_MILLIS} ms later.
 * Each is for its event loop; what is begun and ended is for one thread.
 */
final class Comers {
    private static final byte[] LIVE = Encoding.utf8("{}");
    private static final long PAUSE_MILLIS = 250;

    private final Bed bed;
    private final List<Connection> connections;
    private final LongAdder visits = new LongAdder();
    private final List<CompletableFuture<Void>> ended = new ArrayList<>();
    private volatile boolean running;

    Comers(Bed bed, List<Connection> connections) {
        this.bed = bed;
        this.connections = connections;
    }

    /** Has all of them come and go, until {@link #end}. */
    void begin(Room room) {
        running = true;
        visits.reset();
        for (Connection connection : connections) {
            Comer comer = new Comer(connection, room);
            ended.add(comer.gone);
            connection.execute(comer::come);
        }
    }

    /** Waits until all have gone, and answers how often one came. */
    long end() throws InterruptedException {
        running = false;
        for (CompletableFuture<Void> each : ended) {
            Bed.await(each);
        }
        ended.clear();
        return visits.sum();
    }

    private final class Comer implements Receiver {
        private final Connection connection;
        private final Room room;
        private final CompletableFuture<Void> gone = new CompletableFuture<>();
        private int streamId;
        private boolean here;

        Comer(Connection connection, Room room) {
            this.connection = connection;
            this.room = room;
        }

        void come() {
            if (!running) {
                gone.complete(null);
                return;
            }
            visits.increment();
            here = true;
            streamId = connection.requestStream(room.watchRoute(), LIVE, this);
        }

        @Override
        public void next(ByteBuf buffer, int index, int length) {
            if (here) {
                here = false;
                connection.cancel(streamId);
                bed.clients()
                        .loops()
                        .getFirst()
                        .schedule(() -> connection.execute(this::come), PAUSE_MILLIS, TimeUnit.MILLISECONDS);
            }
        }

        @Override
        public void failed(String error) {
            gone.completeExceptionally(new IllegalStateException("one who came was sent away: " + error));
        }
    }
}
