package io.ovation.rsocket;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.Stream;

import io.micrometer.core.instrument.MeterRegistry;
import io.ovation.cluster.Nodes;
import io.ovation.edge.EdgeTest;
import io.ovation.edge.TestTokens;
import io.ovation.live.Clients;
import io.ovation.live.LiveSide;
import org.axonframework.queryhandling.QueryBus;
import org.axonframework.queryhandling.QueryUpdateEmitter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Primary;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.TestPropertySource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** A node with connections over RSocket and SSE, beside another that has none. */
@EdgeTest
@Import(BalanceEdgeTest.TwoNodes.class)
@DirtiesContext
@Timeout(60)
@TestPropertySource(
        properties = {
            "ovation.limits.connects-per-second=10000",
            "ovation.balance.least=4",
            "ovation.balance.stay=0s",
            "ovation.balance.settle=0s"
        })
class BalanceEdgeTest {
    private static final String ID = "01990000-0000-7000-8000-00000000000b";
    private static final String WATCH = "conversations." + ID + ".watch";
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int EACH = 10;
    private static final int CONNECTION_CLOSE = 0x102;

    /** Of a report: connections, those on their way, whether it takes new ones. */
    private static final int REPORT_BYTES = 9;

    private final LiveSide live;

    @Autowired
    private List<Clients> clients;

    @Autowired
    private OtherNode other;

    @Autowired
    private MeterRegistry meters;

    @LocalServerPort
    private int port;

    BalanceEdgeTest(@Autowired QueryBus bus, @Autowired QueryUpdateEmitter emitter) {
        live = new LiveSide(bus, emitter);
    }

    @AfterEach
    void close() {
        await().atMost(PATIENCE)
                .until(() -> clients.stream().mapToInt(Clients::count).sum() == 0);
        live.close();
    }

    /** Another node, to which all come who are asked, once it is ready. It answers each report with its own. */
    static final class OtherNode implements Nodes {
        private final Set<Long> came = new HashSet<>();
        private boolean ready;
        private volatile BiConsumer<String, byte[]> balance = (from, message) -> {};

        synchronized void isReady() {
            ready = true;
        }

        @Override
        public boolean several() {
            return true;
        }

        @Override
        public synchronized boolean tell(String kind, byte[] message) {
            if (kind.equals("balance")) {
                ByteBuffer asked = ByteBuffer.wrap(message).position(REPORT_BYTES);
                while (asked.hasRemaining()) {
                    came.add(asked.getLong());
                }
                ByteBuffer report = ByteBuffer.allocate(REPORT_BYTES);
                report.putInt(came.size()).putInt(0).put((byte) (ready ? 1 : 0));
                balance.accept("other", report.array());
            }
            return true;
        }

        @Override
        public void onTold(String kind, BiConsumer<String, byte[]> listener) {
            if (kind.equals("balance")) {
                balance = listener;
            }
        }

        @Override
        public void onChange(Consumer<Set<String>> listener) {
            listener.accept(Set.of("other"));
        }
    }

    @TestConfiguration(proxyBeanMethods = false)
    static class TwoNodes {
        @Bean
        @Primary
        OtherNode otherNode() {
            return new OtherNode();
        }
    }

