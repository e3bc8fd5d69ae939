package io.ovation.client;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

/**
 * What belongs together happens in the order in which it was subscribed to, one after the other. Safe for use by any
 * thread: the last of each lane is exchanged at once.
 */
final class Outbox {
    private final Map<String, Mono<Void>> lanes = new ConcurrentHashMap<>();

    /** The work, begun when all that was subscribed to before it in this lane has ended, however it did. */
    <T> Mono<T> inTurn(String lane, Mono<T> work) {
        return Mono.defer(() -> {
            Sinks.Empty<Void> over = Sinks.empty();
            Mono<Void> own = over.asMono();
            @Nullable Mono<Void> last = lanes.put(lane, own);
            // each on a thread's fresh stack: thousands that end at once, as by close(), would overflow one
            Mono<Void> before = last == null ? Mono.empty() : last.publishOn(Schedulers.parallel());
            return before.then(work).doFinally(how -> {
                // who gives up in the queue lets nobody pass those before
                before.subscribe(nothing -> {}, failure -> {}, () -> {
                    over.tryEmitEmpty();
                    lanes.remove(lane, own);
                });
            });
        });
    }
}
