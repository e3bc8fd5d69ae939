package io.ovation.bench;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

import io.netty.buffer.ByteBuf;
import io.ovation.bench.wire.Connection;
import io.ovation.bench.wire.Encoding;
import io.ovation.bench.wire.Field;
import io.ovation.bench.wire.Receiver;

/**
 * Sends on one connection, in the rooms that are its own. A message's text begins with the time at which it was meant
 * to be sent, in 16 hexadecimal digits of {@link System#nanoTime()}, so that whoever receives it can tell how old it
 * is.
 */
final class Sender {
    /** Bytes of text in a message: a sentence or two of chat. */
    static final int TEXT = 100;

    private static final String HEAD = "{\"messageId\":\"00000000-0000-7000-8000-000000000000\",\"body\":\"";
    private static final int ID_AT = "{\"messageId\":\"".length();
    private static final int TIME_AT = HEAD.length();
    private static final Field SEQ = new Field("\"seq\":");

    private final Connection connection;
    private final List<Room> rooms;
    private final Traffic traffic;
    private final SplittableRandom random;
    private final byte[] message;
    private final byte[] hex = new byte[16];

    /** @param rooms none of which another sender has */
    Sender(Connection connection, List<Room> rooms, Traffic traffic, SplittableRandom random) {
        this.connection = connection;
        this.rooms = List.copyOf(rooms);
        this.traffic = traffic;
        this.random = random;
        byte[] filler = new byte[TEXT - 16];
        Arrays.fill(filler, (byte) 'o');
        String text = HEAD + "0".repeat(16) + new String(filler, StandardCharsets.US_ASCII) + "\"}";
        message = Encoding.utf8(text);
    }

    Connection connection() {
        return connection;
    }

    List<Room> rooms() {
        return rooms;
    }

    /** Keeps {@code inFlight} messages in flight, each in a room taken at random, for as long as the traffic runs. */
    void keep(int inFlight) {
        connection.execute(() -> {
            for (int i = 0; i < inFlight; i++) {
                again();
            }
        });
    }

    private void again() {
        if (traffic.running()) {
            send(rooms.get(random.nextInt(rooms.size())), System.nanoTime(), true);
        }
    }

    /** Sends one message. On the connection's event loop only. */
    void send(Room room, long intended) {
        send(room, intended, false);
    }

    private void send(Room room, long intended, boolean closedLoop) {
        long most = System.currentTimeMillis() << 16 | 0x7000 | random.nextInt(0x1000);
        long least = 0x8000_0000_0000_0000L | random.nextLong() >>> 2;
        uuid(most, least);
        Encoding.hex16(intended, message, TIME_AT);
        traffic.sent();
        connection.requestResponse(room.sendRoute(), message, new Pending(room, most, least, intended, closedLoop));
    }

    private void uuid(long most, long least) {
        Encoding.hex16(most, hex, 0);
        System.arraycopy(hex, 0, message, ID_AT, 8);
        System.arraycopy(hex, 8, message, ID_AT + 9, 4);
        System.arraycopy(hex, 12, message, ID_AT + 14, 4);
        Encoding.hex16(least, hex, 0);
        System.arraycopy(hex, 0, message, ID_AT + 19, 4);
        System.arraycopy(hex, 4, message, ID_AT + 24, 12);
    }

    private final class Pending implements Receiver {
        private final Room room;
        private final long most;
        private final long least;
        private final long intended;
        private final boolean closedLoop;

        Pending(Room room, long most, long least, long intended, boolean closedLoop) {
            this.room = room;
            this.most = most;
            this.least = least;
            this.intended = intended;
            this.closedLoop = closedLoop;
        }

        @Override
        public void next(ByteBuf buffer, int index, int length) {
            int at = SEQ.find(buffer, index, length);
            if (at < 0) {
                failed("an acknowledgement without seq: " + buffer.toString(index, length, StandardCharsets.UTF_8));
                return;
            }
            room.acknowledge((int) Field.decimal(buffer, at), most, least);
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
