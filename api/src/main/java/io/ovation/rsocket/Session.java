package io.ovation.rsocket;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.ovation.Caller;
import io.ovation.ErrorCode;
import io.ovation.Rejection;
import io.ovation.Unavailable;
import io.ovation.limits.RateLimited;
import io.ovation.limits.Seat;
import io.ovation.live.Client;
import io.ovation.live.Signals;
import io.ovation.live.Standing;
import io.ovation.live.WireFrame;
import io.ovation.operation.Answer;
import io.ovation.operation.Call;
import io.ovation.operation.Correlation;
import io.ovation.operation.LiveStream;
import io.ovation.operation.Operation;
import io.ovation.operation.Routes.Match;
import io.ovation.operation.StrictJson.Decoded;
import io.ovation.operation.TraceParent;
import io.ovation.presence.Place;
import io.ovation.rsocket.Responder.Served;
import io.ovation.security.Forbidden;
import io.ovation.security.Unauthenticated;
import io.ovation.security.VerifiedToken;
import io.rsocket.ConnectionSetupPayload;
import io.rsocket.Payload;
import io.rsocket.RSocket;
import io.rsocket.exceptions.ConnectionCloseException;
import io.rsocket.exceptions.RejectedSetupException;
import io.rsocket.util.ByteBufPayload;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * One client: who it is, and what it asks, answered by the features. For any number of threads: what changes is
 * volatile, and the open streams have a lock.
 */
final class Session implements RSocket, Client {
    private static final Logger log = LoggerFactory.getLogger(Session.class);
    private static final byte[] NO_FIELDS = {'{', '}'};
    private static final String REFRESH = "session.refresh";

    /** The end of the routes of streams that end with their client, and so can go on elsewhere. */
    private static final String WATCH = ".watch";

    private static final String STOPS = "The server stops";
    private static final String MOVES = "Connect again, perhaps to another node";

    /** Requests under way on one connection: what each of them holds is bounded, and so must be their number. */
    private static final int MAX_REQUESTS = 1024;

    private final Responder responder;
    private final WebSocketConnection connection;
    private final List<GatedStream> streams = new ArrayList<>(2);
    private final AtomicInteger requests = new AtomicInteger();
    private volatile @Nullable VerifiedToken token;
    private volatile @Nullable Standing standing;
    private volatile long since = Long.MAX_VALUE;

    /** Why the session ends once what is under way has been answered; null while it does not. */
    private volatile @Nullable String leaves;

    /** The last frame of each stream, where the client is sent away. */
    private volatile @Nullable WireFrame farewell;

    /** Of the thread that ticks. */
    private boolean ended;

    /** The fields of {@code session.refresh}. */
    record Refresh(String token) {}

    /**
     * @param token what the upgrade request brought; null for none
     */
    Session(Responder responder, WebSocketConnection connection, @Nullable VerifiedToken token) {
        this.responder = responder;
        this.connection = connection;
        this.token = token;
        connection.onWritable(this::pullAll);
    }

    WebSocketConnection connection() {
        return connection;
    }

    /** Takes the SETUP frame; empty where it is refused, of which the client has been told. */
    Mono<RSocket> accept(ConnectionSetupPayload setup) {
        return Mono.defer(() -> {
                    Metadata.checkTypes(setup);
                    if (token != null) {
                        return Mono.just(token);
                    }
                    String bearer = setup.hasMetadata() ? Metadata.bearer(setup.sliceMetadata()) : null;
                    return bearer == null
                            ? Mono.error(Unauthenticated.noToken())
                            : responder.verifier().verify(bearer);
                })
                .<RSocket>map(verified -> {
                    if (token == null) {
                        // at the upgrade nobody knew whose connection it would be
                        Seat seat = responder.limits().sit(verified.caller().user());
                        connection.onClose().subscribe(null, null, seat::leave);
                    }
                    token = verified;
                    standing = Standing.changing(verified.caller());
                    since = responder.now();
                    attend(verified.caller().user());
                    return this;
                })
                // not an error: rsocket-java passes one on when the connection is gone, and nobody takes it any more
                .onErrorResume(failure -> {
                    connection.sendErrorAndClose(
                            new RejectedSetupException(problem(failure).json()));
                    return Mono.empty();
                });
    }

    /** The user is there for as long as the connection is. */
    private void attend(String user) {
        Place place = responder.attendance().place(user);
        place.take();
        connection.onClose().subscribe(null, null, place::leave);
    }

