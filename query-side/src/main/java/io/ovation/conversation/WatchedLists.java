package io.ovation.conversation;

import java.util.List;
import java.util.function.Supplier;

import io.ovation.Caller;
import io.ovation.conversation.ConversationRejection.NotYourList;
import io.ovation.documents.ReadModels;
import io.ovation.live.Topic;
import io.ovation.live.Update;
import io.ovation.live.Watch.Watchable;
import io.ovation.live.WatchedContext;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Users' lists of conversations as topics. The sequence of an update is its position in the log, and a topic stands
 * where the read models do: nothing of the list is missed above that. Thread-safe: it holds nothing that changes.
 */
final class WatchedLists implements WatchedContext {
    /** Of so many conversations, those that were last active, a stream begins with the summaries. */
    private static final int SUMMARIES = 50;

    private final ReadModels readModels;
    private final ConversationListQueries list;
    private final ListChanges changes;
    private final ListWatchers watchers;

    WatchedLists(
            ReadModels readModels, ConversationListQueries list, ListChanges changes, ListWatchers watchers) {
        this.readModels = readModels;
        this.list = list;
        this.changes = changes;
        this.watchers = watchers;
    }

    @Override
    public String context() {
        return Topic.conversations("").context();
    }

    @Override
    public Mono<Watchable> watchable(Topic topic, Caller by) {
        if (!topic.id().equals(by.user())) {
            return Mono.error(new NotYourList());
        }
        return begun(topic, () -> {
            long position = Math.max(-1, readModels.position());
            return summaries(topic, position).map(states -> new Watchable(position, states));
        });
    }

    @Override
    public Mono<List<Update>> states(Topic topic) {
        return begun(topic, () -> summaries(topic, readModels.position()));
    }

    @Override
    public Flux<Update> missed(Topic topic, long after) {
        return begun(topic, () -> Mono.just(readModels.position()))
                .flatMapMany(upTo -> changes.since(topic.id(), after, upTo))
                .onErrorMap(ReadModels::unavailable);
    }

    /**
     * The watchers are told of what comes from here on; what was before is in what is read then. What came while their
     * conversations were loaded was told to nobody, and the documents may be behind it: they are waited for again.
     */
    private <T> Mono<T> begun(Topic topic, Supplier<Mono<T>> reading) {
        return Mono.defer(() -> {
            String user = topic.id();
            return watchers.begin(user)
                    ? readModels
                            .upToDate(() -> list.conversationIds(user))
                            .doOnNext(ids -> watchers.loaded(user, ids))
                            .then(readModels.upToDate(reading))
                    : readModels.upToDate(reading);
        });
    }

    private Mono<List<Update>> summaries(Topic topic, long position) {
        return list.lastActive(topic.id(), SUMMARIES)
                .map(views -> views.stream()
                        .map(view -> new Update(topic, position, Summaries.of(view)))
                        .toList());
    }
}
