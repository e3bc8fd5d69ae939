package io.ovation.client;

import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;

/** Who is online, and who is blocked. Immutable. */
public final class People {
    private final OvationClient client;

    People(OvationClient client) {
        this.client = client;
    }

    /** Whether somebody is {@code online} or {@code offline}, and since when. */
    public record Presence(String user, String status, @Nullable Instant since) {}

    private record Found(List<Presence> presence) {}

    /** How people are now, with whom one shares a conversation. */
    public Mono<List<Presence>> presence(List<String> users) {
        return client.ask("presence.get", Fields.of("users", users), Found.class).map(Found::presence);
    }

    /** The same, live: first the current one of each. */
    public Flux<Frame> watch(List<String> users) {
        return client.frames("presence.watch", Fields.of("users", users), null);
    }

    /** Keeps somebody from writing to this user directly and from putting them into conversations. */
    public Mono<Void> block(String user) {
        return client.tell("blocks.add", Fields.of("user", user));
    }

    /** Ends that. */
    public Mono<Void> unblock(String user) {
        return client.tell("blocks.remove", Fields.of("user", user));
    }

    /** @param after the {@code next} of the page before; null for the first */
    public Mono<JsonNode> blocked(@Nullable String after) {
        return client.ask("blocks.list", Fields.of("after", after).map());
    }
}
