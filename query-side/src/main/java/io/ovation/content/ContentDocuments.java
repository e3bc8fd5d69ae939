package io.ovation.content;

import io.ovation.AppData;
import io.ovation.documents.DocumentType;
import io.ovation.sequence.Buckets;
import org.bson.Document;
import org.jspecify.annotations.Nullable;

/**
 * The documents of the contents, and where in them a thing is.
 *
 * <table>
 * <caption>Collections</caption>
 * <tr><td>contents</td><td>by content: its text, whether it was retracted, and where its comments and its log
 * end</td></tr>
 * <tr><td>comments</td><td>by content and number: the comments, {@value Buckets#SIZE} to a document</td></tr>
 * <tr><td>counters</td><td>by target: how often it was viewed, liked and so on</td></tr>
 * <tr><td>reactions</td><td>by target, kind and user: whether the user's reaction stands, and the position at which it
 * was first given</td></tr>
 * <tr><td>reactors, reactorpages</td><td>by target and kind: who gave it, see {@link Reactors}</td></tr>
 * <tr><td>reacted</td><td>by content or conversation: which targets in it have reactions that changed last, see
 * {@link Reacted}</td></tr>
 * <tr><td>feed, feedchanges</td><td>what was published, and what of it was edited and retracted, by position: see
 * {@link FeedIndex}</td></tr>
 * </table>
 */
final class ContentDocuments {
    /** The processing group of what writes them. */
    static final String PROJECTION = "content";

    /** Of the shape of the documents: raised whenever that changes, so that they are built anew. */
    static final int VERSION = 1;

    static final DocumentType CONTENTS = DocumentType.stateless(PROJECTION, "contents");
    static final Buckets COMMENTS = new Buckets(DocumentType.stateless(PROJECTION, "comments"), "comments");
    static final DocumentType COUNTERS =
            DocumentType.of(
                    PROJECTION,
                    "counters",
                    "views",
                    "likes",
                    "applause",
                    "comments",
                    "reactions",
                    "owner",
                    "reacted",
                    "redacted");
    static final DocumentType REACTIONS = DocumentType.of(PROJECTION, "reactions", "at");
    static final DocumentType REACTORS = DocumentType.of(PROJECTION, "reactors", "entries", "archived", "archivedUpTo");
    static final DocumentType REACTOR_PAGES = DocumentType.stateless(PROJECTION, "reactorpages");
    static final DocumentType REACTED = DocumentType.of(PROJECTION, "reacted", "latest");
    static final DocumentType FEED = DocumentType.stateless(PROJECTION, "feed");
    static final DocumentType FEED_CHANGES = DocumentType.stateless(PROJECTION, "feedchanges");

    /** The kind of reaction that is counted, and asked for, by itself. */
    static final String LIKE = "like";

    private ContentDocuments() {}

    /** The app's own data in a document, which keeps it as its text; null for none. */
    static @Nullable AppData data(Document document) {
        String data = document.getString("data");
        return data == null ? null : new AppData(data);
    }

    static String reactorsId(Target target, String kind) {
        return target.key() + "/" + kind;
    }

    static String reactionId(Target target, String kind, String user) {
        return target.key() + "/" + kind + "/" + user;
    }
}
