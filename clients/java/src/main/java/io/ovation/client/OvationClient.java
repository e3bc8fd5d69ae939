package io.ovation.client;

import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

import com.github.f4b6a3.uuid.UuidCreator;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SynchronousSink;
import reactor.core.scheduler.Schedulers;
import reactor.util.retry.Retry;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One user's connection to a server, over RSocket-WebSocket with the token in SETUP. Safe for use by any thread;
 * nothing here blocks.
 *
 * <p>It connects at the first request, and again at the first one after a cut. The supplier of tokens is asked at each
 * connect, and before the last token expires. What is asked in the typed way is asked until it is answered: it waits
 * while there is no connection, and is sent again under the same id after a cut, so that it is recorded once. Streams
 * go on from their last cursor. Errors are {@link RequestRejected}, with the contract's code, {@link ConnectionLost},
 * {@link NoToken} and {@link ClientClosed}.
 *
 * <pre>{@code
 * OvationClient ada = OvationClient.of("https://chat.example.org", () -> fetchToken());
 * Conversation tea = ada.conversation(id);
 * tea.watch() // goes on across reconnects, each message once and in order
 *         .filter(frame -> frame.type().equals("message"))
 *         .subscribe(frame -> System.out.println(frame.text("sender") + ": " + frame.text("body")));
 * tea.send("Hello") // waits while there is no connection, and is sent again until it is answered
 *         .subscribe(sent -> System.out.println("It is durable now, as number " + sent.seq()));
 * }</pre>
 */
public final class OvationClient implements AutoCloseable {
    /** A stream that has held for so long has forgotten the failures before it. */
    private static final Duration STABLE = Duration.ofSeconds(30);

