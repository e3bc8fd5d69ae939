package io.ovation.content;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

import io.ovation.content.ContentQuery.CommentPage;
import io.ovation.content.ContentQuery.ContentPage;
import io.ovation.content.ContentQuery.ContentView;
import io.ovation.content.ContentQuery.Counters;
import io.ovation.content.ContentQuery.FindComments;
import io.ovation.content.ContentQuery.FindContent;
import io.ovation.content.ContentQuery.FindContents;
import io.ovation.content.ContentQuery.FindCounters;
import io.ovation.content.ContentQuery.FindReactions;
import io.ovation.content.ContentQuery.ReactionPage;
import io.ovation.content.ContentRejection.ContentNotFound;
import io.ovation.content.Reactions.Given;
import io.ovation.documents.DocumentStore;
import io.ovation.documents.DocumentType;
import io.ovation.documents.Interest;
import io.ovation.documents.ReadModels;
import io.ovation.sequence.Buckets;
import io.ovation.sequence.Range;
import org.axonframework.queryhandling.QueryHandler;
import org.bson.Document;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import static io.ovation.content.ContentDocuments.COMMENTS;
import static io.ovation.content.ContentDocuments.CONTENTS;
import static io.ovation.content.ContentDocuments.COUNTERS;
import static io.ovation.content.ContentDocuments.LIKE;
/** Contents, the feed of them, their comments and their counters. Everything is found by its id. */
final class ContentQueries {
    private static final Document NOTHING = new Document();

    private final ReadModels readModels;
    private final DocumentStore documents;
    private final ContentAccess access;
    private final FeedIndex feed;
    private final Reactions reactions;
    private final Reactors reactors;

    ContentQueries(
            ReadModels readModels,
            DocumentStore documents,
            ContentAccess access,
            FeedIndex feed,
            Reactions reactions) {
        this.readModels = readModels;
        this.documents = documents;
        this.access = access;
        this.feed = feed;
        this.reactions = reactions;
        this.reactors = new Reactors(documents);
    }

    @QueryHandler
    CompletableFuture<ContentPage> handle(FindContents query) {
        return readModels.answer(Interest.of(query.by().user()), () -> before(query.before())
                .flatMapMany(feed::newestBelow)
                .map(FeedIndex.Entry::contentId)
                .buffer(query.limit())
                // what was retracted is left out of it, so that one more may be needed
                .concatMap(ids -> views(ids, query.by().user()), 1)
                .take(query.limit())
                .collectList()
                .map(ContentPage::new));
    }

    private static List<Interest> about(ContentQuery query, String contentId) {
        return Interest.of(query.by().user(), contentId);
    }

    @QueryHandler
    CompletableFuture<ContentView> handle(FindContent query) {
        return readModels.answer(
                about(query, query.contentId()),
                () -> views(List.of(query.contentId()), query.by().user())
                        .next()
                        .switchIfEmpty(Mono.error(ContentNotFound::new)));
    }

    @QueryHandler
    CompletableFuture<CommentPage> handle(FindComments query) {
        return readModels.answer(about(query, query.contentId()), () -> access.there(query.contentId())
                .flatMap(content -> {
            Range range = Range.of(query.after(), query.before(), query.limit(), content.lastSeq());
            return COMMENTS.page(documents, query.contentId(), range, content.lastSeq(), comment -> comment)
                    .flatMap(page -> comments(page, query));
        }));
    }

    @QueryHandler
    CompletableFuture<Counters> handle(FindCounters query) {
        return readModels.answer(about(query, query.contentId()), () -> access.there(query.contentId())
                .then(access.counters(query.contentId()))
                .map(CounterDocuments::counters));
    }

    @QueryHandler
    CompletableFuture<ReactionPage> handle(FindReactions query) {
        return readModels.answer(Interest.of(query.by().user()), () -> reactors.page(query));
    }

    /**
     * The position below which the page lies. Also of what was retracted since: whoever is just there goes on from
     * there.
     */
    private Mono<Long> before(@Nullable String contentId) {
        return contentId == null
                ? Mono.just(Long.MAX_VALUE)
                : documents
                        .find(CONTENTS, contentId, "published")
                        .map(content -> content.getLong("published"))
                        .switchIfEmpty(Mono.error(ContentNotFound::new));
    }

    private Mono<CommentPage> comments(Buckets.Page<Document> page, FindComments query) {
        List<Target.OfComment> targets = page.entries().stream()
                .map(comment -> target(query.contentId(), comment))
                .toList();
        return reactions
                .of(targets, query.by().user())
                .map(given -> new CommentPage(
                        page.entries().stream()
                                .map(comment -> CommentDocuments.view(
                                        comment,
                                        given.getOrDefault(
                                                target(query.contentId(), comment).key(), Given.NONE)))
                                .toList(),
                        page.lastSeq()));
    }

    private static Target.OfComment target(String contentId, Document comment) {
        return new Target.OfComment(contentId, comment.getString("id"));
    }

    /** Those of the contents that are there, in the same order. */
    private Flux<ContentView> views(List<String> ids, String user) {
        List<Target.OfContent> targets = ids.stream().map(Target.OfContent::new).toList();
        return Mono.zipDelayError(
                        byId(CONTENTS, ids, "title", "body", "author", "publishedAt", "editedAt", "data", "retracted"),
                        byId(
                                COUNTERS,
                                targets.stream().map(Target::key).toList(),
                                "views",
                                "likes",
                                "applause",
                                "comments"),
                        reactions.of(targets, user))
                .flatMapMany(found -> Flux.fromStream(targets.stream()
                        .map(target -> view(target, found.getT1(), found.getT2(), found.getT3()))
                        .filter(Objects::nonNull)));
    }

    private static @Nullable ContentView view(
            Target.OfContent target,
            Map<String, Document> contents,
            Map<String, Document> counters,
            Map<String, Given> reactions) {
        Document content = contents.get(target.contentId());
        if (content == null || content.containsKey("retracted")) {
            return null;
        }
        Given given = reactions.getOrDefault(target.key(), Given.NONE);
        String editedAt = content.getString("editedAt");
        return new ContentView(
                target.contentId(),
                content.getString("title"),
                content.getString("body"),
                content.getString("author"),
                Instant.parse(content.getString("publishedAt")),
                editedAt == null ? null : Instant.parse(editedAt),
                ContentDocuments.data(content),
                CounterDocuments.counters(counters.getOrDefault(target.key(), NOTHING)),
                given.counts(),
                given.mine(),
                given.mine() != null && given.mine().contains(LIKE));
    }

    private Mono<Map<String, Document>> byId(DocumentType type, List<String> ids, String... fields) {
        return documents.find(type, ids, fields).collectMap(document -> document.getString("_id"));
    }
}
