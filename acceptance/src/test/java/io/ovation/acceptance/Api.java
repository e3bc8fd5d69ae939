package io.ovation.acceptance;

import java.util.List;
import java.util.Map;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** One user's requests over one transport. Safe for any number of threads. */
interface Api extends AutoCloseable {
    String user();

    /**
     * One request and its answer, also when that is an error of the contract.
     *
     * @throws Lost when the connection broke, so that nobody knows what became of the request
     */
    Reply call(Endpoint endpoint, Map<String, String> names, ObjectNode fields);

    /**
     * Opens the live stream of a conversation.
     *
     * @param after the cursor to resume from; null to start live
     */
    Live watch(String conversationId, @Nullable String after);

    /** Opens the live stream of one's own inbox; {@code after} as in {@link #watch}. */
    Live watchInbox(@Nullable String after);

    /** Opens the live stream of one's own list of conversations; {@code after} as in {@link #watch}. */
    Live watchList(@Nullable String after);

    @Override
    void close();

    default Reply open(ObjectNode conversation) {
        return call(Endpoint.OPEN, Map.of(), conversation);
    }

    /** Opens a conversation of that kind with those others, and answers its id. */
    default String opens(String kind, Api... others) {
        List<String> members = List.of(others).stream().map(Api::user).toList();
        return open(Json.object("kind", kind, "members", members)).accepted().text("conversationId");
    }

    default Reply list(ObjectNode fields) {
        return call(Endpoint.LIST, Map.of(), fields);
    }

    default Reply addMember(String conversationId, String user, String role) {
        return call(Endpoint.ADD_MEMBER, Map.of("id", conversationId), Json.object("user", user, "role", role));
    }

    default Reply removeMember(String conversationId, String user) {
        return call(Endpoint.REMOVE_MEMBER, Map.of("id", conversationId, "user", user), Json.object());
    }

    default Reply conversation(String conversationId) {
        return call(Endpoint.CONVERSATION, Map.of("id", conversationId), Json.object());
    }

    default Reply change(String conversationId, Object... namesAndValues) {
        return call(Endpoint.CHANGE, Map.of("id", conversationId), Json.object(namesAndValues));
    }

    default Reply ban(String conversationId, String user, Object... namesAndValues) {
        return call(Endpoint.BAN, Map.of("id", conversationId, "user", user), Json.object(namesAndValues));
    }

    default Reply unban(String conversationId, String user) {
        return call(Endpoint.UNBAN, Map.of("id", conversationId, "user", user), Json.object());
    }

    default Reply mute(String conversationId, String user, Object... namesAndValues) {
        return call(Endpoint.MUTE, Map.of("id", conversationId, "user", user), Json.object(namesAndValues));
    }

    default Reply unmute(String conversationId, String user) {
        return call(Endpoint.UNMUTE, Map.of("id", conversationId, "user", user), Json.object());
    }

    default Reply send(String conversationId, ObjectNode message) {
        return call(Endpoint.SEND, Map.of("id", conversationId), message);
    }

    default Reply send(String conversationId, String messageId, String body) {
        return send(conversationId, Json.object("messageId", messageId, "body", body));
    }

    /** Sends a text and answers the id of the message, which was accepted. */
    default String says(String conversationId, String body) {
        String messageId = UUID.randomUUID().toString();
        send(conversationId, messageId, body).accepted();
        return messageId;
    }

    default Reply edit(String conversationId, String messageId, String body) {
        return call(Endpoint.EDIT, Map.of("id", conversationId, "messageId", messageId), Json.object("body", body));
    }

    default Reply redact(String conversationId, String messageId) {
        return call(Endpoint.REDACT, Map.of("id", conversationId, "messageId", messageId), Json.object());
    }

    default Reply history(String conversationId, ObjectNode fields) {
        return call(Endpoint.HISTORY, Map.of("id", conversationId), fields);
    }

    /** The latest messages, oldest first. */
    default List<JsonNode> messages(String conversationId) {
        return List.copyOf(history(conversationId, Json.object())
                .accepted()
                .body()
                .path("messages")
                .values());
    }

    default long lastSeq(String conversationId) {
        return history(conversationId, Json.object("limit", 1)).accepted().number("lastSeq");
    }

    default Reply acknowledge(String conversationId, ObjectNode marks) {
        return call(Endpoint.ACKNOWLEDGE, Map.of("id", conversationId), marks);
    }

    default Reply reads(String conversationId, long seq) {
        return acknowledge(conversationId, Json.object("read", seq));
    }

    default Reply receipts(String conversationId) {
        return call(Endpoint.RECEIPTS, Map.of("id", conversationId), Json.object("limit", 200));
    }

    /** How many messages of a conversation are unread, as the list of conversations says. */
    default long unread(String conversationId) {
        return list(Json.object("limit", 200))
                .accepted()
                .body()
                .path("conversations")
                .valueStream()
                .filter(each -> each.path("conversationId").asString().equals(conversationId))
                .mapToLong(each -> each.path("unread").asLong())
                .findFirst()
                .orElseThrow();
    }

    default Reply inbox(ObjectNode fields) {
        return call(Endpoint.INBOX, Map.of(), fields);
    }

    /** One's notifications, newest first. */
    default List<JsonNode> notifications() {
        return List.copyOf(inbox(Json.object("limit", 200))
                .accepted()
                .body()
                .path("notifications")
                .values());
    }

    default Reply readsInbox(String upTo) {
        return call(Endpoint.READ_INBOX, Map.of(), Json.object("upTo", upTo));
    }

    /** Reads all that had been told up to a page or a frame. */
    default Reply readsInboxTo(String cursor) {
        return call(Endpoint.READ_INBOX, Map.of(), Json.object("cursor", cursor));
    }

    default Reply block(String user) {
        return call(Endpoint.BLOCK, Map.of("user", user), Json.object());
    }

    default Reply unblock(String user) {
        return call(Endpoint.UNBLOCK, Map.of("user", user), Json.object());
    }

    /** Whom one blocks. */
    default List<String> blocked() {
        return call(Endpoint.BLOCKS, Map.of(), Json.object())
                .accepted()
                .body()
                .path("blocks")
                .valueStream()
                .map(block -> block.path("user").asString())
                .toList();
    }

    /** The connection broke before the answer came. */
    final class Lost extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Lost(Throwable cause) {
            super(cause);
        }
    }
}