    /** Looks after what time does to the session; called about once a second, by one thread. */
    void tick(long now) {
        connection.tick(now);
        VerifiedToken verified = token;
        String why = leaves;
        if (ended) {
            return;
        }
        if (verified != null && now >= verified.expiresAt().toEpochMilli()) {
            end(problem(Unauthenticated.expired()));
        } else if (verified != null && responder.verifier().hasEnded(verified)) {
            end(problem(Unauthenticated.signedOut()));
        } else if (why != null && requests.get() == 0) {
            end(problem(new Unavailable(why, 1)));
        }
    }

    /** Ends the session once what is under way has been answered. */
    void leave() {
        leaves = STOPS;
    }

    boolean isLeaving() {
        return leaves != null;
    }

    /** Whether the client would hear that it is to go, and loses nothing by it: a replay would have to begin anew. */
    boolean isMovable() {
        if (leaves != null || standing == null) {
            return false;
        }
        GatedStream[] open = open();
        return open.length > 0 && Arrays.stream(open).allMatch(GatedStream::isWatch);
    }

    @Override
    public String user() {
        return Objects.requireNonNull(standing).caller().user();
    }

    @Override
    public long since() {
        return since;
    }

    @Override
    public boolean sendAway(long afterMillis) {
        WireFrame last = Signals.reconnect(afterMillis);
        synchronized (this) {
            if (!isMovable()) {
                return false;
            }
            leaves = MOVES;
            farewell = last;
        }
        for (GatedStream stream : open()) {
            stream.leave(last);
        }
        return true;
    }

    private void end(ProblemSignal problem) {
        ended = true;
        for (GatedStream stream : open()) {
            stream.fail(problem);
        }
        connection.sendErrorAndClose(new ConnectionCloseException(problem.json()));
    }

    @Override
    public Mono<Payload> requestResponse(Payload payload) {
        return answer(payload, true).map(Session::payload);
    }

    @Override
    public Mono<Void> fireAndForget(Payload payload) {
        return answer(payload, false).then().onErrorResume(ProblemSignal.class, problem -> {
            log.debug("Fire-and-forget failed: {}", problem.json());
            return Mono.empty();
        });
    }

    @Override
    public Flux<Payload> requestStream(Payload payload) {
        try {
            Request request = Request.of(payload, false);
            Match<Served<LiveStream<?>>> match = responder.stream(request.route());
            Flux<WireFrame> frames = frames(request, match.target().feature(), match);
            return new Flux<>() {
                @Override
                public void subscribe(CoreSubscriber<? super Payload> client) {
                    GatedStream stream = new GatedStream(
                            client, Session.this, request.route().endsWith(WATCH));
                    if (add(stream)) {
                        WireFrame away = farewell;
                        (away == null ? frames : Flux.just(away)).subscribe(stream);
                    } else {
                        Flux.<WireFrame>error(new RateLimited("Too many streams on one connection", 1))
                                .subscribe(stream);
                    }
                }
            };
        } catch (RuntimeException failure) {
            return Flux.error(problem(failure));
        }
    }

    @Override
    public Flux<Payload> requestChannel(Publisher<Payload> payloads) {
        // no route takes a channel, but the first payload has to be taken by somebody
        return Flux.from(payloads)
                .take(1)
                .doOnNext(Payload::release)
                .thenMany(Flux.error(() -> problem(new UnknownRoute())));
    }

    private Mono<byte[]> answer(Payload payload, boolean answered) {
        Request request;
        try {
            request = Request.of(payload, responder.calls().areTraced());
        } catch (RuntimeException failure) {
            return Mono.error(problem(failure));
        }
        if (requests.incrementAndGet() > MAX_REQUESTS) {
            requests.decrementAndGet();
            return Mono.error(problem(new RateLimited("Too many requests at once on one connection", 1)));
        }
        String correlationId = Correlation.newId();
        Mono<byte[]> work = Mono.defer(() -> REFRESH.equals(request.route())
                        ? refresh(request)
                        : handle(request, responder.operation(request.route()), answered))
                .map(answer ->
                        answer.body() == null ? NO_FIELDS : responder.json().write(answer.body()))
                .onErrorMap(failure -> responder.problem(failure, correlationId))
                .doFinally(how -> requests.decrementAndGet())
                .contextWrite(context ->
                        TraceParent.write(Correlation.write(context, correlationId), request.traceparent()));
        // a CANCEL does not stop the work, and so gives no place back before its end
        return Mono.defer(() -> Mono.fromFuture(work.materialize().toFuture(), true))
                .dematerialize();
    }

