package io.ovation.conversation;

import io.ovation.live.Live;
import io.ovation.live.TopicQueryUpdateEmitter;
import io.ovation.live.Update;
import org.axonframework.config.ProcessingGroup;
import org.axonframework.eventhandling.EventHandler;
import org.axonframework.eventhandling.SequenceNumber;
import org.jspecify.annotations.Nullable;

/** Tells the watchers of a conversation what is recorded in it. */
@ProcessingGroup(Live.GROUP)
final class ConversationPush {
    private final TopicQueryUpdateEmitter emitter;

    ConversationPush(TopicQueryUpdateEmitter emitter) {
        this.emitter = emitter;
    }

    @EventHandler
    void on(ConversationEvent event, @SequenceNumber long sequence) {
        // a redaction comes after what it redacts, as itself
        @Nullable Update update = ConversationUpdates.of(event, sequence, seq -> false);
        if (update != null) {
            emitter.emit(update);
        }
    }
}
