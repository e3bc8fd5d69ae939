package io.ovation.client;

import reactor.core.publisher.Mono;

/** Gives users their bearer tokens. */
@FunctionalInterface
public interface Tokens {
    /**
     * A token that is good now; asked again for each new connection. Fails with {@link RequestRejected} where the
     * server refuses to make one, or {@link ConnectionLost} where none answers.
     */
    Mono<String> of(String user);
}
