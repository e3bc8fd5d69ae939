package io.ovation.client;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;

/** One's conversations. Immutable. */
public final class Conversations {
    private final OvationClient client;

    Conversations(OvationClient client) {
        this.client = client;
    }

    private record Opened(String conversationId) {}

    /** The conversation with one other person, which is one for each two, whoever opens it. */
    public Mono<Conversation> direct(String other) {
        return open(Fields.of("kind", "direct").and("members", List.of(other)));
    }

    /** A new group, of its members alone. */
    public Mono<Conversation> group(String title, List<String> members) {
        return open(Map.of("kind", "group", "title", title, "members", members));
    }

    /** A new channel, which anybody may read. */
    public Mono<Conversation> channel(String title) {
        return open(Map.of("kind", "channel", "title", title));
    }

    /**
     * Opens one with any of the contract's fields. A {@code conversationId} of the app's own, such as the one of an
     * event of its, makes it the same one however often it is opened.
     */
    public Mono<Conversation> open(Map<String, ?> conversation) {
        Map<String, Object> whole = new LinkedHashMap<>(conversation);
        whole.putIfAbsent("conversationId", OvationClient.newId());
        Fields fields = Fields.none();
        whole.forEach(fields::and);
        return open(fields);
    }

    private Mono<Conversation> open(Fields fields) {
        return client.ask("conversations.open", fields, Opened.class)
                .map(opened -> client.conversation(opened.conversationId()));
    }

    /**
     * Those that one is a member of, last active first: docs/protocol.md has the fields.
     *
     * @param before the {@code next} of the page before; null for the first
     */
    public Mono<JsonNode> list(@Nullable String before) {
        return client.ask("conversations.list", Fields.of("before", before).map());
    }

    /** The list, live. */
    public Flux<Frame> watch(@Nullable String after) {
        return client.frames("conversations.watch", Fields.none(), after);
    }
}
