package io.ovation.client;

import java.util.Map;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;

/** What is published. Immutable. */
public final class Contents {
    private final OvationClient client;

    Contents(OvationClient client) {
        this.client = client;
    }

    private record Published(String contentId) {}

    /** Publishes under a new id. A second subscription publishes the same content again. */
    public Mono<Content> publish(String title, String body) {
        return publish(OvationClient.newId(), title, body, null);
    }

    /**
     * Publishes under an id of the app's own, which makes it the same one however often it is published.
     *
     * @param data the app's own
     */
    public Mono<Content> publish(String contentId, String title, String body, @Nullable Map<String, ?> data) {
        Fields fields = Fields.of("contentId", contentId)
                .and("title", title)
                .and("body", body)
                .and("data", data);
        return client.ask("contents.publish", fields, Published.class)
                .map(published -> client.content(published.contentId()));
    }

    /**
     * What was published, newest first: docs/protocol.md has the fields.
     *
     * @param before the id of the last of the page before; null for the first page
     */
    public Mono<JsonNode> list(@Nullable String before) {
        return client.ask("contents.list", Fields.of("before", before).map());
    }

    /** What is published, live. */
    public Flux<Frame> watch(@Nullable String after) {
        return client.frames("feed.watch", Fields.none(), after);
    }
}
