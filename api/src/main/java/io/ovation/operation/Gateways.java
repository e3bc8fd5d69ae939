package io.ovation.operation;

import java.time.Duration;
import java.util.Map;

import io.ovation.Unavailable;
import org.axonframework.commandhandling.GenericCommandMessage;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.axonframework.common.IdentifierFactory;
import org.axonframework.messaging.GenericMessage;
import org.axonframework.messaging.correlation.MessageOriginProvider;
import org.axonframework.messaging.responsetypes.ResponseTypes;
import org.axonframework.queryhandling.QueryGateway;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The way from the edges to the two sides: Axon's gateways, with the correlation id of the request in the metadata. It
 * never blocks: the buses hand over to threads of their own.
 */
public final class Gateways {
    /** Axon copies it from a command to the events that come of it. */
    static final String TRACE_ID = MessageOriginProvider.getDefaultTraceKey();

    /** Every command and query has its answer within 10 s, the way to the client included. */
    private static final Duration PATIENCE = Duration.ofSeconds(9);

    private final CommandGateway commands;
    private final QueryGateway queries;

    public Gateways(CommandGateway commands, QueryGateway queries) {
        // Axon looks for it in files, which the first message must not do on an event loop
        IdentifierFactory.getInstance();
        this.commands = commands;
        this.queries = queries;
    }

    /**
     * Sends a command; empty when it answers nothing. A caller that goes away does not stop it. Nor does a late answer:
     * the command is then {@link Unavailable} with an unknown outcome, since it may still be recorded.
     */
    public <R> Mono<R> send(Object command, Class<R> answer) {
        return Mono.deferContextual(context -> Mono.fromFuture(
                        commands.<Object>send(GenericCommandMessage.asCommandMessage(command)
                                .withMetaData(trace(Correlation.read(context)))),
                        true))
                .timeout(PATIENCE, Mono.error(Gateways::late))
                .cast(answer);
    }

    private static Unavailable late() {
        return Unavailable.withUnknownOutcome("The command was not answered in time", 1);
    }

    /** Asks a query; {@link Unavailable} when it takes too long. */
    public <R> Mono<R> ask(Object query, Class<R> answer) {
        return Mono.deferContextual(context -> Mono.fromFuture(queries.query(
                        query.getClass().getName(),
                        new GenericMessage<>(query, trace(Correlation.read(context))),
                        ResponseTypes.instanceOf(answer))))
                .timeout(PATIENCE, Mono.error(() -> new Unavailable("The query was not answered in time", 1)));
    }

    /** Asks a streaming query; demand reaches the query side. */
    public <R> Flux<R> stream(Object query, Class<R> item) {
        return Flux.deferContextual(context -> queries.streamingQuery(
                query.getClass().getName(), new GenericMessage<>(query, trace(Correlation.read(context))), item));
    }

    private static Map<String, Object> trace(String correlationId) {
        return Map.of(TRACE_ID, correlationId);
    }
}
