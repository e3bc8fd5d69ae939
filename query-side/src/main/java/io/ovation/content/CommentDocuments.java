package io.ovation.content;

import java.time.Instant;
import java.util.Map;

import io.ovation.content.ContentEvent.CommentAdded;
import io.ovation.content.ContentQuery.CommentView;
import io.ovation.content.Reactions.Given;
import org.bson.Document;
import org.jspecify.annotations.Nullable;

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
        return event.replyTo() == null ? comment : comment.append("replyTo", event.replyTo());
    }

    static CommentView view(Document comment, Given reactions) {
        return new CommentView(
                comment.getString("id"),
                comment.getLong("seq"),
                comment.getString("author"),
                comment.getString("body"),
                Instant.parse(comment.getString("at")),
                comment.getString("replyTo"),
                comment.getBoolean("redacted"),
                reactions.counts(),
                reactions.mine());
    }
}
