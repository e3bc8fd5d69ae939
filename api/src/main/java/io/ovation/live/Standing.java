package io.ovation.live;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.function.Supplier;

import io.ovation.Caller;
import io.ovation.Rejection;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Who a client is, as of now: a refreshed token may name fewer roles than the one that its streams were opened with,
 * and it is the one that counts. Thread-safe: who has registered before a change sees it, and who reads after it reads
 * the new one.
 */
public final class Standing {
    private final @Nullable Set<Runnable> concerned;
    private volatile Caller caller;

    private Standing(Caller caller, @Nullable Set<Runnable> concerned) {
        this.caller = caller;
        this.concerned = concerned;
    }

    /** The standing of a client whose token stays as it is. */
    public static Standing of(Caller caller) {
        return new Standing(caller, null);
    }

    /** The standing of a client who may bring another token. */
    public static Standing changing(Caller caller) {
        return new Standing(caller, ConcurrentHashMap.newKeySet());
    }

    /** Who the client is now. */
    public Caller caller() {
        return caller;
    }

    /** Another token has been brought; whoever is concerned is told, when it says something else of the client. */
    public void change(Caller next) {
        if (!next.equals(caller)) {
            caller = next;
            if (concerned != null) {
                concerned.forEach(Runnable::run);
            }
        }
    }

    /** Has that run after each change, until {@link #forget}; any thread may run it. */
    void tell(Runnable of) {
        if (concerned != null) {
            concerned.add(of);
        }
    }

    void forget(Runnable of) {
        if (concerned != null) {
            concerned.remove(of);
        }
    }

    /** Fails as soon as the client is not, or no longer, one for whom that holds; never completes. */
    public <T> Mono<T> unless(Predicate<Caller> holds, Supplier<? extends Rejection> otherwise) {
        return Mono.create(sink -> {
            Runnable look = () -> {
                if (!holds.test(caller)) {
                    sink.error(otherwise.get());
                }
            };
            sink.onDispose(() -> forget(look));
            tell(look);
            look.run();
        });
    }
}
