package io.ovation.operation;

import io.ovation.Caller;
import io.ovation.limits.Cost;
import io.ovation.limits.Limits;
import io.ovation.limits.RateLimited;
import io.ovation.live.WireFrame;
import io.ovation.operation.LineStream.Lines;
import io.ovation.trace.Span;
import io.ovation.trace.Traces;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/**
 * The one way from every edge to the features: it draws what a request costs from its user's allowance, and tells
 * everything below whom the work is for. Thread-safe: it holds nothing.
 */
public final class Calls {
    private final Limits limits;
    private final OperationMeters meters;
    private final Traces traces;

    public Calls(Limits limits) {
        this(limits, new OperationMeters(), Traces.OFF);
    }

    Calls(Limits limits, OperationMeters meters, Traces traces) {
        this.limits = limits;
        this.meters = meters;
        this.traces = traces;
    }

    /** Whether a request's {@link TraceParent} is asked for: an edge need not look for it where it is not. */
    public boolean areTraced() {
        return traces.areOn();
    }

    /** Throws {@link RateLimited} when the caller's next request is not to be read, since it would be refused. */
    public void mayAsk(Caller caller) {
        RateLimited refusal = limits.spent(caller);
        if (refusal != null) {
            throw refusal;
        }
    }

    /** Draws what it cost to read a request that could not be understood. */
    public void unreadable(Caller caller) {
        limits.drawUnreadable(caller);
    }

    /**
     * Answers a request. A fire-and-forget over its user's allowance is dropped: there is nobody to tell. The cost is
     * drawn before the feature looks at the fields: what it refuses has been read and decoded, too, and its checks cost
     * what a query costs.
     */
    public <B extends Record> Mono<Answer> handle(Operation<B> operation, Call<B> call) {
        RateLimited refusal = limits.draw(call.caller(), operation.cost(), call.body());
        if (refusal != null) {
            return refused(operation, call, refusal);
        }
        return Mono.deferContextual(context -> {
            RateLimited full = limits.begin(call.caller());
            if (full != null) {
                return refused(operation, call, full);
            }
            long start = System.nanoTime();
            Span span = traces.areOn() ? begin(operation, context) : null;
            // goes on to its end also when the client has gone: a place that was free again while its work went on
            // would let one connection pile up as much work as it has frames to ask and cancel with
            return Mono.fromFuture(
                            work(operation, call)
                                    .contextWrite(own -> within(span, write(own.putAll(context), call)))
                                    .doFinally(how -> limits.end(call.caller()))
                                    .doOnSuccess(answer -> answered(operation, null, start, span))
                                    .doOnError(failure -> answered(operation, failure, start, span))
                                    // a failure that nobody waits for is no error of the server's
                                    .materialize()
                                    .toFuture(),
                            true)
                    .dematerialize();
        });
    }

    private void answered(Operation<?> operation, @Nullable Throwable failure, long start, @Nullable Span span) {
        meters.answered(operation, failure, System.nanoTime() - start);
        Span.end(span, failure);
    }

    private @Nullable Span begin(Operation<?> operation, ContextView context) {
        Span span = traces.request(OperationMeters.name(operation), TraceParent.read(context));
        return span == null ? null : span.tag("ovation.correlation_id", Correlation.read(context));
    }

    private static Context within(@Nullable Span span, Context context) {
        return span == null ? context : TraceParent.write(context, span.traceparent());
    }

    private <B extends Record> Mono<Answer> refused(Operation<B> operation, Call<B> call, RateLimited refusal) {
        meters.answered(operation, refusal, 0);
        return call.answered() ? Mono.error(refusal) : Mono.empty();
    }

    private static <B extends Record> Mono<Answer> work(Operation<B> operation, Call<B> call) {
        return Mono.defer(() -> operation.handler().handle(call));
    }

    /** Opens a live stream. */
    public <B extends Record> Flux<WireFrame> open(LiveStream<B> stream, Call<B> call) {
        RateLimited refusal = limits.draw(call.caller(), stream.cost(), call.body());
        meters.opened(stream, refusal);
        return refusal == null
                ? stream.handler().open(call).contextWrite(context -> write(context, call))
                : Flux.error(refusal);
    }

    /** Opens an answer of lines. */
    public <B extends Record> Mono<Lines> open(LineStream<B> stream, Call<B> call) {
        RateLimited refusal = limits.draw(call.caller(), stream.cost(), call.body());
        return refusal == null
                ? stream.handler()
                        .open(call)
                        .map(lines -> new Lines(
                                lines.headers(), lines.chunks().contextWrite(context -> write(context, call))))
                        .contextWrite(context -> write(context, call))
                : Mono.error(refusal);
    }

    /** Draws what a new token costs; throws {@link RateLimited} when that is more than the caller may. */
    public void refresh(Caller caller) {
        RateLimited refusal = limits.draw(caller, Cost.REFRESH, caller);
        if (refusal != null) {
            throw refusal;
        }
    }

    private static Context write(Context context, Call<?> call) {
        return context.put(Calls.class, call.caller());
    }

    /** Whom the work is for; null for what the server does of its own accord. */
    static @Nullable Caller caller(ContextView context) {
        return context.getOrDefault(Calls.class, null);
    }
}
