package io.ovation.inbox;

import java.util.concurrent.CompletableFuture;

import io.ovation.documents.Interest;
import io.ovation.documents.ReadModels;
import io.ovation.inbox.InboxQuery.FindInbox;
import io.ovation.inbox.InboxQuery.FindNotification;
import io.ovation.inbox.InboxQuery.FindTold;
import io.ovation.inbox.InboxQuery.InboxPage;
import io.ovation.inbox.InboxQuery.Located;
import io.ovation.inbox.InboxQuery.Told;
import io.ovation.inbox.Inboxes.Inbox;
import org.axonframework.queryhandling.QueryHandler;
import reactor.core.publisher.Mono;

/** Pages of a user's own notifications. */
final class InboxQueries {
    private final ReadModels readModels;
    private final ReadModels own;
    private final Inboxes inboxes;

    /**
     * @param readModels of the inboxes, and of what somebody may see of them
     * @param own of the inboxes alone
     */
    InboxQueries(ReadModels readModels, ReadModels own, Inboxes inboxes) {
        this.readModels = readModels;
        this.own = own;
        this.inboxes = inboxes;
    }

    @QueryHandler
    CompletableFuture<InboxPage> handle(FindInbox query) {
        return readModels.answer(
                Interest.of(query.by().user()),
                () -> inboxes.inbox(query.by().user()).flatMap(inbox -> page(inbox, query)));
    }

    @QueryHandler
    CompletableFuture<Located> handle(FindNotification query) {
        return own.answer(() -> inboxes.inbox(query.by().user())
                .flatMap(inbox -> inboxes.firstOf(inbox, query.notificationId()))
                .map(Located::new));
    }

    @QueryHandler
    CompletableFuture<Told> handle(FindTold query) {
        return own.answer(() -> inboxes.inbox(query.by().user())
                .flatMap(inbox -> inboxes.latest(inbox, query.upTo()))
                .map(entry -> new Told(entry.getString("id"), NotificationDocuments.position(entry)))
                .defaultIfEmpty(new Told(null, -1)));
    }

    private Mono<InboxPage> page(Inbox inbox, FindInbox query) {
        return inboxes.seen(inbox, inboxes.newestFirst(inbox, query.before()))
                .take(query.limit())
                .map(NotificationDocuments::view)
                .collectList()
                .zipWith(inboxes.unread(inbox), (all, unread) -> new InboxPage(all, unread, inbox.last()));
    }
}