    @Test
    void theSurplusIsToldToComeBackAndItsConnectionsEnd() throws Exception {
        List<AutoCloseable> open = new CopyOnWriteArrayList<>();
        List<List<String>> rsocket = new CopyOnWriteArrayList<>();
        List<List<String>> patient = new CopyOnWriteArrayList<>();
        List<List<String>> sse = new CopyOnWriteArrayList<>();
        ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor();
        try {
            for (int i = 0; i < EACH; i++) {
                String token = TestTokens.of("user" + i);
                RawWebSocket socket = new RawWebSocket(port, "/rsocket", "Authorization: Bearer " + token);
                open.add(socket);
                socket.send(RawWebSocket.setup(60_000));
                boolean isPatient = i % 2 == 0;
                socket.send(RawWebSocket.requestStream(1, WATCH, isPatient ? 1 : Integer.MAX_VALUE, "{}"));
                readers.submit(() -> (isPatient ? patient : rsocket).add(untilTheEnd(socket)));
                Socket http = new Socket("127.0.0.1", port);
                open.add(http);
                http.getOutputStream().write(request(TestTokens.of("other" + i)));
                readers.submit(() -> sse.add(untilTheEnd(http)));
                int all = 2 * (i + 1);
                await().atMost(PATIENCE).until(() -> watching() == all);
            }
            other.isReady();
            await().atMost(PATIENCE).until(() -> rsocket.size() + patient.size() + sse.size() >= EACH);
            assertThat(staying()).isEqualTo(EACH);
            assertThat(asked()).isEqualTo(EACH);
        } finally {
            for (AutoCloseable each : open) {
                each.close();
            }
            readers.shutdown();
        }
        assertThat(told(rsocket)).allSatisfy(told -> {
            assertThat(told.get(told.size() - 3)).matches("\\{\"type\":\"reconnect\",\"after\":[12][0-9]{3}}");
            assertThat(told.get(told.size() - 2)).as("the stream's end").isEqualTo("complete");
            assertThat(told.getLast()).startsWith("close ").contains("\"unavailable\"");
        });
        assertThat(told(patient)).as("who has asked for no more frames").allSatisfy(told -> {
            assertThat(told).hasSize(3);
            assertThat(told.getFirst()).contains("\"start\"");
            assertThat(told.get(1)).isEqualTo("complete");
            assertThat(told.getLast()).startsWith("close ");
        });
        assertThat(told(sse)).allSatisfy(told -> {
            assertThat(told).filteredOn(line -> line.startsWith("retry: ")).last().asString().matches(
                    "retry: [12][0-9]{3}");
            assertThat(told)
                    .filteredOn(line -> line.startsWith("data: "))
                    .last()
                    .asString()
                    .matches("data: \\{\"type\":\"reconnect\",\"after\":[12][0-9]{3}}");
            assertThat(told.getLast()).as("the end of the chunks, and of the connection").isEmpty();
        });
    }

    private static Stream<List<String>> told(List<List<String>> ends) {
        return ends.stream().filter(told -> !told.isEmpty());
    }

    private double asked() {
        return meters.get("ovation.balance.asked").functionCounter().count();
    }

    private long watching() {
        return clients.stream().flatMap(Clients::watching).count();
    }

    private int staying() {
        return clients.stream().mapToInt(Clients::staying).sum();
    }

    private static byte[] request(String token) {
        return ("GET /api/conversations/" + ID + "/stream HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer " + token
                        + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    /** Empty where it was this side that ended it. */
    private static List<String> untilTheEnd(Socket http) {
        List<String> lines = new ArrayList<>();
        try {
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(http.getInputStream(), StandardCharsets.UTF_8));
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                lines.add(line);
            }
            return lines;
        } catch (IOException closed) {
            return List.of();
        }
    }

    private static List<String> untilTheEnd(RawWebSocket socket) {
        List<String> told = new ArrayList<>();
        try {
            for (byte[] frame = socket.read(); frame != null; frame = socket.read()) {
                told.add(text(frame));
            }
            return told;
        } catch (IOException closed) {
            return List.of();
        }
    }

    private static String text(byte[] frame) {
        if (RawWebSocket.type(frame) == FrameRules.ERROR) {
            assertThat(ByteBuffer.wrap(frame).getInt(FrameRules.HEADER)).isEqualTo(CONNECTION_CLOSE);
            return "close " + RawWebSocket.error(frame);
        }
        String data = new String(frame, FrameRules.HEADER, frame.length - FrameRules.HEADER, StandardCharsets.UTF_8);
        return data.isEmpty() ? "complete" : data;
    }
}
