package io.ovation.presence;

import java.util.Map;

import io.ovation.documents.DocumentListener;
import io.ovation.documents.DocumentType;
import io.ovation.live.Frame;
import io.ovation.live.Topic;
import io.ovation.live.TopicQueryUpdateEmitter;
import io.ovation.live.Update;
import io.ovation.presence.PresenceQuery.Person;

import static io.ovation.presence.PresenceDocuments.PRESENCE;

/**
 * Tells how a user is once it can be read so. Also where nothing has changed: a second device, or a batch that is given
 * again.
 */
final class PresencePush implements DocumentListener {
    private final TopicQueryUpdateEmitter emitter;

    PresencePush(TopicQueryUpdateEmitter emitter) {
        this.emitter = emitter;
    }

    @Override
    public DocumentType type() {
        return PRESENCE;
    }

    @Override
    public void written(String id, long position, Map<String, Object> state) {
        Person person = PresenceDocuments.person(id, position, state);
        emitter.emit(new Update(
                Topic.presence(),
                position,
                new Frame.Presence(person.user(), person.status().name(), person.since())));
    }
}
