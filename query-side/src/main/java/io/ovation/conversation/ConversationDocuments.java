package io.ovation.conversation;

import java.util.LinkedHashSet;
import java.util.SequencedSet;

import io.ovation.documents.DocumentType;
import io.ovation.sequence.Buckets;

/**
 * The documents of the conversations, and where in them a thing is.
 *
 * <table>
 * <caption>Collections</caption>
 * <tr><td>conversations</td><td>by conversation: what the list shows, and where the log of the conversation
 * ends</td></tr>
 * <tr><td>messages</td><td>by conversation and number: the messages, {@value Buckets#SIZE} to a document, each in the
 * slot of its seq</td></tr>
 * <tr><td>members</td><td>by conversation and user: the role (none: no member), how many messages the user sent, and
 * the seqs of the latest of them</td></tr>
 * <tr><td>receipts</td><td>by conversation and user: how far the user has got and read it</td></tr>
 * <tr><td>readers</td><td>by conversation: the members who have a receipt, as many as are told of</td></tr>
 * <tr><td>rosters</td><td>by conversation: the members in the order in which they came, as many as an aggregate takes;
 * how many they are, the first {@value #SHOWN_MEMBERS} of them, and who of them are owners and moderators</td></tr>
 * <tr><td>bans</td><td>by conversation and the user's hash: who is kept out, some of whose bans may have
 * ended</td></tr>
 * <tr><td>memberships</td><td>by user and the id's hash: the conversations of a user, and the latest times that
 * they came into one or left it</td></tr>
 * <tr><td>listChanges</td><td>by number and membership: the older of those times, {@value NotedChanges#PAGE} to a
 * document; never changed</td></tr>
 * <tr><td>titles</td><td>by conversation: the latest times that it got another title</td></tr>
 * <tr><td>titleChanges</td><td>by number and conversation: the older of those times; never changed</td></tr>
 * </table>
 *
 * <p>The ids of users stand in values only, never in the name of a field.
 */
final class ConversationDocuments {
    /** The processing group of what writes them. */
    static final String PROJECTION = "conversation";

    /** Of the shape of the documents: raised whenever that changes, so that they are built anew. */
    static final int VERSION = 1;

    static final DocumentType CONVERSATIONS = DocumentType.stateless(PROJECTION, "conversations");
    static final Buckets MESSAGES = new Buckets(DocumentType.stateless(PROJECTION, "messages"), "messages");
    static final DocumentType MEMBERS = DocumentType.of(PROJECTION, "members", "sent", "own");
    static final DocumentType RECEIPTS = DocumentType.of(PROJECTION, "receipts", "delivered", "read");
    static final DocumentType READERS = DocumentType.of(PROJECTION, "readers", "users");
    static final DocumentType ROSTERS = DocumentType.of(PROJECTION, "rosters", "members", "owners", "moderators");
    static final DocumentType MEMBERSHIPS =
            DocumentType.of(PROJECTION, "memberships", "conversations", "changes", "archived", "archivedUpTo");
    static final NotedChanges LIST_CHANGES = new NotedChanges(DocumentType.stateless(PROJECTION, "listChanges"));
    static final DocumentType TITLES = DocumentType.of(PROJECTION, "titles", "changes", "archived", "archivedUpTo");
    static final NotedChanges TITLE_CHANGES = new NotedChanges(DocumentType.stateless(PROJECTION, "titleChanges"));

    static final DocumentType BANS = DocumentType.of(PROJECTION, "bans", "bans");

    /** Documents over which the bans of a conversation are spread, so that one more of thousands stays cheap. */
    private static final int BAN_DOCUMENTS = 32;

    /**
     * Documents over which a user's memberships are spread, so that joining one more of very many conversations stays
     * cheap.
     */
    private static final int MEMBERSHIP_DOCUMENTS = 32;

    /**
     * Whose receipts are told and shown; all of any group. In a channel members come and go without end, and those
     * beyond are recorded only.
     */
    static final int MOST_READERS = 5_000;

    /** How many members a list of conversations shows of each. */
    static final int SHOWN_MEMBERS = 50;

    private ConversationDocuments() {}

    static String memberId(String conversationId, String user) {
        return conversationId + "/" + user;
    }

    /** The conversation of a document's id that {@link #memberId} made; its own id has no slash. */
    static String conversationOf(String memberId) {
        return memberId.substring(0, memberId.indexOf('/'));
    }

    /** The user of a document's id that {@link #memberId} made. */
    static String userOf(String memberId) {
        return memberId.substring(memberId.indexOf('/') + 1);
    }

    static String bansId(String conversationId, String user) {
        return conversationId + "/" + Math.floorMod(user.hashCode(), BAN_DOCUMENTS);
    }

    static SequencedSet<String> bansIds(String conversationId) {
        SequencedSet<String> ids = new LinkedHashSet<>();
        for (int i = 0; i < BAN_DOCUMENTS; i++) {
            ids.add(conversationId + "/" + i);
        }
        return ids;
    }

    static String membershipId(String user, String conversationId) {
        return user + "/" + Math.floorMod(conversationId.hashCode(), MEMBERSHIP_DOCUMENTS);
    }

    static SequencedSet<String> membershipIds(String user) {
        SequencedSet<String> ids = new LinkedHashSet<>();
        for (int i = 0; i < MEMBERSHIP_DOCUMENTS; i++) {
            ids.add(user + "/" + i);
        }
        return ids;
    }
}
