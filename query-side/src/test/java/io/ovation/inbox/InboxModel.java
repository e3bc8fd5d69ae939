package io.ovation.inbox;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

import io.ovation.content.Retractions;
import io.ovation.conversation.Readership;
import io.ovation.documents.Changes;
import io.ovation.documents.Home;
import io.ovation.documents.TestStore;
import io.ovation.inbox.InboxQuery.NotificationView;
import io.ovation.inbox.Inboxes.Inbox;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.GlobalSequenceTrackingToken;
import org.axonframework.messaging.unitofwork.BatchingUnitOfWork;
import org.bson.Document;
import org.jspecify.annotations.Nullable;

/** The inboxes' documents in a database of their own, fed with events directly. */
final class InboxModel {
    static final List<Notices> ALL = List.of(new MessageNotices(), new CommentNotices(), new LikeNotices());

    private final String name = UUID.randomUUID().toString();
    private final Home home;
    private final InboxProjection projection;
    private TestStore documents;

    InboxModel(Home home, List<Notices> sorts) {
        this.home = home;
        this.projection = new InboxProjection(sorts);
        this.documents = home.documents(name);
    }

    /** Forgets what is kept in memory, as a new process would. */
    void restart() {
        documents = home.documents(name);
    }

    InboxModel handle(List<DomainEventMessage<?>> events) {
        handle(events, 0, events.size());
        return this;
    }

    /** Handles the events from one index up to another, in one batch; an event's index is its position. */
    void handle(List<DomainEventMessage<?>> events, int from, int to) {
        if (from == to) {
            return;
        }
        BatchingUnitOfWork<?> batch = new BatchingUnitOfWork<>(List.copyOf(events.subList(from, to)));
        for (int i = from; i < to; i++) {
            projection.on(events.get(i), new GlobalSequenceTrackingToken(i), batch);
        }
        documents.write(Changes.of(batch));
    }

    private Inboxes inboxes() {
        return new Inboxes(documents, new Sight(new Readership(documents), new Retractions(documents)));
    }

    List<NotificationView> list(String user, @Nullable String before, int limit) {
        Inboxes inboxes = inboxes();
        Inbox inbox = Objects.requireNonNull(inboxes.inbox(user).block());
        return Objects.requireNonNull(inboxes.seen(inbox, inboxes.newestFirst(inbox, before))
                .take(limit)
                .map(NotificationDocuments::view)
                .collectList()
                .block());
    }

    List<NotificationView> all(String user) {
        return list(user, null, Integer.MAX_VALUE);
    }

    long unread(String user) {
        Inboxes inboxes = inboxes();
        return Objects.requireNonNull(
                inboxes.inbox(user).flatMap(inboxes::unread).block());
    }

    /** The position of the first event that a notification tells of. */
    long first(String user, String notificationId) {
        Inboxes inboxes = inboxes();
        return Objects.requireNonNull(inboxes.inbox(user)
                .flatMap(inbox -> inboxes.firstOf(inbox, notificationId))
                .block());
    }

    /** The position of the latest that was told up to a position. */
    @Nullable Long latest(String user, long upTo) {
        Inboxes inboxes = inboxes();
        return inboxes.inbox(user)
                .flatMap(inbox -> inboxes.latest(inbox, upTo))
                .map(NotificationDocuments::position)
                .block();
    }

    /** The positions of all above one, in the order in which they are told. */
    List<Long> since(String user, long position) {
        Inboxes inboxes = inboxes();
        return Objects.requireNonNull(inboxes.inbox(user)
                .flatMapMany(inbox -> inboxes.since(inbox, position))
                .map(NotificationDocuments::position)
                .collectList()
                .block());
    }

    /** All documents of all collections. */
    Map<String, List<Document>> dump() {
        return home.dump(name);
    }
}