    /** The protocol grows: fields that are not known here are passed over, and what is absent is false or 0. */
    private final JsonMapper json = JsonMapper.builder()
            .disable(
                    DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES,
                    DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .build();

    private final Connection connection;
    private final Outbox outbox = new Outbox();

    /**
     * A client of a server.
     *
     * <p>What {@code token} fails with at a connect is the cause of a {@link NoToken}. All that waits for the
     * connection ends with it, unless it is a failure of the network, which passes. {@link ConnectionLost} and
     * {@link RequestRejected} are told as they are. The supplier has 15 seconds, and so has the connect: where people
     * have to sign in, fail.
     *
     * @param server where to connect
     * @param token the user's token, asked for at each connect and before the last one expires
     */
    public OvationClient(ServerAddress server, Mono<String> token) {
        this.connection = new Connection(server, token, Clock.systemUTC());
    }

    /**
     * A client of a server. Throws {@link IllegalArgumentException}, with a message for people, for what is no address.
     * What the supplier throws is told as {@link #OvationClient(ServerAddress, Mono)} says.
     *
     * @param url such as {@code https://chat.example.org}
     * @param token the user's token; asked for on a thread of its own, so that it may block
     */
    public static OvationClient of(String url, Supplier<String> token) {
        return new OvationClient(
                ServerAddress.parse(url),
                Mono.fromSupplier(token).subscribeOn(Schedulers.boundedElastic()));
    }

    /** What can be done in one conversation. */
    public Conversation conversation(String conversationId) {
        return new Conversation(this, conversationId);
    }

    /** What can be done with one content. */
    public Content content(String contentId) {
        return new Content(this, contentId);
    }

    /** One's conversations. */
    public Conversations conversations() {
        return new Conversations(this);
    }

    /** What is published. */
    public Contents contents() {
        return new Contents(this);
    }

    /** One's notifications. */
    public Inbox inbox() {
        return new Inbox(this);
    }

    /** Who is online. */
    public People people() {
        return new People(this);
    }

    /**
     * Asks {@code route} once and answers its answer. Nothing is sent before the Mono is subscribed; a second
     * subscription sends again. After {@code unauthenticated} the next request connects anew, with a new token.
     */
    public Mono<JsonNode> request(String route, Object body) {
        return connection.untilClosed(connection.request(route, body));
    }

    /**
     * Asks until there is an answer: after a cut, after the time that a busy server names, and with another token. What
     * is asked must mean the same when it is asked twice; an id in it sees to that. It has no limit of time: give it
     * one by {@code timeout}.
     */
    public Mono<JsonNode> ask(String route, Object body) {
        return asked(route, body, false);
    }

    /** The frames of a stream, until it ends for whatever reason; demand goes to the server as it is. */
    public Flux<JsonNode> stream(String route, Map<String, ?> body) {
        return connection.untilClosed(connection.stream(route, body));
    }

    /**
     * The frames of a live stream, which is taken up again after its last cursor when the connection is cut, the server
     * drains or this reader was too slow: no log frame is missed or told twice. It never completes; what can't be
     * mended, such as {@code forbidden}, is its error. Demand goes to the server as it is.
     *
     * <p>Cut before its first frame, a stream that was opened without a cursor starts live once more.
     *
     * @param after the cursor to start after; null to start live
     */
    public Flux<JsonNode> watch(String route, @Nullable String after) {
        return watch(route, Map.of(), after);
    }

    Flux<JsonNode> watch(String route, Map<String, ?> fields, @Nullable String after) {
        return connection.untilClosed(Flux.defer(() -> {
            Position position = new Position(fields, after);
            return connection
                    .ready()
                    .thenMany(Flux.defer(() -> connection.stream(route, position.begin())))
                    .<JsonNode>handle(position::tell)
                    .concatWith(Mono.error(() -> new Interrupted(null)))
                    .retryWhen(Retry.from(failures ->
                            failures.concatMap(failure -> pauseBeforeResuming(failure.failure(), position))));
        }));
    }

    /**
     * Ends the connection, or the attempt at one, and all that is asked and watched: with {@link ClientClosed}, at
     * once. So does what is asked later. The client connects no more and asks for no token.
     */
    @Override
    public void close() {
        connection.close();
    }

    <T> Mono<T> ask(String route, Fields body, Class<T> type) {
        return ask(route, body.map()).map(answer -> json.treeToValue(answer, type));
    }

    Mono<Void> tell(String route, Fields body) {
        return ask(route, body.map()).then();
    }

    /**
     * Asks for the end of something that {@code not_found} says is not there. Where the answer to an attempt was lost,
     * the next one gets {@code not_found} for what that one did: it is done.
     */
    Mono<Void> undo(String route, Fields body) {
        return asked(route, body.map(), true).then();
    }

    private Mono<JsonNode> asked(String route, Object body, boolean goneIsDone) {
        return connection.untilClosed(Mono.defer(() -> {
            Attempts attempts = new Attempts(connection);
            return connection
                    .ready()
                    .then(connection.request(
                            route, body, rejected -> goneIsDone && attempts.haveTakenAway(rejected)))
                    .retryWhen(Retry.from(failures ->
                            failures.concatMap(signal -> attempts.pauseAfter(signal.failure()))));
        }));
    }

    Mono<Void> fire(String route, Fields body) {
        return connection.fire(route, body.map());
    }

    <T> Mono<T> inTurn(String lane, Mono<T> work) {
        return outbox.inTurn(lane, work);
    }

    Flux<Frame> frames(String route, Fields fields, @Nullable String after) {
        return watch(route, fields.map(), after).map(Frame::of);
    }

    /** A new id, which makes a request safe to send again: of version 7, so that later ones sort later. */
    static String newId() {
        return UuidCreator.getTimeOrderedEpoch().toString();
    }

    /** When this completes, the stream is opened again, as soon as there is a connection or one may be tried. */
    private Mono<Long> pauseBeforeResuming(Throwable failure, Position position) {
        position.forgetWhatIsLongPast();
        return switch (failure) {
            case Interrupted interrupted -> Mono.delay(interrupted.pause(position.failures));
            case ConnectionLost cut -> connection.pauseAfterLoss(position.failures);
            case NoToken none
            when none.isPassing() -> connection.pauseAfterLoss(position.failures);
            case RequestRejected rejected
            when rejected.detail().equals("slow_consumer") && position.takeMoved() -> Mono.just(0L);
            case RequestRejected rejected
            when rejected.isPassing() -> Mono.delay(position.failures.next(rejected.retryAfter()));
            // the token expired under way: the next connection brings a new one
            case RequestRejected rejected
            when rejected.isOfTheToken() && position.takeMoved() -> Mono.delay(position.failures.next());
            default -> Mono.error(failure);
        };
    }

    /** Where a watched stream is. Signals of a stream are serial, so that volatile is enough. */
    private static final class Position {
        private final Map<String, ?> fields;
        private final Backoff failures = new Backoff();
        private volatile long begun;
        private volatile @Nullable String cursor;
        private volatile boolean moved;

        Position(Map<String, ?> fields, @Nullable String cursor) {
            this.fields = fields;
            this.cursor = cursor;
        }

        /** The body to open the stream with. */
        Map<String, Object> begin() {
            begun = System.nanoTime();
            Map<String, Object> body = new LinkedHashMap<>(fields);
            String from = cursor;
            if (from != null) {
                body.put("after", from);
            }
            return body;
        }

        void tell(JsonNode frame, SynchronousSink<JsonNode> sink) {
            if (frame.path("type").asString("").equals("reconnect")) {
                sink.error(new Interrupted(Duration.ofMillis(frame.path("after").asLong(0))));
                return;
            }
            if (frame.path("cursor").isString()) {
                cursor = frame.path("cursor").asString();
            }
            moved = true;
            sink.next(frame);
        }

        void forgetWhatIsLongPast() {
            if (System.nanoTime() - begun >= STABLE.toNanos()) {
                failures.forget();
            }
        }

        /** Whether any frame came since this was last asked. */
        boolean takeMoved() {
            boolean was = moved;
            moved = false;
            return was;
        }
    }

    /** A stream ended without an error of its own. */
    private static final class Interrupted extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final transient @Nullable Duration asked;

        /** @param asked when the server wants to be asked again; null where it did not say */
        Interrupted(@Nullable Duration asked) {
            super("The stream ended", null, false, false);
            this.asked = asked;
        }

        Duration pause(Backoff failures) {
            return asked == null ? failures.next() : asked;
        }
    }
}
