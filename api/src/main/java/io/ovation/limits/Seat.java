package io.ovation.limits;

import java.util.concurrent.atomic.AtomicReference;

/**
 * What a connection or an SSE stream takes of the places of its user and its address, until it leaves. Thread-safe;
 * whoever leaves twice leaves once.
 */
public final class Seat {
    private final AtomicReference<Runnable> giveBack;

    Seat(Runnable giveBack) {
        this.giveBack = new AtomicReference<>(giveBack);
    }

    /** Gives the places back. */
    public void leave() {
        giveBack.getAndSet(() -> {}).run();
    }
}
