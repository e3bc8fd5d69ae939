package io.ovation.operation;

import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;

import io.ovation.ErrorCode;
import io.ovation.Rejection;
import org.axonframework.commandhandling.CommandExecutionException;
import org.axonframework.commandhandling.NoHandlerForCommandException;
import org.axonframework.modelling.command.ConcurrencyException;
import org.axonframework.queryhandling.NoHandlerForQueryException;
import org.axonframework.queryhandling.QueryExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import reactor.core.Exceptions;

/**
 * Makes the {@link Problem} of a failure; every edge uses it.
 *
 * <p>A {@link Rejection} says what it says. Anything else is {@code unavailable}: the log has the failure beside a
 * correlation id, and the client the id alone.
 */
public final class Problems {
    private static final Logger log = LoggerFactory.getLogger(Problems.class);
    private static final String CANNOT_NOW = "The service cannot answer now";
    private static final int RETRY_SECONDS = 1;

    private Problems() {}

    /** The problem of a failure, under a correlation id of its own. */
    public static Problem of(Throwable failure) {
        return of(failure, Correlation.newId());
    }

    /** The problem of a failure of the request with this correlation id. */
    public static Problem of(Throwable failure, String correlationId) {
        Throwable cause = unwrapped(failure);
        if (cause instanceof Rejection rejection) {
            if (log.isDebugEnabled()) {
                try (var ignored = MDC.putCloseable(Correlation.KEY, correlationId)) {
                    log.debug("Refused, {}: {}", rejection.code().text(), rejection.detail());
                }
            }
            return Problem.of(
                    rejection.code(),
                    rejection.detail(),
                    rejection.errors(),
                    rejection.retryAfter(),
                    rejection.outcome(),
                    rejection.until());
        }
        try (var ignored = MDC.putCloseable(Correlation.KEY, correlationId)) {
            if (isPassing(cause)) {
                log.warn("Not answered: {}", cause.toString());
                log.debug("Not answered", cause);
            } else {
                log.error("Not answered", failure);
            }
        }
        return Problem.of(
                ErrorCode.UNAVAILABLE,
                CANNOT_NOW + "; reference " + correlationId,
                List.of(),
                RETRY_SECONDS,
                null,
                null);
    }

    /** Failures of the surroundings, which pass and come in numbers: a line each, and no stack trace. */
    private static boolean isPassing(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException
                    || cause instanceof IOException
                    || cause instanceof TimeoutException
                    || cause instanceof CancellationException
                    || cause instanceof RejectedExecutionException
                    || cause instanceof ConcurrencyException
                    || cause instanceof NoHandlerForCommandException
                    || cause instanceof NoHandlerForQueryException) {
                return true;
            }
        }
        return false;
    }

    private static Throwable unwrapped(Throwable failure) {
        Throwable cause = Exceptions.unwrap(failure);
        while (cause.getCause() != null
                && (cause instanceof CompletionException
                        || cause instanceof ExecutionException
                        || cause instanceof CommandExecutionException
                        || cause instanceof QueryExecutionException)) {
            cause = Exceptions.unwrap(cause.getCause());
        }
        return cause;
    }
}
