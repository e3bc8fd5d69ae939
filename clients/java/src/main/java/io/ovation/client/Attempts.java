package io.ovation.client;

import reactor.core.publisher.Mono;

/**
 * What became of the attempts at one request, and what that means for the next one. Signals of a request are serial, so
 * that volatile is enough.
 */
final class Attempts {
    private final Connection connection;
    private final Backoff failures = new Backoff();
    private volatile boolean renewed;
    private volatile boolean inDoubt;

    Attempts(Connection connection) {
        this.connection = connection;
    }

    /** Completes when it is time to ask again; fails with what asking again does not mend. */
    Mono<Long> pauseAfter(Throwable failure) {
        return switch (failure) {
            case ConnectionLost lost -> {
                inDoubt |= lost.isUnderWay();
                yield connection.pauseAfterLoss(failures);
            }
            case NoToken none
            when none.isPassing() -> connection.pauseAfterLoss(failures);
            case RequestRejected rejected
            when rejected.isPassing() -> {
                inDoubt |= "unknown".equals(rejected.outcome());
                yield Mono.delay(failures.next(rejected.retryAfter()));
            }
            case RequestRejected rejected
            when rejected.isOfTheToken() && !renewed -> {
                // the next connection brings a new token; one that is refused too is not mended by a third
                renewed = true;
                yield Mono.just(0L);
            }
            default -> Mono.error(failure);
        };
    }

    /** Whether nothing is there because an attempt before, whose answer was lost, may have taken it away. */
    boolean haveTakenAway(RequestRejected rejected) {
        return inDoubt && rejected.code().equals("not_found");
    }
}
