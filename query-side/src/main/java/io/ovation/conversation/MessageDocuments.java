package io.ovation.conversation;

import java.time.Instant;
import java.util.List;

import io.ovation.AppData;
import io.ovation.content.Reactions.Given;
import io.ovation.conversation.ConversationEvent.MessageSent;
import io.ovation.conversation.ConversationQuery.MessageView;
import org.bson.Document;
import org.jspecify.annotations.Nullable;

/**
 * A message as a part of a document, and back. Times are kept as their text, which is exact, where MongoDB's dates end
 * at milliseconds.
 */
final class MessageDocuments {
    private MessageDocuments() {}

    static Document document(MessageSent event) {
        Document message = new Document("id", event.messageId())
                .append("seq", event.seq())
                .append("sender", event.sender())
                .append("body", event.body())
                .append("sentAt", event.sentAt().toString());
        if (event.replyTo() != null) {
            message.append("replyTo", event.replyTo());
        }
        if (!event.mentions().isEmpty()) {
            message.append("mentions", event.mentions());
        }
        if (event.data() != null) {
            message.append("data", event.data().json());
        }
        return message;
    }

    static MessageView view(Document message, Given reactions) {
        return new MessageView(
                message.getString("id"),
                message.getLong("seq"),
                message.getString("sender"),
                message.getString("body"),
                Instant.parse(message.getString("sentAt")),
                time(message.getString("editedAt")),
                message.getBoolean("redacted"),
                message.getString("replyTo"),
                mentions(message),
                data(message),
                reactions.counts(),
                reactions.mine());
    }

    private static @Nullable Instant time(@Nullable String text) {
        return text == null ? null : Instant.parse(text);
    }

    private static @Nullable AppData data(Document message) {
        String json = message.getString("data");
        return json == null ? null : new AppData(json);
    }

    private static @Nullable List<String> mentions(Document message) {
        return message.getList("mentions", String.class);
    }
}
