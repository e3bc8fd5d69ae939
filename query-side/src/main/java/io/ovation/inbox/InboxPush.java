package io.ovation.inbox;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.ovation.documents.DocumentListener;
import io.ovation.documents.DocumentType;
import io.ovation.documents.ReadModels;
import io.ovation.inbox.Inboxes.Inbox;
import io.ovation.live.Frame;
import io.ovation.live.Topic;
import io.ovation.live.TopicQueryUpdateEmitter;
import io.ovation.live.Update;
import io.ovation.live.Watch.WatchTopic;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import static io.ovation.inbox.InboxDocuments.INBOXES;
import static io.ovation.inbox.NotificationDocuments.position;

/**
 * Tells who watches their inbox of what has changed in it: each notification once a batch of events, in its latest
 * form, in the order of their positions, also those that went to the archive within the batch; and how many are not
 * read. It waits until the other contexts' documents know who may see it. Of each user one telling goes on at a time,
 * in the order of the batches. For any number of threads.
 */
final class InboxPush implements DocumentListener {
    private static final Logger log = LoggerFactory.getLogger(InboxPush.class);
    private static final int REMEMBERED = 100_000;
    /** A batch has at most so many events: of these, the inbox may have taken any. */
    private static final long MOST_EVENTS = 65_536;

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final TopicQueryUpdateEmitter emitter;
    private final ReadModels others;
    private final Supplier<Inboxes> inboxes;

    /**
     * Up to which position a user was told. Where that is not known, more is told than is new, which watchers pass
     * over.
     */
    private final Cache<String, Long> told = Caffeine.newBuilder()
            .maximumSize(REMEMBERED)
            .executor(Runnable::run)
            .build();

    /** The last telling of each user that is under way. */
    private final Map<String, CompletableFuture<@Nullable Void>> underWay = new ConcurrentHashMap<>();

    /**
     * @param others the read models that say what somebody may see
     * @param inboxes is asked when there is something to tell: the store of the documents needs its listeners first
     */
    InboxPush(TopicQueryUpdateEmitter emitter, ReadModels others, Supplier<Inboxes> inboxes) {
        this.emitter = emitter;
        this.others = others;
        this.inboxes = inboxes;
    }

    @Override
    public DocumentType type() {
        return INBOXES;
    }

    @Override
    public boolean isWanted(String user) {
        return emitter.isWatched(Topic.inbox(user));
    }

    @Override
    public void written(String user, long position, Map<String, Object> state) {
        Long before = told.asMap().put(user, position);
        Topic topic = Topic.inbox(user);
        if (!emitter.isWatched(topic)) {
            return;
        }
        Inbox inbox = Inbox.of(user, state);
        CompletableFuture<@Nullable Void> done = new CompletableFuture<>();
        CompletableFuture<@Nullable Void> last = underWay.put(user, done);
        // on another thread: of many that wait, each would be told within the one before
        Mono<Void> turn = last == null
                ? Mono.empty()
                : Mono.fromFuture(last, true).publishOn(Schedulers.boundedElastic());
        turn.then(Mono.defer(() -> others.whole(position)))
                .then(Mono.defer(() -> tell(topic, inbox, before, position)))
                .timeout(PATIENCE)
                .doOnError(failure -> giveUp(topic, failure))
                .onErrorComplete()
                .doFinally(end -> {
                    underWay.remove(user, done);
                    done.complete(null);
                })
                .subscribe();
    }

    private Mono<Void> tell(Topic topic, Inbox inbox, @Nullable Long before, long position) {
        Inboxes read = inboxes.get();
        return read.seen(inbox, read.since(inbox, before == null ? lately(inbox) : before))
                .doOnNext(seen -> emitter.emit(
                        new Update(topic, position(seen.entry()), NotificationDocuments.frame(seen))))
                .then(read.unread(inbox))
                .doOnNext(unread -> emitter.emit(new Update(topic, position, new Frame.Unread(unread))))
                .then();
    }

    /** Ends the subscriptions of those who were not told: they subscribe again, and read what they have missed. */
    private void giveUp(Topic topic, Throwable failure) {
        log.warn("The changes of an inbox could not be told: {}", failure.toString());
        log.debug("The changes of an inbox could not be told", failure);
        emitter.completeExceptionally(query -> new WatchTopic(topic).equals(query.getPayload()), failure);
    }

    /** Below what may be new where it is not known what was told. */
    private static long lately(Inbox inbox) {
        return inbox.last() - MOST_EVENTS;
    }
}
