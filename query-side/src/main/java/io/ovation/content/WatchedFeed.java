package io.ovation.content;

import java.util.List;

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
 * The feed as a topic, whose sequence is the position of each publication in the log. What was retracted since is not
 * told again.
 */
final class WatchedFeed implements WatchedContext {
    private static final int CHUNK = 64;

    private final ReadModels readModels;
    private final DocumentStore documents;
    private final FeedIndex feed;

    WatchedFeed(ReadModels readModels, DocumentStore documents, FeedIndex feed) {
        this.readModels = readModels;
        this.documents = documents;
        this.feed = feed;
    }

    @Override
    public String context() {
        return Topic.feed().context();
    }

    @Override
    public Mono<Watchable> watchable(Topic topic, Caller by) {
        return readModels.upToDate(feed::last).map(Watchable::new);
    }

    @Override
    public Flux<Update> missed(Topic topic, long after) {
        return readModels
                .upToDate(feed::last)
                .flatMapMany(last -> last <= after ? Flux.empty() : feed.oldestAbove(after, last))
                .buffer(CHUNK)
                .concatMap(this::there, 1)
                .map(entry -> new Update(topic, entry.position(), entry.published()))
                .onErrorMap(ReadModels::unavailable);
    }

    private Flux<FeedIndex.Entry> there(List<FeedIndex.Entry> chunk) {
        List<String> ids =
                chunk.stream().map(entry -> entry.published().contentId()).toList();
        return documents
                .find(CONTENTS, ids, "retracted")
                .filter(content -> content.containsKey("retracted"))
                .map((Document content) -> content.getString("_id"))
                .collectList()
                .flatMapIterable(retracted -> chunk.stream()
                        .filter(entry -> !retracted.contains(entry.published().contentId()))
                        .toList());
    }
}
