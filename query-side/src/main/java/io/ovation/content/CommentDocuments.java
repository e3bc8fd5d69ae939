package io.ovation.content;

import java.time.Instant;

import io.ovation.content.ContentEvent.CommentAdded;
import io.ovation.content.ContentQuery.CommentView;
import io.ovation.content.Reactions.Given;
import org.bson.Document;
/**
 * A comment as a part of a document, and back. Times are kept as their text, which is exact, where MongoDB's dates end
 * at milliseconds.
 */
final class CommentDocuments {
    private CommentDocuments() {}

    static Document document(CommentAdded event) {
        Document comment = new Document("id", event.commentId())
                .append("seq", event.seq())
                .append("author", event.author())
                .append("body", event.body())
                .append("at", event.at().toString());
        if (event.replyTo() != null) {
            comment.append("replyTo", event.replyTo());
        }
        if (event.mentions() != null && !event.mentions().isEmpty()) {
            comment.append("mentions", event.mentions());
        }
        if (event.data() != null) {
            comment.append("data", event.data().json());
        }
        return comment;
    }

    static CommentView view(Document comment, Given reactions) {
        return new CommentView(
                comment.getString("id"),
                comment.getLong("seq"),
                comment.getString("author"),
                comment.getString("body"),
                Instant.parse(comment.getString("at")),
                comment.getString("replyTo"),
                comment.getList("mentions", String.class),
                ContentDocuments.data(comment),
                comment.getBoolean("redacted"),
                reactions.counts(),
                reactions.mine());
    }
}
