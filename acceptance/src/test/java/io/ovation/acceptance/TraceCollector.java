package io.ovation.acceptance;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.zip.GZIPInputStream;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

/** Takes traces by OTLP over HTTP, in protobuf, as a collector does. For any number of threads. */
final class TraceCollector implements AutoCloseable {
    private static final int LENGTH_DELIMITED = 2;

    private final HttpServer server;
    private final List<Span> spans = new CopyOnWriteArrayList<>();

    /**
     * A span.
     *
     * @param node the id of the process that it is of
     * @param parent the id of the span that it is a part of; empty for none
     */
    record Span(String node, String trace, String id, String parent, String name, Map<String, String> tags) {}

    TraceCollector() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/v1/traces", this::take);
        server.start();
    }

    URI endpoint() {
        return URI.create("http://" + OvationServer.HOST + ":" + server.getAddress().getPort() + "/v1/traces");
    }

    /** The spans of a trace that have come so far. */
    List<Span> of(String trace) {
        return spans.stream().filter(each -> each.trace().equals(trace)).toList();
    }

    /** All of that name that have come so far. */
    List<Span> named(String name) {
        return spans.stream().filter(each -> each.name().equals(name)).toList();
    }

    private void take(HttpExchange exchange) throws IOException {
        try (exchange) {
            boolean gzip = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
            byte[] body = (gzip ? new GZIPInputStream(exchange.getRequestBody()) : exchange.getRequestBody())
                    .readAllBytes();
            read(body);
            exchange.sendResponseHeaders(200, -1);
        }
    }

    private void read(byte[] request) {
        for (byte[] ofResource : fields(request).all(1)) {
            Fields resource = fields(ofResource);
            String node = tags(fields(resource.one(1)).all(1)).getOrDefault("service.instance.id", "");
            for (byte[] ofScope : resource.all(2)) {
                for (byte[] each : fields(ofScope).all(2)) {
                    Fields span = fields(each);
                    HexFormat hex = HexFormat.of();
                    spans.add(new Span(
                            node,
                            hex.formatHex(span.one(1)),
                            hex.formatHex(span.one(2)),
                            hex.formatHex(span.one(4)),
                            text(span.one(5)),
                            tags(span.all(9))));
                }
            }
        }
    }

    private static Map<String, String> tags(List<byte[]> attributes) {
        Map<String, String> tags = new HashMap<>();
        for (byte[] each : attributes) {
            Fields attribute = fields(each);
            tags.put(text(attribute.one(1)), text(fields(attribute.one(2)).one(1)));
        }
        return tags;
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** The fields of a message of protobuf that are bytes, texts and messages, by their numbers. */
    private record Fields(Map<Integer, List<byte[]>> byNumber) {
        List<byte[]> all(int number) {
            return byNumber.getOrDefault(number, List.of());
        }

        byte[] one(int number) {
            List<byte[]> all = all(number);
            return all.isEmpty() ? new byte[0] : all.getFirst();
        }
    }

    private static Fields fields(byte[] message) {
        Map<Integer, List<byte[]>> fields = new HashMap<>();
        ByteBuffer left = ByteBuffer.wrap(message);
        while (left.hasRemaining()) {
            int key = (int) varint(left);
            switch (key & 7) {
                case 0 -> varint(left);
                case 1 -> left.position(left.position() + Long.BYTES);
                case LENGTH_DELIMITED -> {
                    byte[] value = new byte[(int) varint(left)];
                    left.get(value);
                    fields.computeIfAbsent(key >> 3, number -> new ArrayList<>()).add(value);
                }
                case 5 -> left.position(left.position() + Integer.BYTES);
                default -> throw new IllegalArgumentException("No protobuf: wire type " + (key & 7));
            }
        }
        return new Fields(fields);
    }

    private static long varint(ByteBuffer from) {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            byte next = from.get();
            value |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                return value;
            }
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
