package io.ovation.bench;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;

import io.netty.buffer.ByteBuf;
import io.ovation.bench.wire.Connection;
import io.ovation.bench.wire.Encoding;
import io.ovation.bench.wire.Field;
import io.ovation.bench.wire.Receiver;

/** Contents that a scenario works on, and what the server has counted for them. */
final class Contents {
    static final byte[] NOTHING = Encoding.utf8("{}");

    private static final byte[] PUBLISH = Encoding.route("contents.publish");
    private static final int IN_FLIGHT = 64;

    private Contents() {}

    /** Publishes so many, and answers their ids. */
    static List<String> publish(List<Connection> connections, int count) throws InterruptedException {
        List<String> ids = new ArrayList<>(count);
        List<CompletableFuture<?>> answers = new ArrayList<>(count);
        Semaphore permits = new Semaphore(IN_FLIGHT);
        for (int i = 0; i < count; i++) {
            String id = UUID.randomUUID().toString();
            byte[] data =
                    Encoding.utf8("{\"contentId\":\"" + id + "\",\"title\":\"News " + i + "\",\"body\":\"text\"}");
            permits.acquire();
            answers.add(Bed.ask(connections.get(i % connections.size()), PUBLISH, data)
                    .whenComplete((took, error) -> permits.release()));
            ids.add(id);
        }
        for (CompletableFuture<?> answer : answers) {
            Bed.await(answer);
        }
        return ids;
    }

    /** What the server has counted in one of the counters of all the contents. */
    static long counted(List<Connection> connections, List<String> ids, String counter) throws InterruptedException {
        List<CompletableFuture<Long>> answers = new ArrayList<>(ids.size());
        Semaphore permits = new Semaphore(IN_FLIGHT);
        for (int i = 0; i < ids.size(); i++) {
            Connection connection = connections.get(i % connections.size());
            byte[] route = Encoding.route("contents." + ids.get(i) + ".counters");
            permits.acquire();
            CompletableFuture<Long> answer = new CompletableFuture<>();
            answers.add(answer.whenComplete((count, error) -> permits.release()));
            connection.execute(() -> connection.requestResponse(route, NOTHING, new Counted(counter, answer)));
        }
        long sum = 0;
        for (CompletableFuture<Long> answer : answers) {
            sum += Bed.await(answer);
        }
        return sum;
    }

    /**
     * How many events are in the log: the position of a content that is published now, as its frame on the feed says.
     */
    static long events(Connection connection) throws InterruptedException {
        CompletableFuture<String> cursor = new CompletableFuture<>();
        connection.execute(
                () -> connection.requestStream(Encoding.route("feed.watch"), NOTHING, new Cursor(cursor, connection)));
        byte[] id = Bed.await(cursor).getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.wrap(Base64.getUrlDecoder().decode(id)).getLong();
    }

    private static final class Counted implements Receiver {
        private final Field field;
        private final CompletableFuture<Long> answer;

        Counted(String counter, CompletableFuture<Long> answer) {
            this.field = new Field("\"" + counter + "\":");
            this.answer = answer;
        }

        @Override
        public void next(ByteBuf buffer, int index, int length) {
            answer.complete(Field.decimal(buffer, field.find(buffer, index, length)));
        }

        @Override
        public void failed(String error) {
            answer.completeExceptionally(new IllegalStateException(error));
        }
    }

    /** Publishes once the feed is live, and takes the cursor of what that tells. */
    private static final class Cursor implements Receiver {
        private static final Field CURSOR = new Field("\"cursor\":\"");

        private final CompletableFuture<String> cursor;
        private final Connection connection;
        private boolean live;

        Cursor(CompletableFuture<String> cursor, Connection connection) {
            this.cursor = cursor;
            this.connection = connection;
        }

        @Override
        public void next(ByteBuf buffer, int index, int length) {
            if (!live) {
                live = true;
                CompletableFuture<Long> published =
                        Bed.ask(connection, PUBLISH, Encoding.utf8("{\"title\":\"Mark\",\"body\":\"text\"}"));
                published.whenComplete((took, error) -> {
                    if (error != null) {
                        cursor.completeExceptionally(error);
                    }
                });
                return;
            }
            int at = CURSOR.find(buffer, index, length);
            if (at >= 0) {
                cursor.complete(Field.text(buffer, at));
            }
        }

        @Override
        public void failed(String error) {
            cursor.completeExceptionally(new IllegalStateException(error));
        }
    }
}
