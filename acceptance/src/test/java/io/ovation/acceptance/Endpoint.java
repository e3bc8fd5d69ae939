package io.ovation.acceptance;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;

import tools.jackson.databind.node.ObjectNode;

/** One feature, by its names on both transports. */
enum Endpoint {
    OPEN("POST", "/api/conversations", "conversations.open"),
    LIST("GET", "/api/conversations", "conversations.list"),
    CONVERSATION("GET", "/api/conversations/{id}", "conversations.{id}"),
    CHANGE("PATCH", "/api/conversations/{id}", "conversations.{id}.change"),
    MEMBERS("GET", "/api/conversations/{id}/members", "conversations.{id}.members"),
    BANS("GET", "/api/conversations/{id}/bans", "conversations.{id}.bans"),
    BAN("PUT", "/api/conversations/{id}/bans/{user}", "conversations.{id}.ban"),
    UNBAN("DELETE", "/api/conversations/{id}/bans/{user}", "conversations.{id}.unban"),
    MUTE("PUT", "/api/conversations/{id}/mutes/{user}", "conversations.{id}.mute"),
    UNMUTE("DELETE", "/api/conversations/{id}/mutes/{user}", "conversations.{id}.unmute"),
    ADD_MEMBER("POST", "/api/conversations/{id}/members", "conversations.{id}.members.add"),
    REMOVE_MEMBER("DELETE", "/api/conversations/{id}/members/{user}", "conversations.{id}.members.remove"),
    SEND("POST", "/api/conversations/{id}/messages", "conversations.{id}.send"),
    EDIT("PATCH", "/api/conversations/{id}/messages/{messageId}", "conversations.{id}.edit.{messageId}"),
    REDACT("DELETE", "/api/conversations/{id}/messages/{messageId}", "conversations.{id}.redact.{messageId}"),
    HERE("GET", "/api/conversations/{id}/presence", "conversations.{id}.presence"),
    HISTORY("GET", "/api/conversations/{id}/messages", "conversations.{id}.history"),
    PUBLISH("POST", "/api/contents", "contents.publish"),
    FEED("GET", "/api/contents", "contents.list"),
    CONTENT("GET", "/api/contents/{id}", "contents.{id}"),
    EDIT_CONTENT("PATCH", "/api/contents/{id}", "contents.{id}.edit"),
    RETRACT("DELETE", "/api/contents/{id}", "contents.{id}.retract"),
    COMMENT("POST", "/api/contents/{id}/comments", "contents.{id}.comment"),
    COMMENTS("GET", "/api/contents/{id}/comments", "contents.{id}.comments"),
    REDACT_COMMENT("DELETE", "/api/contents/{id}/comments/{commentId}", "contents.{id}.redact-comment.{commentId}"),
    LIKE("PUT", "/api/contents/{id}/like", "contents.{id}.like"),
    UNLIKE("DELETE", "/api/contents/{id}/like", "contents.{id}.unlike"),
    LIKE_COMMENT("PUT", "/api/contents/{id}/comments/{commentId}/like", "contents.{id}.like-comment.{commentId}"),
    LIKE_MESSAGE("PUT", "/api/conversations/{id}/messages/{messageId}/like", "conversations.{id}.like.{messageId}"),
    UNLIKE_MESSAGE(
            "DELETE", "/api/conversations/{id}/messages/{messageId}/like", "conversations.{id}.unlike.{messageId}"),
    REACT("PUT", "/api/contents/{id}/reactions/{kind}", "contents.{id}.react.{kind}"),
    REACTIONS("GET", "/api/contents/{id}/reactions/{kind}", "contents.{id}.reactions.{kind}"),
    REACT_COMMENT(
            "PUT",
            "/api/contents/{id}/comments/{commentId}/reactions/{kind}",
            "contents.{id}.react-comment.{commentId}.{kind}"),
    REACTIONS_COMMENT(
            "GET",
            "/api/contents/{id}/comments/{commentId}/reactions/{kind}",
            "contents.{id}.reactions-comment.{commentId}.{kind}"),
    REACT_MESSAGE(
            "PUT",
            "/api/conversations/{id}/messages/{messageId}/reactions/{kind}",
            "conversations.{id}.react.{messageId}.{kind}"),
    UNREACT_MESSAGE(
            "DELETE",
            "/api/conversations/{id}/messages/{messageId}/reactions/{kind}",
            "conversations.{id}.unreact.{messageId}.{kind}"),
    REACTIONS_MESSAGE(
            "GET",
            "/api/conversations/{id}/messages/{messageId}/reactions/{kind}",
            "conversations.{id}.reactions.{messageId}.{kind}"),
    APPLAUD("POST", "/api/contents/{id}/applause", "contents.{id}.applaud"),
    VIEW("POST", "/api/contents/{id}/views", "contents.{id}.view"),
    COUNTERS("GET", "/api/contents/{id}/counters", "contents.{id}.counters"),
    ACKNOWLEDGE("PUT", "/api/conversations/{id}/receipts/me", "conversations.{id}.receipt"),
    RECEIPTS("GET", "/api/conversations/{id}/receipts", "conversations.{id}.receipts"),
    INBOX("GET", "/api/inbox", "inbox.list"),
    READ_INBOX("POST", "/api/inbox/read", "inbox.read"),
    BLOCKS("GET", "/api/blocks", "blocks.list"),
    BLOCK("PUT", "/api/blocks/{user}", "blocks.add"),
    UNBLOCK("DELETE", "/api/blocks/{user}", "blocks.remove");

    final String method;
    private final String path;
    private final String route;

    Endpoint(String method, String path, String route) {
        this.method = method;
        this.path = path;
        this.route = route;
    }

    boolean hasBody() {
        return method.equals("POST") || method.equals("PATCH") || this == ACKNOWLEDGE || this == BAN || this == MUTE;
    }

    String path(Map<String, String> names) {
        String filled = path;
        for (var name : names.entrySet()) {
            filled = filled.replace("{" + name.getKey() + "}", encode(name.getValue()));
        }
        return filled;
    }

    String route(Map<String, String> names) {
        String filled = route;
        for (var name : names.entrySet()) {
            filled = filled.replace("{" + name.getKey() + "}", name.getValue());
        }
        return filled;
    }

    /** The RSocket data: the fields, and with them each name of the path that the route lacks. */
    ObjectNode data(Map<String, String> names, ObjectNode fields) {
        ObjectNode data = fields.deepCopy();
        names.forEach((name, value) -> {
            if (path.contains("{" + name + "}") && !route.contains("{" + name + "}")) {
                data.put(name, value);
            }
        });
        return data;
    }

    static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
