package io.ovation.client;

import java.time.Instant;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;

/** One content, and what people do with it. Immutable. Comments arrive in the order of their subscription. */
public final class Content {
    private final OvationClient client;
    private final String id;
    private final String at;

    Content(OvationClient client, String id) {
        this.client = client;
        this.id = id;
        this.at = "contents." + Ids.checked(id);
    }

    /** What the server answers to who has commented. */
    public record Commented(String commentId, long seq, Instant at) {}

    /** A comment; one that was redacted has no body. */
    public record Comment(
            String commentId,
            long seq,
            String author,
            @Nullable String body,
            Instant at,
            boolean redacted,
            @Nullable String replyTo,
            @Nullable List<String> mentions,
            @Nullable JsonNode data) {}

    /** A page of comments, oldest first, and the number of the latest of all. */
    public record Comments(List<Comment> comments, long lastSeq) {}

    /** How often it was viewed, liked, applauded and commented. */
    public record Counters(long views, long likes, long applause, long comments) {}

    /** The id. */
    public String id() {
        return id;
    }

    /** All of it: docs/protocol.md has the fields. */
    public Mono<JsonNode> get() {
        return client.ask(at, Map.of());
    }

    /** Changes what is given: {@code title}, {@code body}, {@code data}; its author alone. */
    public Mono<Void> edit(Map<String, ?> change) {
        return client.ask(at + ".edit", change).then();
    }

    /** Takes it back with all that hangs on it; its author or an admin. */
    public Mono<Void> retract() {
        return client.undo(at + ".retract", Fields.none());
    }

    /** Comments under a new id. */
    public Mono<Commented> comment(String body) {
        return comment(Draft.of(body));
    }

    /** Comments; completes when the comment is durable. A second subscription makes the same comment again. */
    public Mono<Commented> comment(Draft draft) {
        Fields fields = Fields.of("commentId", draft.id())
                .and("body", draft.body())
                .and("replyTo", draft.replyTo())
                .and("mentions", draft.mentions())
                .and("data", draft.data());
        return client.inTurn(at, client.ask(at + ".comment", fields, Commented.class));
    }

    /** Takes a comment back; its author or the content's. */
    public Mono<Void> redactComment(String commentId) {
        return client.tell(at + ".redact-comment." + Ids.checked(commentId), Fields.none());
    }

    /** What was commented. */
    public Mono<Comments> comments(Page page) {
        return client.ask(at + ".comments", page.fields(), Comments.class);
    }

    /** Likes it; once, however often it is asked. */
    public Mono<Void> like() {
        return client.tell(at + ".like", Fields.none());
    }

    /** Takes the like back. */
    public Mono<Void> unlike() {
        return client.tell(at + ".unlike", Fields.none());
    }

    /** Reacts; one reaction of a kind a user. */
    public Mono<Void> react(String kind) {
        return client.tell(at + ".react." + Ids.checked(kind), Fields.none());
    }

    /** Takes a reaction back. */
    public Mono<Void> unreact(String kind) {
        return client.tell(at + ".unreact." + Ids.checked(kind), Fields.none());
    }

    /** Applauds, 1 to 50 times. A second subscription is the same applause. */
    public Mono<Void> applaud(int count) {
        return client.tell(
                at + ".applaud", Fields.of("count", count).and("applauseId", OvationClient.newId()));
    }

    /** Tells that it was seen, where there is a connection to tell it on. */
    public Mono<Void> view() {
        return client.fire(at + ".view", Fields.none());
    }

    /** The counters now. */
    public Mono<Counters> counters() {
        return client.ask(at + ".counters", Fields.none(), Counters.class);
    }

    /** Its comments and counters, live. */
    public Flux<Frame> watch(@Nullable String after) {
        return client.frames(at + ".watch", Fields.none(), after);
    }
}
