package io.ovation.client;

/** The client was closed, before or while this was asked for. It does not connect again: make another client. */
public final class ClientClosed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ClientClosed() {
        super("The client was closed", null, false, false);
    }
}
