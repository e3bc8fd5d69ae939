package io.ovation.inbox;

import io.ovation.documents.DocumentType;

/**
 * The documents of the inboxes.
 *
 * <table>
 * <caption>Collections</caption>
 * <tr><td>inboxes</td><td>by user: the latest notifications ({@code entries}), oldest first; up to which position in
 * the log they were read ({@code readUpTo}), and up to which those that had begun by then ({@code readFirst}); how many
 * older ones there are in the archive ({@code archived}), the position of the last of those ({@code archivedUpTo}), and
 * which page is the first that was not read when it came there ({@code unreadPage}); the position of the last that was
 * told and is here no more ({@code lastTold}); and who tells its user of nothing ({@code blocked})</td></tr>
 * <tr><td>notifications</td><td>by number and user: the archive, {@value #PAGE} to a document, in the order of their
 * positions; never changed</td></tr>
 * <tr><td>places</td><td>by the id of a notification in the archive: whose it is, the positions of the first and
 * the last event that it tells of and its number there; never changed</td></tr>
 * </table>
 *
 * <p>A notification's position is that of the last event that it tells of: it is what they are ordered by. What is read
 * is all up to one, all whose first event is not after one, and what was marked when its messages were read. Into the
 * archive go those that are read, which don't change any more, and of those that are not the oldest beyond {@value
 * #MOST_UNREAD}, which then don't fold any more.
 */
final class InboxDocuments {
    /** The processing group of what writes them. */
    static final String PROJECTION = "inbox";

    /** Of the shape of the documents: raised whenever that changes, so that they are built anew. */
    static final int VERSION = 1;

    static final DocumentType INBOXES = DocumentType.of(
            PROJECTION,
            "inboxes",
            "entries",
            "readUpTo",
            "readFirst",
            "archived",
            "archivedUpTo",
            "unreadPage",
            "lastTold",
            "blocked");
    static final DocumentType ARCHIVE = DocumentType.stateless(PROJECTION, "notifications");
    static final DocumentType PLACES = DocumentType.stateless(PROJECTION, "places");

    static final int PAGE = 32;
    static final int MOST_UNREAD = 256;

    private InboxDocuments() {}

    /** A document of the archive; the number before the user, in whose id anything may stand. */
    static String archiveId(String user, long page) {
        return page + "/" + user;
    }
}
