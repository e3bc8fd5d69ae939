package io.ovation.inbox;

import java.util.List;
import java.util.Map;

import io.ovation.Caller;
import io.ovation.documents.ReadModels;
import io.ovation.inbox.InboxRejection.NotYours;
import io.ovation.live.Frame;
import io.ovation.live.Topic;
import io.ovation.live.Update;
import io.ovation.live.Watch.Watchable;
import io.ovation.live.WatchedContext;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import static io.ovation.inbox.NotificationDocuments.position;

/**
 * Inboxes as topics. The sequence of an update is the position of the last event that the notification tells of, so who
 * was away is told of each that has changed since, once, as it is now.
 */
final class WatchedInboxes implements WatchedContext {
    private final ReadModels readModels;
    private final Inboxes inboxes;

    WatchedInboxes(ReadModels readModels, Inboxes inboxes) {
        this.readModels = readModels;
        this.inboxes = inboxes;
    }

    @Override
    public String context() {
        return Topic.inbox("").context();
    }

    @Override
    public Mono<Watchable> watchable(Topic topic, Caller by) {
        if (!topic.id().equals(by.user())) {
            return Mono.error(new NotYours());
        }
        return readModels.upToDate(() -> inboxes.positioned(by.user()).flatMap(found -> unread(topic, found)
                .map(unread -> new Watchable(found.getKey().last(), List.of(unread)))));
    }

    @Override
    public Mono<List<Update>> states(Topic topic) {
        return readModels.upToDate(() -> inboxes.positioned(topic.id())
                .flatMap(found -> unread(topic, found))
                .map(List::of));
    }

    private Mono<Update> unread(Topic topic, Map.Entry<Inboxes.Inbox, Long> found) {
        return inboxes.unread(found.getKey())
                .map(unread -> new Update(topic, found.getValue(), new Frame.Unread(unread)));
    }

    @Override
    public Flux<Update> missed(Topic topic, long after) {
        return readModels
                .upToDate(() -> inboxes.inbox(topic.id()))
                .flatMapMany(inbox -> inboxes.seen(inbox, inboxes.since(inbox, after))
                        .map(seen -> new Update(topic, position(seen.entry()), NotificationDocuments.frame(seen))))
                .onErrorMap(ReadModels::unavailable);
    }
}
