package io.ovation.content;

import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

import io.ovation.Caller;
import io.ovation.documents.DocumentStore;
import io.ovation.documents.ReadModels;
import io.ovation.live.Topic;
import io.ovation.live.Update;
import io.ovation.live.Watch.Watchable;
import io.ovation.live.WatchedContext;
import org.bson.Document;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import static io.ovation.content.ContentDocuments.CONTENTS;

/**
 * The feed as a topic: what is published, edited and retracted, whose sequence is the position of each in the log. Of
 * what was retracted since nothing else is told again.
 */
final class WatchedFeed implements WatchedContext {
    private static final int CHUNK = 64;

    private final ReadModels readModels;
    private final DocumentStore documents;
    private final FeedIndex published;
    private final FeedIndex changed;

    WatchedFeed(ReadModels readModels, DocumentStore documents) {
        this.readModels = readModels;
        this.documents = documents;
        this.published = new FeedIndex(documents, FeedIndex.FEED);
        this.changed = new FeedIndex(documents, FeedIndex.CHANGES);
    }

    @Override
    public String context() {
        return Topic.feed().context();
    }

    @Override
    public Mono<Watchable> watchable(Topic topic, Caller by) {
        return readModels.upToDate(this::last).map(Watchable::new);
    }

    @Override
    public Flux<Update> missed(Topic topic, long after) {
        return readModels
                .upToDate(this::last)
                .flatMapMany(last -> last <= after ? Flux.empty() : entries(after, last))
                .buffer(CHUNK)
                .concatMap(this::there, 1)
                .map(entry -> new Update(topic, entry.position(), entry.frame()))
                .onErrorMap(ReadModels::unavailable);
    }

    private Mono<Long> last() {
        return published.last().zipWith(changed.last(), Math::max);
    }

    private Flux<FeedIndex.Entry> entries(long after, long last) {
        return Flux.mergeComparing(
                1,
                Comparator.comparingLong(FeedIndex.Entry::position),
                published.oldestAbove(after, last),
                changed.oldestAbove(after, last));
    }

    /** Those that may be told: of what was retracted since, that it was. */
    private Flux<FeedIndex.Entry> there(List<FeedIndex.Entry> chunk) {
        Set<String> ids = chunk.stream().map(FeedIndex.Entry::contentId).collect(Collectors.toSet());
        return documents
                .find(CONTENTS, ids, "retracted")
                .filter(content -> content.containsKey("retracted"))
                .map((Document content) -> content.getString("_id"))
                .collectList()
                .flatMapIterable(retracted -> chunk.stream()
                        .filter(entry -> !entry.saysText() || !retracted.contains(entry.contentId()))
                        .toList());
    }
}
