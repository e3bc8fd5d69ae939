package io.ovation.content;

import io.ovation.live.Frame;
import io.ovation.live.Live;
import io.ovation.live.Topic;
import io.ovation.live.TopicQueryUpdateEmitter;
import io.ovation.live.Update;
import org.axonframework.config.ProcessingGroup;
import org.axonframework.eventhandling.EventHandler;
import org.axonframework.eventhandling.SequenceNumber;
import org.axonframework.eventhandling.TrackingToken;
import org.jspecify.annotations.Nullable;

/**
 * Tells the watchers of a content what is recorded of it, and those of the feed what is published, edited and
 * retracted.
 */
@ProcessingGroup(Live.GROUP)
final class ContentPush {
    private final TopicQueryUpdateEmitter emitter;

    ContentPush(TopicQueryUpdateEmitter emitter) {
        this.emitter = emitter;
    }

    @EventHandler
    void on(ContentEvent event, @SequenceNumber long sequence, TrackingToken token) {
        // a redaction comes after what it redacts, as itself
        @Nullable Update update = ContentUpdates.of(event, sequence, seq -> false);
        if (update != null) {
            emitter.emit(update);
        }
        Frame frame = ContentUpdates.ofFeed(event);
        if (frame != null) {
            emitter.emit(new Update(Topic.feed(), token.position().orElseThrow(), frame));
        }
    }
}
