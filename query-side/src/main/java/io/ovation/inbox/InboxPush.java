package io.ovation.inbox;

import java.util.Map;
import java.util.function.Supplier;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.ovation.documents.DocumentListener;
import io.ovation.documents.DocumentType;
import io.ovation.inbox.Inboxes.Inbox;
import io.ovation.live.Frame;
import io.ovation.live.Topic;
import io.ovation.live.TopicQueryUpdateEmitter;
import io.ovation.live.Update;
import org.bson.Document;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import static io.ovation.inbox.InboxDocuments.INBOXES;
import static io.ovation.inbox.NotificationDocuments.position;

/**
 * Tells who watches their inbox of what has changed in it: each notification once a batch of events, in its latest
 * form, in the order of their positions; and how many are not read.
 */
final class InboxPush implements DocumentListener {
    private static final Logger log = LoggerFactory.getLogger(InboxPush.class);
    private static final int REMEMBERED = 100_000;

    private final TopicQueryUpdateEmitter emitter;
    private final Supplier<Inboxes> inboxes;

    /**
     * Up to which position a user was told. Where that is not known, more is told than is new, which watchers pass
     * over.
     */
    private final Cache<String, Long> told = Caffeine.newBuilder()
            .maximumSize(REMEMBERED)
            .executor(Runnable::run)
            .build();

    /** @param inboxes is asked when there is something to tell: the store of the documents needs its listeners first */
    InboxPush(TopicQueryUpdateEmitter emitter, Supplier<Inboxes> inboxes) {
        this.emitter = emitter;
        this.inboxes = inboxes;
    }

    @Override
    public DocumentType type() {
        return INBOXES;
    }

    @Override
    public void written(String user, long position, Map<String, Object> state) {
        Long before = told.asMap().put(user, position);
        Topic topic = Topic.inbox(user);
        if (!emitter.isWatched(topic)) {
            return;
        }
        Inbox inbox = Inbox.of(user, state);
        for (Document entry : inbox.entries()) {
            if (before == null || position(entry) > before) {
                emitter.emit(new Update(topic, position(entry), NotificationDocuments.frame(entry, inbox.readUpTo())));
            }
        }
        inboxes.get()
                .unread(inbox)
                .subscribe(
                        unread -> emitter.emit(new Update(topic, position, new Frame.Unread(unread))),
                        failure -> log.debug("The count of an inbox could not be told", failure));
    }
}
