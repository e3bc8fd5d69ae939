package io.ovation.http;

import java.util.List;

import io.ovation.ValidationFailed;
import io.ovation.http.HttpRejection.MethodLacking;
import io.ovation.http.HttpRejection.NothingHere;
import io.ovation.operation.Problem;
import io.ovation.operation.Problems;
import io.ovation.operation.StrictJson;
import io.ovation.security.Forbidden;
import io.ovation.security.Unauthenticated;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.core.AuthenticationException;
import org.springframework.web.server.MethodNotAllowedException;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebExceptionHandler;
import reactor.core.publisher.Mono;
import reactor.netty.channel.AbortedException;

/**
 * Answers every failure of a request, wherever it comes from, as a problem; only a client that has left is answered
 * nothing.
 */
final class ProblemHandler implements WebExceptionHandler {
    private static final Logger log = LoggerFactory.getLogger(ProblemHandler.class);

    private final StrictJson json;

    ProblemHandler(StrictJson json) {
        this.json = json;
    }

    @Override
    public Mono<Void> handle(ServerWebExchange exchange, Throwable failure) {
        if (failure instanceof AbortedException) {
            log.debug("A client left while its request was read: {}", failure.getMessage());
            return Mono.empty();
        }
        ServerHttpResponse response = exchange.getResponse();
        if (response.isCommitted()) {
            return Mono.error(failure);
        }
        Throwable known = translated(failure);
        Problem problem = Problems.of(known, CorrelationFilter.idOf(exchange));
        HttpHeaders headers = response.getHeaders();
        headers.remove(HttpHeaders.CONTENT_LENGTH);
        if (known instanceof MethodLacking lacking) {
            problem = problem.withStatus(405);
            headers.set(HttpHeaders.ALLOW, String.join(", ", lacking.allowed()));
        }
        if (known instanceof Unauthenticated unauthenticated) {
            headers.set(
                    HttpHeaders.WWW_AUTHENTICATE,
                    unauthenticated.tokenGiven() ? "Bearer error=\"invalid_token\"" : "Bearer");
        }
        if (problem.retryAfter() != null) {
            headers.set(HttpHeaders.RETRY_AFTER, problem.retryAfter().toString());
        }
        headers.setContentType(MediaType.APPLICATION_PROBLEM_JSON);
        response.setStatusCode(HttpStatusCode.valueOf(problem.status()));
        DataBuffer body = response.bufferFactory().wrap(json.write(problem));
        return response.writeWith(Mono.just(body));
    }

    /** What the framework throws, in the words of the contract. */
    private static Throwable translated(Throwable failure) {
        return switch (failure) {
            case MethodNotAllowedException wrong ->
                new MethodLacking(wrong.getSupportedMethods().stream()
                        .map(HttpMethod::name)
                        .sorted()
                        .toList());
            case ResponseStatusException status ->
                translated(status.getStatusCode().value(), status);
            case AuthenticationException none -> Unauthenticated.noToken();
            case AccessDeniedException denied -> new Forbidden("This needs another role");
            default -> failure;
        };
    }

    private static Throwable translated(int status, Throwable failure) {
        return switch (status) {
            case 401 -> Unauthenticated.noToken();
            case 403 -> new Forbidden("This is not yours to do");
            case 404 -> new NothingHere();
            case 405 -> new MethodLacking(List.of());
            case 406, 415 -> new HttpRejection.MediaType();
            default ->
                status >= 400 && status < 500
                        ? new ValidationFailed("", "The request is not as it should be")
                        : failure;
        };
    }
}
