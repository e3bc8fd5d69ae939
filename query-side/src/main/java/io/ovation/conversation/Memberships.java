package io.ovation.conversation;

import java.util.ArrayList;
import java.util.List;

import io.ovation.documents.Draft;
import org.bson.Document;

import static io.ovation.conversation.ConversationDocuments.LIST_CHANGES;

/**
 * A part of a user's conversations while events are folded into it: which they are in, and when they came into one or
 * left it. For use by one thread.
 *
 * @param id the document's id
 */
record Memberships(Draft draft, String id) {
    /** A change of the list; nothing where the user is in that conversation already, or in it no more. */
    void take(String conversationId, ListChange change, long position) {
        List<?> before = draft.state("conversations", List.class);
        List<Object> conversations = before == null ? new ArrayList<>() : new ArrayList<>(before);
        boolean changed = change == ListChange.left
                ? conversations.remove(conversationId)
                : !conversations.contains(conversationId) && conversations.add(conversationId);
        if (changed) {
            draft.set("conversations", conversations);
            Document noted = new Document("at", position).append("id", conversationId).append("change", change.name());
            LIST_CHANGES.add(draft, id, noted);
        }
    }
}
