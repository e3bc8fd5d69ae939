package io.ovation.operation;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import io.ovation.Caller;
import io.ovation.Unavailable;
import io.ovation.admission.FairAdmission;
import io.ovation.admission.FairAdmission.Work;
import io.ovation.trace.Span;
import io.ovation.trace.Traces;
import org.axonframework.commandhandling.GenericCommandMessage;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.axonframework.common.IdentifierFactory;
import org.axonframework.messaging.GenericMessage;
import org.axonframework.messaging.Message;
import org.axonframework.messaging.correlation.MessageOriginProvider;
import org.axonframework.messaging.responsetypes.ResponseTypes;
import org.axonframework.queryhandling.QueryGateway;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;

/**
 * The way from the edges to the two sides: Axon's gateways, with the correlation id and the user of the request in the
 * metadata. So many queries are under way at a time, and users take turns among those that wait, as they do among
 * commands. Thread-safe; it never blocks: the buses hand over to threads of their own.
 */
public final class Gateways {
    /** Axon copies it from a command to the events that come of it. */
    static final String TRACE_ID = MessageOriginProvider.getDefaultTraceKey();

    /** Every command and query has its answer within 10 s, the way to the client included. */
    private static final Duration PATIENCE = Duration.ofSeconds(9);

    private final CommandGateway commands;
    private final QueryGateway queries;
    private final FairAdmission reads;
    private final Traces traces;

    /**
     * Of a server that traces nothing.
     *
     * @param reads the places of queries
     */
    public Gateways(CommandGateway commands, QueryGateway queries, FairAdmission reads) {
        this(commands, queries, reads, Traces.OFF);
    }

    Gateways(CommandGateway commands, QueryGateway queries, FairAdmission reads, Traces traces) {
        // Axon looks for it in files, which the first message must not do on an event loop
        IdentifierFactory.getInstance();
        this.commands = commands;
        this.queries = queries;
        this.reads = reads;
        this.traces = traces;
    }

    /**
     * Sends a command; empty when it answers nothing. A caller that goes away does not stop it. Nor does a late answer:
     * the command is then {@link Unavailable} with an unknown outcome, since it may still be recorded.
     */
    public <R> Mono<R> send(Object command, Class<R> answer) {
        return Mono.deferContextual(context -> Mono.fromFuture(sent(command, context), true))
                .timeout(PATIENCE, Mono.error(Gateways::late))
                .cast(answer);
    }

    /** Its span goes on until it has been answered, whether or not somebody waits. */
    private CompletableFuture<Object> sent(Object command, ContextView context) {
        Map<String, Object> metadata = metadata(context);
        Span span = step(command, context);
        if (span != null) {
            metadata.put(Traces.KEY, span.traceparent());
        }
        CompletableFuture<Object> answer = commands.send(
                GenericCommandMessage.asCommandMessage(command).withMetaData(metadata));
        return span == null ? answer : answer.whenComplete((value, failure) -> span.end(failure));
    }

    private @Nullable Span step(Object message, ContextView context) {
        return traces.areOn()
                ? traces.step(message.getClass().getSimpleName(), TraceParent.read(context))
                : null;
    }

    private static Unavailable late() {
        return Unavailable.withUnknownOutcome("The command was not answered in time", 1);
    }

    /** Asks a query; {@link Unavailable} when it takes too long, or when too many wait. */
    public <R> Mono<R> ask(Object query, Class<R> answer) {
        return Mono.deferContextual(context -> Mono.fromFuture(asked(query, answer, context)))
                .timeout(PATIENCE, Mono.error(() -> new Unavailable("The query was not answered in time", 1)));
    }

    /** Asks when its turn has come. Its place is taken until it has been answered, whether or not somebody waits. */
    private <R> CompletableFuture<R> asked(Object payload, Class<R> type, ContextView context) {
        Message<?> query = new GenericMessage<>(payload, metadata(context));
        String user = user(context);
        Span span = step(payload, context);
        CompletableFuture<R> answer = new CompletableFuture<>();
        reads.enter(user, new Work() {
            @Override
            public void begin() {
                if (answer.isDone()) {
                    // nobody waits any more
                    reads.leave();
                    return;
                }
                ask(query, type).whenComplete((value, failure) -> {
                    reads.leave();
                    if (failure == null) {
                        answer.complete(value);
                    } else {
                        answer.completeExceptionally(failure);
                    }
                });
            }

            @Override
            public void refuse() {
                answer.completeExceptionally(new Unavailable("Too many queries are under way", 1));
            }
        });
        return span == null ? answer : answer.whenComplete((value, failure) -> span.end(failure));
    }

    private <R> CompletableFuture<R> ask(Message<?> query, Class<R> type) {
        try {
            return queries.query(query.getPayloadType().getName(), query, ResponseTypes.instanceOf(type));
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** Asks a streaming query; demand reaches the query side. */
    public <R> Flux<R> stream(Object query, Class<R> item) {
        return Flux.deferContextual(context -> queries.streamingQuery(
                query.getClass().getName(), new GenericMessage<>(query, metadata(context)), item));
    }

    private static Map<String, Object> metadata(ContextView context) {
        Map<String, Object> metadata = new HashMap<>();
        metadata.put(TRACE_ID, Correlation.read(context));
        Caller caller = Calls.caller(context);
        if (caller != null) {
            metadata.put(Caller.METADATA, caller.user());
            if (caller.admin()) {
                metadata.put(Caller.ADMIN_METADATA, caller.user());
            }
        }
        return metadata;
    }

    private static String user(ContextView context) {
        Caller caller = Calls.caller(context);
        return caller == null ? "" : caller.user();
    }
}
