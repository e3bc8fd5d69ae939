package io.ovation.demo;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

import io.netty.buffer.ByteBuf;
import io.ovation.client.ServerAddress;
import io.rsocket.ConnectionSetupPayload;
import io.rsocket.Payload;
import io.rsocket.RSocket;
import io.rsocket.core.RSocketServer;
import io.rsocket.exceptions.ApplicationErrorException;
import io.rsocket.exceptions.RejectedSetupException;
import io.rsocket.metadata.AuthMetadataCodec;
import io.rsocket.metadata.CompositeMetadata;
import io.rsocket.metadata.RoutingMetadata;
import io.rsocket.transport.netty.server.WebsocketRouteTransport;
import io.rsocket.util.DefaultPayload;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Enough of the contract to play against, with the trouble that a test asks for. */
final class FakeServer implements AutoCloseable {
    /** What befalls a send. */
    enum Trouble {
        /** The connection is cut before the message is recorded. */
        CUT_BEFORE,
        /** The connection is cut when the message is recorded, and before it is acknowledged. */
        CUT_AFTER,
        RATE_LIMITED,
        EXPIRED
    }

    /** A message as it was recorded. */
    record Recorded(String messageId, String sender, JsonNode body) {}

    private final JsonMapper json = new JsonMapper();
    private final Map<String, Recorded> messages = new LinkedHashMap<>();
    private final Map<String, String> openRequests = new LinkedHashMap<>();
    private final Deque<Trouble> troubles = new ArrayDeque<>();
    private final List<String> connected = new CopyOnWriteArrayList<>();
    private final List<JsonNode> added = new CopyOnWriteArrayList<>();
    private final List<Sinks.Many<String>> watchers = new CopyOnWriteArrayList<>();
    private final DisposableServer server;

    FakeServer() {
        RSocketServer sockets = RSocketServer.create((setup, peer) -> accept(setup, peer));
        server = HttpServer.create()
                .host("127.0.0.1")
                .port(0)
                .route(routes -> routes.post("/api/dev/tokens", (request, response) -> response.header(
                                        "Content-Type", "application/json")
                                .sendString(
                                        request.receive().aggregate().asString().map(this::token)))
                        .ws("/rsocket", WebsocketRouteTransport.newHandler(sockets.asConnectionAcceptor())))
                .bindNow();
    }

    ServerAddress address() {
        return ServerAddress.parse("http://127.0.0.1:" + server.port());
    }

    /** The next sends meet these, one each. */
    synchronized void trouble(List<Trouble> coming) {
        troubles.addAll(coming);
    }

    synchronized List<Recorded> recorded() {
        return List.copyOf(messages.values());
    }

    /** The users of all connections, in the order in which they were set up. */
    List<String> connected() {
        return connected;
    }

    /** The bodies of all {@code members.add}. */
    List<JsonNode> added() {
        return added;
    }

    synchronized List<String> opened() {
        return List.copyOf(openRequests.values());
    }

    @Override
    public void close() {
        server.disposeNow(Duration.ofSeconds(5));
    }

    private String token(String request) {
        return "{\"token\":\"token of " + json.readTree(request).path("user").asString() + "\"}";
    }

    private Mono<RSocket> accept(ConnectionSetupPayload setup, RSocket peer) {
        String user = "";
        for (CompositeMetadata.Entry entry : new CompositeMetadata(setup.metadata(), false)) {
            ByteBuf content = entry.getContent();
            AuthMetadataCodec.readWellKnownAuthType(content);
            user = AuthMetadataCodec.readPayload(content)
                    .toString(StandardCharsets.UTF_8)
                    .replace("token of ", "");
        }
        if (user.equals("nobody")) {
            return Mono.error(new RejectedSetupException("{\"code\":\"unauthenticated\",\"detail\":\"Who is that?\"}"));
        }
        connected.add(user);
        return Mono.just(new Connection(user, peer));
    }

