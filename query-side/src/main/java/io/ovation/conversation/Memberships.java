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
    /** Changes in a document of the archive; a document that is in use has fewer than twice as many. */
    static final int PAGE = 32;

    /** A change of the list; nothing where the user is in that conversation already, or in it no more. */
    void take(String conversationId, ListChange change, long position) {
        List<Object> conversations = list("conversations");
        boolean changed = change == ListChange.left
                ? conversations.remove(conversationId)
                : !conversations.contains(conversationId) && conversations.add(conversationId);
        if (changed) {
            draft.set("conversations", conversations);
            note(new Document("at", position).append("id", conversationId).append("change", change.name()));
        }
    }

    private void note(Document change) {
        List<Object> changes = list("changes");
        changes.add(change);
        if (changes.size() == 2 * PAGE) {
            List<Object> oldest = changes.subList(0, PAGE);
            Long pages = draft.state("archived", Long.class);
            long number = pages == null ? 0 : pages;
            draft.keep(LIST_CHANGES, archiveId(id, number), new Document("changes", List.copyOf(oldest)));
            draft.set("archived", number + 1).set("archivedUpTo", ((Document) oldest.getLast()).getLong("at"));
            oldest.clear();
        }
        draft.set("changes", changes);
    }

    /** A document of the archive; the number before the user, in whose id anything may stand. */
    static String archiveId(String membershipId, long page) {
        return page + "/" + membershipId;
    }

    private List<Object> list(String field) {
        List<?> before = draft.state(field, List.class);
        return before == null ? new ArrayList<>() : new ArrayList<>(before);
    }
}
