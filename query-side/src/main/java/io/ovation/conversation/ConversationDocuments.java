package io.ovation.conversation;

import java.util.LinkedHashSet;
import java.util.SequencedSet;

import io.ovation.mongo.DocumentType;
import io.ovation.sequence.Buckets;

/**
 * The documents of the conversations, and where in them a thing is.
 *
 * <table>
 * <caption>Collections</caption>
 * <tr><td>conversations</td><td>by conversation: what the list shows, and where the log of the conversation ends</td></tr>
 * <tr><td>messages</td><td>by conversation and number: the messages, {@value Buckets#SIZE} to a document, each in the slot of its seq</td></tr>
 * <tr><td>members</td><td>by conversation and user: the role (none: no member) and how many messages the user sent</td></tr>
 * <tr><td>rosters</td><td>by conversation, but for channels: the members in the order in which they came</td></tr>
 * <tr><td>memberships</td><td>by user and the id's hash: the conversations of a user</td></tr>
 * </table>
 *
 * <p>The ids of users stand in values only, never in the name of a field.
 */
final class ConversationDocuments {
    static final DocumentType CONVERSATIONS = DocumentType.of("conversations", "lastSeq");
    static final Buckets MESSAGES = new Buckets(DocumentType.stateless("messages"), "messages");
    static final DocumentType MEMBERS = DocumentType.of("members", "sent");
    static final DocumentType ROSTERS = DocumentType.of("rosters", "members");
    static final DocumentType MEMBERSHIPS = DocumentType.of("memberships", "conversations");

    /** Documents over which a user's memberships are spread, so that joining one more of very many conversations stays cheap. */
    private static final int MEMBERSHIP_DOCUMENTS = 32;

    private ConversationDocuments() {}

    static String memberId(String conversationId, String user) {
        return conversationId + "/" + user;
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
