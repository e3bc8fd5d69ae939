package io.ovation.content;

import java.util.Map;

import io.ovation.documents.DocumentListener;
import io.ovation.documents.DocumentType;
import io.ovation.live.Topic;
import io.ovation.live.TopicQueryUpdateEmitter;
import io.ovation.live.Update;

/**
 * Tells the watchers of a content how its counters stand, and those of a content or conversation how the reactions to
 * something in it do, once for each batch of events that changed them.
 */
final class CountersPush implements DocumentListener {
    private final TopicQueryUpdateEmitter emitter;

    CountersPush(TopicQueryUpdateEmitter emitter) {
        this.emitter = emitter;
    }

    @Override
    public DocumentType type() {
        return ContentDocuments.COUNTERS;
    }

    /** Whose reactions they are, of what is no content, stands in the document only. */
    @Override
    public boolean isWanted(String id) {
        return Target.contentOf(id)
                .map(contentId -> emitter.isWatched(Topic.content(contentId)))
                .orElse(true);
    }

    @Override
    public void written(String id, long position, Map<String, Object> state) {
        // of the same position as before where it was something else that changed: who was told passes it over
        CounterDocuments.reactions(id, state).ifPresent(emitter::emit);
        CounterDocuments.withdrawn(id, position, state).ifPresent(emitter::emit);
        Target.contentOf(id)
                .ifPresent(contentId -> emitter.emit(
                        new Update(Topic.content(contentId), position, CounterDocuments.frame(contentId, state))));
    }
}
