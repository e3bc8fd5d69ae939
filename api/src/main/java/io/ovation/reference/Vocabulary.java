package io.ovation.reference;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * What the fields of the wire mean, each with an example: a name means the same wherever it stands, unless it is listed
 * with its record ({@code Applause.count}). Stateless, so safe for any thread.
 */
final class Vocabulary {
    private static final String TIME = "2026-11-30T09:15:00.000Z";
    private static final String CONVERSATION = "01990000-0000-7000-8000-000000000001";
    private static final String MESSAGE = "01990000-0000-7000-8000-000000000002";
    private static final String CONTENT = "01990000-0000-7000-8000-000000000003";
    private static final String COMMENT = "01990000-0000-7000-8000-000000000004";
    private static final String NOTIFICATION = "01990000-0000-7000-8000-000000000005";

    /**
     * One field.
     *
     * @param example null where an example leaves the field out
     * @param format the format of JSON Schema; null for none
     */
    record Word(String meaning, @Nullable Object example, @Nullable String format) {}

    private static final Map<String, Word> WORDS = new HashMap<>();

    static {
        id("conversationId", "The conversation. Who opens one may choose it; it is the idempotency key", CONVERSATION);
        id("messageId", "The message. Who sends it may choose it; it is the idempotency key", MESSAGE);
        id("contentId", "The content. Who publishes it may choose it; it is the idempotency key", CONTENT);
        id("commentId", "The comment. Who adds it may choose it; it is the idempotency key", COMMENT);
        id("notificationId", "The notification", NOTIFICATION);
        id("applauseId", "The idempotency key of applause", "01990000-0000-7000-8000-000000000006");
        id("eventId", "The event", "01990000-0000-7000-8000-000000000007");
        id("replyTo", "The message, or comment, that this one answers", null);
        id("upTo", "This notification, and all whose first event is older, are read", null);
        time("sentAt", "When the message was sent");
        time("publishedAt", "When the content was published");
        time("at", "When it happened");
        time("timestamp", "When the event happened");
        time("since", "Since when");
        word("editedAt", "When the text was last replaced", null, "date-time");
        word("until", "Until when; for ever where it is absent", null, "date-time");
        word("from", "Events from this time on (RFC 3339)", null);
        word("to", "Events before this time (RFC 3339)", null);
        word("kind", "The kind", null);
        word("title", "The title", "Tea at five");
        word("body", "The text; its limit counts bytes of UTF-8. Absent where it was redacted", "Hello");
        word("members", "Ids of people. In an opening those beside the opener", List.of("bob"));
        word("MemberPage.members", "Members in the order of their ids", List.of());
        word("posting", "Who posts in a channel", null);
        word("joining", "Who may join a channel", null);
        word("memberCount", "How many members there are", 2);
        word("lastMessage", "The latest message", null);
        word("lastSeq", "The seq of the latest message or comment; 0 for none", 1);
        word("unread", "How many there are that were not read", 0);
        word("limit", "How many to answer: 1 to 200, and more is taken as 200", null);
        word("before", "Only what comes before this: a seq, or the next or id of the last page", null);
        word("after", "Only what comes after this: a seq, a position, or the cursor to go on from", null);
        word("next", "What to ask for the next page with; absent at the end", null);
        word("user", "The id of a person: the sub of their token", "ada");
        word("users", "Ids of people", List.of("ada"));
        word("by", "Who did it", "ada");
        word("sender", "Who sent it", "ada");
        word("author", "Who wrote it", "ada");
        word("actors", "Who did it: the latest ten, latest first", List.of("ada"));
        word("role", "The role of a member", null);
        word("mentions", "Ids of the people that are mentioned", null);
        word("data", "A JSON object of the app's own, at most 4 KiB", null);
        word("seq", "The number in its conversation or content: 1, 2, 3 … without a gap", 1);
        word("redacted", "True where the text was redacted since, and is not here", null);
        word("removed", "True where the member was removed", null);
        word("reason", "Why", null);
        word(
                "DeadLetterView.deadLetterId",
                "Names the projection and the event that it could not take",
                "inbox:" + MESSAGE);
        word("DeadLetterView.projection", "The projection that could not take it", "inbox");
        word("deadLetters", "The events that the read models could not take, in the order of the log", null);
        word("projections", "The projections, each with how far it is", null);
        word("ProjectionView.name", "The name of the projection", "conversation");
        word("ProjectionView.head", "The position of the last event in the log; -1 for none", 4711);
        word("ProjectionView.lag", "How many events the projection is behind the log", 0);
        word("ProjectionView.state", "live, behind, building, or degraded where it could not take an event", "live");
        word("ProjectionView.version", "The version of the shape of its documents", 1);
        word("ProjectionView.rate", "Events a second that the projection took lately", 12);
        word("ProjectionView.building", "How far documents are that are built anew; absent where none are", null);
        word("Building.progress", "What is built of what there was when it began: 0 to 1", 0.25);
        word("Building.rate", "Events a second that are built, lately", 40_000);
        word("Building.secondsLeft", "About how many seconds it takes until they are read", 90);
        word("slowMode", "Seconds between two messages of one member, 0 to 3600", null);
        word("delivered", "The highest seq that has arrived; 0 for none", 1);
        word("read", "The highest seq that was read; 0 for none", 1);
        word("Notification.read", "Whether it was read", false);
        word("count", "How many", 1);
        word("Applause.count", "How often: 1 to 50", 3);
        word("Views.count", "How many: 1 to 1000", 1);
        word("views", "How many views were counted", 12);
        word("likes", "How many people like it", 2);
        word("applause", "How much applause it had", 3);
        word("comments", "How many comments there are that are not redacted", 1);
        word("CommentPage.comments", "Comments, oldest first", List.of());
        word("counters", "The counters", null);
        word("reactions", "How many reactions there are of each kind; absent where there are none", null);
        word("myReactions", "The kinds of the reactions of who asks", null);
        word("likedByMe", "Whether who asks likes it", false);
        word("status", "Whether the person is online or offline", null);
        word("presence", "One entry for each person that was asked for", null);
        word("online", "How many members are online", 2);
        word("watching", "How many watch now", 1);
        word("target", "What it leads to", null);
        word("cursor", "The place to go on from; opaque", "AAAAAAAAAAE");
        word("conversations", "Those the caller is a member of, last active first", null);
        word("messages", "Messages, oldest first", List.of());
        word("contents", "Contents, newest first", List.of());
        word("notifications", "Notifications, newest first", List.of());
        word("receipts", "How far each member has got", List.of());
        word("blocks", "Whom the caller blocks", List.of());
        word("bans", "Who is banned", List.of());
        word("change", "What has changed", null);
        word("types", "Simple names of events", null);
        word("aggregate", "The aggregateId of events", null);
        word("log", "The log that a position is of: the header Ovation-Log of an answer", null);
        word("follow", "Whether to go on live at the head", null);
        word("position", "The place in the log", 42);
        word("watch", "Routes of RSocket that watch; people are named behind a colon", null);
        word("type", "The type", "MessageSent");
        word("revision", "The revision of the event's shape", "1.0");
        word("aggregateType", "The type of the aggregate", "Conversation");
        word("aggregateId", "The id of the aggregate", CONVERSATION);
        word("sequence", "The number of the event within its aggregate", 3);
        word("payload", "The event", Map.of("body", "Hello"));
        word("metadata", "What is known about the event", Map.of());
        word("unknown", "True where this version does not know the type", null);
        word("undecodable", "True where this version cannot decode the event", null);
        word("raw", "The bytes of an event that cannot be decoded, in Base64", null);
        word("rawMetadata", "The bytes of metadata that is no JSON, in Base64", null);
        word("token", "A bearer token of the same user", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhZGEifQ.c2ln");
        word("Problem.status", "The HTTP status", 404);
        word("Problem.title", "A sentence that is the same for every error of the code", "There is no such thing");
        word("detail", "What was wrong", "There is no such conversation");
        word("code", "What a program looks at", null);
        word("errors", "The fields that were wrong", null);
        word("field", "The path of the field; empty for the request as a whole", "body");
        word("message", "What is wrong with it", "is required");
        word("retryAfter", "Seconds after which to try again", null);
        word("outcome", "unknown where a command may be recorded all the same; send it again under its id", null);
    }

    private Vocabulary() {}

    /** The word for a field of a record; null where the list has none. */
    static @Nullable Word of(String type, String field) {
        Word own = WORDS.get(type + "." + field);
        return own == null ? WORDS.get(field) : own;
    }

    private static void id(String field, String meaning, @Nullable String example) {
        word(field, meaning, example, "uuid");
    }

    private static void time(String field, String meaning) {
        word(field, meaning, TIME, "date-time");
    }

    private static void word(String field, String meaning, @Nullable Object example) {
        word(field, meaning, example, null);
    }

    private static void word(String field, String meaning, @Nullable Object example, @Nullable String format) {
        WORDS.put(field, new Word(meaning, example, format));
    }
}