    private Mono<Answer> handle(Request request, Match<Served<Operation<?>>> match, boolean answered) {
        return handle(request, match.target().feature(), match, answered);
    }

    private <B extends Record> Mono<Answer> handle(
            Request request, Operation<B> operation, Match<? extends Served<?>> match, boolean answered) {
        return responder.calls().handle(operation, call(request, match, operation.body(), answered));
    }

    private <B extends Record> Flux<WireFrame> frames(
            Request request, LiveStream<B> stream, Match<? extends Served<?>> match) {
        return responder.calls().open(stream, call(request, match, stream.body(), true));
    }

    private <B extends Record> Call<B> call(
            Request request, Match<? extends Served<?>> match, Class<B> type, boolean answered) {
        Caller caller = Objects.requireNonNull(standing).caller();
        responder.calls().mayAsk(caller);
        Decoded<B> decoded;
        try {
            decoded = responder.json().read(request.data(), type, match.target().besides());
        } catch (RuntimeException unreadable) {
            responder.calls().unreadable(caller);
            throw unreadable;
        }
        Map<String, String> names = match.names();
        if (!decoded.names().isEmpty()) {
            names = new HashMap<>(names);
            names.putAll(decoded.names());
        }
        valid();
        return new Call<>(Objects.requireNonNull(standing), names, decoded.body(), answered);
    }

    /** The token, for as long as it is valid: the next tick ends the whole session. */
    private VerifiedToken valid() {
        VerifiedToken verified = token;
        if (verified == null || responder.now() >= verified.validUntil().toEpochMilli()) {
            throw Unauthenticated.expired();
        }
        if (responder.verifier().hasEnded(verified)) {
            throw Unauthenticated.signedOut();
        }
        return verified;
    }

    private Mono<Answer> refresh(Request request) {
        VerifiedToken before = valid();
        responder.calls().refresh(before.caller());
        return responder
                .verifier()
                .verify(responder.json().read(request.data(), Refresh.class).token())
                .map(next -> {
                    if (!next.caller().user().equals(before.caller().user())) {
                        throw new Forbidden("The token is another user's");
                    }
                    take(next);
                    return Answer.done();
                });
    }

    /** The latest token counts, also one that says less or ends earlier: what it does not allow ends now. */
    private synchronized void take(VerifiedToken next) {
        token = next;
        Objects.requireNonNull(standing).change(next.caller());
    }

    private static Payload payload(byte[] json) {
        return ByteBufPayload.create(Unpooled.wrappedBuffer(json));
    }

    ProblemSignal problem(Throwable failure) {
        return failure instanceof ProblemSignal known ? known : responder.problem(failure, Correlation.newId());
    }

    boolean isWritable() {
        return connection.isWritable();
    }

    void wantWritable() {
        connection.wantWritable();
    }

    private void pullAll() {
        for (GatedStream stream : open()) {
            stream.pull();
        }
    }

    private boolean add(GatedStream stream) {
        synchronized (streams) {
            return streams.size() < responder.maxStreams() && streams.add(stream);
        }
    }

    void remove(GatedStream stream) {
        synchronized (streams) {
            streams.remove(stream);
        }
    }

    private GatedStream[] open() {
        synchronized (streams) {
            return streams.toArray(GatedStream[]::new);
        }
    }

    /** Open live streams. */
    int streams() {
        synchronized (streams) {
            return streams.size();
        }
    }

    /**
     * A request, taken from its payload, which is released.
     *
     * @param traceparent of the trace that it says it is a part of; null for none
     */
    record Request(String route, @Nullable String traceparent, byte[] data) {
        /** @param isTraced whether its trace is asked for */
        static Request of(Payload payload, boolean isTraced) {
            try {
                String route = payload.hasMetadata() ? Metadata.route(payload.sliceMetadata()) : null;
                if (route == null) {
                    throw new UnknownRoute();
                }
                String trace = isTraced ? Metadata.traceparent(payload.sliceMetadata()) : null;
                ByteBuf data = payload.sliceData();
                return new Request(route, trace, data.isReadable() ? ByteBufUtil.getBytes(data) : NO_FIELDS);
            } finally {
                payload.release();
            }
        }
    }

    /** Nothing is served under the route. */
    static final class UnknownRoute extends Rejection {
        private static final long serialVersionUID = 1L;

        UnknownRoute() {
            super(ErrorCode.NOT_FOUND, "There is no such route");
        }
    }
}
