package io.ovation.presence;

import io.ovation.conversation.ConversationEvent.MemberRemoved;
import io.ovation.live.Frame;
import io.ovation.live.Live;
import io.ovation.live.Topic;
import io.ovation.live.TopicQueryUpdateEmitter;
import io.ovation.live.Update;
import org.axonframework.config.ProcessingGroup;
import org.axonframework.eventhandling.EventHandler;
import org.axonframework.eventhandling.TrackingToken;

/** Tells when somebody has ceased to share a conversation with its members, for they may have shared no other. */
@ProcessingGroup(Live.GROUP)
final class SharingPush {
    private final TopicQueryUpdateEmitter emitter;

    SharingPush(TopicQueryUpdateEmitter emitter) {
        this.emitter = emitter;
    }

    @EventHandler
    void on(MemberRemoved event, TrackingToken token) {
        Frame.Member removed = new Frame.Member(event.conversationId(), event.user(), null, true);
        emitter.emit(new Update(Topic.presence(), token.position().orElseThrow(), removed));
    }
}
