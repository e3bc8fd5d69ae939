package io.ovation.client;

import java.time.Instant;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;

/**
 * One conversation. Immutable. What is said here arrives in the order in which it was subscribed to, also what was said
 * while there was no connection.
 */
public final class Conversation {
    private final OvationClient client;
    private final String id;
    private final String at;

    Conversation(OvationClient client, String id) {
        this.client = client;
        this.id = id;
        this.at = "conversations." + Ids.checked(id);
    }

    /** What the server answers to who has sent: it is durable now. */
    public record Sent(String messageId, long seq, Instant sentAt) {}

    /** A message, as the history has it; one that was redacted has no body. */
    public record Message(
            String messageId,
            long seq,
            String sender,
            @Nullable String body,
            Instant sentAt,
            @Nullable Instant editedAt,
            boolean redacted,
            @Nullable String replyTo,
            @Nullable List<String> mentions,
            @Nullable JsonNode data) {}

    /** A page of the history, oldest first, and the number of the latest message of all. */
    public record History(List<Message> messages, long lastSeq) {}

    /** Somebody who is in. */
    public record Member(String user, String role) {}

    /** A page of members; {@code next} is what to ask with next time. */
    public record Members(List<Member> members, @Nullable String next) {}

    /** How many members are online, how many connections watch, and who does, up to 200 of them. */
    public record Audience(long online, long watching, List<String> users) {}

    /** The id. */
    public String id() {
        return id;
    }

    /** Sends a text under a new id. */
    public Mono<Sent> send(String body) {
        return send(Draft.of(body));
    }

    /** Sends; completes when the message is durable. A second subscription sends the same message again. */
    public Mono<Sent> send(Draft draft) {
        Fields fields = Fields.of("messageId", draft.id())
                .and("body", draft.body())
                .and("replyTo", draft.replyTo())
                .and("mentions", draft.mentions())
                .and("data", draft.data());
        return client.inTurn(at, client.ask(at + ".send", fields, Sent.class));
    }

    /** Changes the body of one's own message. */
    public Mono<Void> edit(String messageId, String body) {
        return client.inTurn(at, client.tell(at + ".edit." + Ids.checked(messageId), Fields.of("body", body)));
    }

    /** Takes a message back, for everybody. */
    public Mono<Void> redact(String messageId) {
        return client.inTurn(at, client.tell(at + ".redact." + Ids.checked(messageId), Fields.none()));
    }

    /** What was said. */
    public Mono<History> history(Page page) {
        return client.ask(at + ".history", page.fields(), History.class);
    }

    /** What is said from now on. */
    public Flux<Frame> watch() {
        return watch(null);
    }

    /**
     * What was said after a cursor, and is said from now on: each frame of the log once and in order, also over
     * reconnects. Demand goes to the server as it is.
     *
     * @param after null to start live
     */
    public Flux<Frame> watch(@Nullable String after) {
        return client.frames(at + ".watch", Fields.none(), after);
    }

    /** Reads all up to a message, and its notifications. */
    public Mono<Void> read(long seq) {
        return client.tell(at + ".receipt", Fields.of("read", seq));
    }

    /** Has got all up to a message. */
    public Mono<Void> delivered(long seq) {
        return client.tell(at + ".receipt", Fields.of("delivered", seq));
    }

    /** Tells that one writes, where there is a connection to tell it on. */
    public Mono<Void> typing() {
        return client.fire(at + ".typing", Fields.none());
    }

    /** Reacts; one reaction of a kind a user. */
    public Mono<Void> react(String messageId, String kind) {
        return client.tell(at + ".react." + Ids.checked(messageId) + "." + Ids.checked(kind), Fields.none());
    }

    /** Takes a reaction back. */
    public Mono<Void> unreact(String messageId, String kind) {
        return client.tell(at + ".unreact." + Ids.checked(messageId) + "." + Ids.checked(kind), Fields.none());
    }

    /** Its title, kind and settings: docs/protocol.md has the fields. */
    public Mono<JsonNode> details() {
        return client.ask(at, Map.of());
    }

    /** Changes what is given: {@code title}, {@code posting}, {@code joining}, {@code data}, {@code slowMode}. */
    public Mono<Void> change(Map<String, ?> change) {
        return client.ask(at + ".change", change).then();
    }

    /** Who is there now. */
    public Mono<Audience> audience() {
        return client.ask(at + ".presence", Fields.none(), Audience.class);
    }

    /** @param after the {@code next} of the page before; null for the first */
    public Mono<Members> members(@Nullable String after) {
        return client.ask(at + ".members", Fields.of("after", after), Members.class);
    }

    /** @param role {@code owner}, {@code moderator} or {@code member}; null for a member, or for no change */
    public Mono<Void> add(String user, @Nullable String role) {
        return client.tell(at + ".members.add", Fields.of("user", user).and("role", role));
    }

    /** Removes a member; or leaves. */
    public Mono<Void> remove(String user) {
        return client.undo(at + ".members.remove", Fields.of("user", user));
    }

    /** @param until null for ever */
    public Mono<Void> ban(String user, @Nullable Instant until, @Nullable String reason) {
        return client.tell(
                at + ".ban",
                Fields.of("user", user).and("until", Ids.text(until)).and("reason", reason));
    }

    /** Lifts a ban. */
    public Mono<Void> unban(String user) {
        return client.undo(at + ".unban", Fields.of("user", user));
    }

    /** @param until null for ever */
    public Mono<Void> mute(String user, @Nullable Instant until) {
        return client.tell(at + ".mute", Fields.of("user", user).and("until", Ids.text(until)));
    }

    /** Lets a member speak again. */
    public Mono<Void> unmute(String user) {
        return client.undo(at + ".unmute", Fields.of("user", user));
    }
}
