package io.ovation.client;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;

/** One's notifications. Immutable. */
public final class Inbox {
    private final OvationClient client;

    Inbox(OvationClient client) {
        this.client = client;
    }

    /**
     * The latest first: docs/protocol.md has the fields.
     *
     * @param before the id of the last of the page before; null for the first page
     */
    public Mono<JsonNode> list(@Nullable String before) {
        return client.ask("inbox.list", Fields.of("before", before).map());
    }

    /** Reads all that had been told up to a page or frame. */
    public Mono<Void> read(String cursor) {
        return client.tell("inbox.read", Fields.of("cursor", cursor));
    }

    /** Notifications, and how many are unread, live. */
    public Flux<Frame> watch(@Nullable String after) {
        return client.frames("inbox.watch", Fields.none(), after);
    }
}