    private static String route(Payload payload) {
        for (CompositeMetadata.Entry entry : new CompositeMetadata(payload.metadata(), false)) {
            return new RoutingMetadata(entry.getContent()).iterator().next();
        }
        throw new IllegalArgumentException("No route");
    }

    /** One person's connection. */
    private final class Connection implements RSocket {
        private final String user;
        private final RSocket peer;

        Connection(String user, RSocket peer) {
            this.user = user;
            this.peer = peer;
        }

        @Override
        public Mono<Payload> requestResponse(Payload payload) {
            String route = route(payload);
            JsonNode body = json.readTree(payload.getDataUtf8());
            if (route.equals("conversations.open")) {
                return answer(open(body));
            }
            if (route.endsWith(".members.add")) {
                added.add(body);
                return answer("{}");
            }
            if (route.endsWith(".history")) {
                return answer(
                        history(body.path("after").asInt(), body.path("limit").asInt()));
            }
            return send(body);
        }

        @Override
        public Flux<Payload> requestStream(Payload payload) {
            Sinks.Many<String> frames = Sinks.many().unicast().onBackpressureBuffer();
            frames.tryEmitNext("{\"type\":\"start\"}").orThrow();
            watchers.add(frames);
            return frames.asFlux().doFinally(end -> watchers.remove(frames)).map(DefaultPayload::create);
        }

        private String open(JsonNode body) {
            synchronized (FakeServer.this) {
                String request = user + " " + body;
                String before =
                        openRequests.putIfAbsent(body.path("conversationId").asString(), request);
                if (before != null && !before.equals(request)) {
                    throw new ApplicationErrorException("{\"code\":\"conflict\",\"detail\":\"Taken\"}");
                }
                return "{\"conversationId\":\"" + body.path("conversationId").asString() + "\"}";
            }
        }

        private String history(int after, int limit) {
            synchronized (FakeServer.this) {
                List<Map<String, Object>> page = new ArrayList<>();
                List<Recorded> all = recorded();
                for (int i = after; i < Math.min(all.size(), after + limit); i++) {
                    page.add(Map.of("messageId", all.get(i).messageId(), "seq", i + 1));
                }
                return json.writeValueAsString(Map.of("messages", page, "lastSeq", all.size()));
            }
        }

        private Mono<Payload> send(JsonNode body) {
            synchronized (FakeServer.this) {
                Trouble trouble = troubles.poll();
                if (trouble == Trouble.RATE_LIMITED) {
                    return Mono.error(new ApplicationErrorException(
                            "{\"code\":\"rate_limited\",\"detail\":\"Slowly\",\"retryAfter\":1}"));
                }
                if (trouble == Trouble.EXPIRED) {
                    return Mono.error(
                            new ApplicationErrorException("{\"code\":\"unauthenticated\",\"detail\":\"Expired\"}"));
                }
                if (trouble == Trouble.CUT_BEFORE) {
                    peer.dispose();
                    return Mono.never();
                }
                String id = body.path("messageId").asString();
                Recorded message = new Recorded(id, user, body);
                Recorded before = messages.putIfAbsent(id, message);
                if (before != null && !before.equals(message)) {
                    return Mono.error(new ApplicationErrorException("{\"code\":\"conflict\",\"detail\":\"Taken\"}"));
                }
                if (before == null) {
                    String frame = "{\"type\":\"message\",\"messageId\":\"" + id + "\",\"cursor\":\"c\"}";
                    watchers.forEach(watcher -> watcher.tryEmitNext(frame));
                }
                if (trouble == Trouble.CUT_AFTER) {
                    peer.dispose();
                    return Mono.never();
                }
                return answer("{\"messageId\":\"" + id + "\",\"seq\":" + messages.size() + "}");
            }
        }

        private static Mono<Payload> answer(String text) {
            return Mono.just(DefaultPayload.create(text));
        }
    }
}
