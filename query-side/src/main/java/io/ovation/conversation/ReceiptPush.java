package io.ovation.conversation;

import java.util.Map;

import io.ovation.documents.DocumentListener;
import io.ovation.documents.DocumentType;
import io.ovation.live.Topic;
import io.ovation.live.TopicQueryUpdateEmitter;
import io.ovation.live.Update;

import static io.ovation.conversation.ConversationDocuments.RECEIPTS;
import static io.ovation.conversation.ConversationDocuments.conversationOf;

/** Tells the watchers of a conversation how far its members have got. */
final class ReceiptPush implements DocumentListener {
    private final TopicQueryUpdateEmitter emitter;

    ReceiptPush(TopicQueryUpdateEmitter emitter) {
        this.emitter = emitter;
    }

    @Override
    public DocumentType type() {
        return RECEIPTS;
    }

    @Override
    public boolean isWanted(String id) {
        return emitter.isWatched(Topic.conversation(conversationOf(id)));
    }

    @Override
    public void written(String id, long position, Map<String, Object> state) {
        emitter.emit(new Update(Topic.conversation(conversationOf(id)), position, Receipts.frame(id, state)));
    }
}
