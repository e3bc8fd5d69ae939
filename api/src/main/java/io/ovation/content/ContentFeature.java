package io.ovation.content;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

import io.ovation.AppData;
import io.ovation.content.ContentCommand.AddComment;
import io.ovation.content.ContentCommand.Added;
import io.ovation.content.ContentCommand.EditContent;
import io.ovation.content.ContentCommand.PublishContent;
import io.ovation.content.ContentCommand.Published;
import io.ovation.content.ContentCommand.RedactComment;
import io.ovation.content.ContentCommand.RetractContent;
import io.ovation.content.ContentQuery.CommentPage;
import io.ovation.content.ContentQuery.ContentPage;
import io.ovation.content.ContentQuery.ContentView;
import io.ovation.content.ContentQuery.Counters;
import io.ovation.content.ContentQuery.FindComments;
import io.ovation.content.ContentQuery.FindContent;
import io.ovation.content.ContentQuery.FindContents;
import io.ovation.content.ContentQuery.FindCounters;
import io.ovation.content.TallyCommand.Applaud;
import io.ovation.content.TallyCommand.CountViews;
import io.ovation.limits.Cost;
import io.ovation.limits.LimitSettings;
import io.ovation.live.Frame;
import io.ovation.live.Topic;
import io.ovation.live.Watches;
import io.ovation.live.WireFrame;
import io.ovation.operation.Answer;
import io.ovation.operation.Call;
import io.ovation.operation.Checks;
import io.ovation.operation.Description;
import io.ovation.operation.Feature;
import io.ovation.operation.Gateways;
import io.ovation.operation.LiveStream;
import io.ovation.operation.Operation;
import io.ovation.operation.Operation.Nothing;
import io.ovation.policy.Policies;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpMethod;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import static io.ovation.ErrorCode.CONFLICT;
import static io.ovation.ErrorCode.FORBIDDEN;
import static io.ovation.ErrorCode.NOT_FOUND;

/**
 * Contents, comments, applause and views: what the contract lists for them, with the fields checked and everything else
 * left to the two sides.
 */
@Component
final class ContentFeature implements Feature {
    private static final String ALL = "/api/contents";
    private static final String ONE = ALL + "/{contentId}";
    private static final String COMMENTS = ONE + "/comments";
    private static final String ROUTE = "contents.{contentId}";
    private static final int MOST_APPLAUSE = 50;
    private static final int MOST_VIEWS = 1_000;

    /** Everybody who watches the feed is told. */
    private static final Cost<Object> PUBLICATION = Cost.of(5);

    private final Gateways gateways;
    private final Watches watches;
    private final LimitSettings sizes;
    private final Policies policies;
    private final Clock clock;

    ContentFeature(Gateways gateways, Watches watches, LimitSettings sizes, Policies policies, Clock clock) {
        this.gateways = gateways;
        this.policies = policies;
        this.watches = watches;
        this.sizes = sizes;
        this.clock = clock;
    }

    /** The fields of a publication. */
    record Publication(
            @Nullable String contentId,
            String title,
            String body,
            @Nullable AppData data) {}

    /** The fields of an edit. */
    record Edit(
            @Nullable String title,
            @Nullable String body,
            @Nullable AppData data) {}

    /** The fields of a page of the feed. */
    record Listing(@Nullable Long limit, @Nullable String before) {}

    /** The fields of a comment. */
    record Comment(
            @Nullable String commentId,
            String body,
            @Nullable String replyTo,
            @Nullable List<String> mentions,
            @Nullable AppData data) {}

    /** The fields of a page of comments. */
    record Page(
            @Nullable Long after,
            @Nullable Long before,
            @Nullable Long limit) {}

    /** The fields of applause. */
    record Applause(Long count, @Nullable String applauseId) {}

    /** The fields of views; one where it does not say how many. */
    record Views(@Nullable Long count) {}

    @Override
    public List<Operation<?>> operations() {
        return List.of(
                new Operation<>(HttpMethod.POST, ALL, "contents.publish", Publication.class, PUBLICATION,
                        this::publish),
                new Operation<>(HttpMethod.GET, ALL, "contents.list", Listing.class, Cost.page(Listing::limit),
                        this::list),
                new Operation<>(HttpMethod.GET, ONE, ROUTE, Nothing.class, Cost.ONE, this::content),
                new Operation<>(HttpMethod.PATCH, ONE, ROUTE + ".edit", Edit.class, PUBLICATION, this::edit),
                new Operation<>(HttpMethod.DELETE, ONE, ROUTE + ".retract", Nothing.class, PUBLICATION, this::retract),
                new Operation<>(HttpMethod.POST, COMMENTS, ROUTE + ".comment", Comment.class, Cost.MESSAGE,
                        this::comment),
                new Operation<>(HttpMethod.GET, COMMENTS, ROUTE + ".comments", Page.class, Cost.page(Page::limit),
                        this::comments),
                new Operation<>(
                        HttpMethod.DELETE,
                        COMMENTS + "/{commentId}",
                        ROUTE + ".redact-comment.{commentId}",
                        Nothing.class,
                        Cost.COMMAND,
                        this::redact),
                new Operation<>(HttpMethod.POST, ONE + "/applause", ROUTE + ".applaud", Applause.class, Cost.COMMAND,
                        this::applaud),
                new Operation<>(HttpMethod.POST, ONE + "/views", ROUTE + ".view", Views.class, Cost.ONE, this::view),
                new Operation<>(HttpMethod.GET, ONE + "/counters", ROUTE + ".counters", Nothing.class, Cost.ONE,
                        this::counters));
    }

    @Override
    public List<Description> descriptions() {
        return List.of(
                Description.of("contents.publish", "Publishes a content")
                        .answers(201, Published.class)
                        .refuses(CONFLICT, FORBIDDEN),
                Description.of("contents.list", "Contents, newest first")
                        .answers(200, ContentPage.class)
                        .refuses(NOT_FOUND),
                Description.of(ROUTE, "One content").answers(200, ContentView.class),
                Description.of(ROUTE + ".edit", "Replaces the title, the text or the data of one's own content")
                        .done()
                        .refuses(FORBIDDEN),
                Description.of(ROUTE + ".retract", "Retracts a content, and all that hangs on it")
                        .done()
                        .refuses(FORBIDDEN),
                Description.of(ROUTE + ".comment", "Adds a comment")
                        .answers(201, Added.class)
                        .refuses(CONFLICT),
                Description.of(ROUTE + ".comments", "Comments, oldest first; with neither bound the latest")
                        .answers(200, CommentPage.class),
                Description.of(ROUTE + ".redact-comment.{commentId}", "Takes the text of a comment from sight")
                        .done()
                        .refuses(FORBIDDEN),
                Description.of(ROUTE + ".applaud", "Applauds, 1 to 50 times")
                        .done()
                        .refuses(CONFLICT),
                Description.of(ROUTE + ".view", "Counts views, at the next flush").answers(202, Nothing.class),
                Description.of(ROUTE + ".counters", "How often it was viewed, liked, applauded and commented on")
                        .answers(200, Counters.class),
                Description.of(ROUTE + ".watch", "A content, live: its comments, counters and reactions")
                        .tells(
                                Frame.Comment.class,
                                Frame.CommentRedacted.class,
                                Frame.ContentEdited.class,
                                Frame.ContentRetracted.class,
                                Frame.Counters.class,
                                Frame.Reactions.class,
                                Frame.Audience.class),
                Description.of("feed.watch", "The feed, live: what is published, edited and retracted")
                        .tells(Frame.Published.class, Frame.ContentEdited.class, Frame.ContentRetracted.class));
    }

    @Override
    public List<LiveStream<?>> streams() {
        return List.of(
                new LiveStream<>(ONE + "/stream", ROUTE + ".watch", LiveStream.From.class, Cost.STREAM, this::watch),
                new LiveStream<>("/api/feed/stream", "feed.watch", LiveStream.From.class, Cost.STREAM,
                        this::watchFeed));
    }

    private Mono<Answer> publish(Call<Publication> call) {
        Publication body = call.body();
        Checks checks = new Checks();
        String id = checks.newId("contentId", body.contentId());
        checks.text("title", body.title(), sizes.titleLength());
        checks.body("body", body.body(), sizes.bodySize().toBytes());
        checks.data("data", body.data(), sizes.dataSize().toBytes());
        checks.done();
        policies.mayPublish(call.caller());
        return gateways.send(
                        new PublishContent(id, body.title(), body.body(), body.data(), call.caller(), now()),
                        Published.class)
                .map(Answer::created);
    }

    private Mono<Answer> list(Call<Listing> call) {
        Checks checks = new Checks();
        String before = checks.id("before", call.body().before());
        int limit = checks.limit(call.body().limit());
        checks.done();
        return gateways.ask(new FindContents(call.caller(), before, limit), ContentPage.class)
                .map(Answer::ok);
    }

    private Mono<Answer> content(Call<Nothing> call) {
        return gateways.ask(new FindContent(ContentIds.content(call), call.caller()), ContentView.class)
                .map(Answer::ok);
    }

    private Mono<Answer> edit(Call<Edit> call) {
        Edit body = call.body();
        Checks checks = new Checks();
        checks.text("title", body.title(), sizes.titleLength());
        if (body.body() != null) {
            checks.body("body", body.body(), sizes.bodySize().toBytes());
        }
        checks.data("data", body.data(), sizes.dataSize().toBytes());
        checks.done();
        return done(new EditContent(
                ContentIds.content(call), body.title(), body.body(), body.data(), call.caller(), now()));
    }

    private Mono<Answer> retract(Call<Nothing> call) {
        return done(new RetractContent(ContentIds.content(call), call.caller(), now()));
    }

    private Mono<Answer> comment(Call<Comment> call) {
        Comment body = call.body();
        Checks checks = new Checks();
        String id = checks.newId("commentId", body.commentId());
        checks.body("body", body.body(), sizes.bodySize().toBytes());
        String replyTo = checks.id("replyTo", body.replyTo());
        List<String> mentions = checks.users("mentions", body.mentions(), sizes.mentions(), sizes.userLength());
        checks.data("data", body.data(), sizes.dataSize().toBytes());
        checks.done();
        return gateways.send(
                        new AddComment(
                                ContentIds.content(call),
                                id,
                                body.body(),
                                replyTo,
                                mentions,
                                body.data(),
                                call.caller(),
                                now()),
                        Added.class)
                .map(Answer::created);
    }

    private Mono<Answer> comments(Call<Page> call) {
        Page body = call.body();
        Checks checks = new Checks();
        Long after = checks.seq("after", body.after());
        Long before = checks.seq("before", body.before());
        int limit = checks.limit(body.limit());
        checks.done();
        return gateways.ask(
                        new FindComments(ContentIds.content(call), call.caller(), after, before, limit),
                        CommentPage.class)
                .map(Answer::ok);
    }

    private Mono<Answer> redact(Call<Nothing> call) {
        return done(new RedactComment(ContentIds.content(call), ContentIds.comment(call), call.caller(), now()));
    }

    private Mono<Answer> applaud(Call<Applause> call) {
        Checks checks = new Checks();
        int count = checks.count("count", call.body().count(), MOST_APPLAUSE);
        String id = checks.id("applauseId", call.body().applauseId());
        checks.done();
        String content = ContentIds.content(call);
        return done(
                id == null
                        ? new Applaud(content, count, call.caller())
                        : new ApplaudOnce(content, id, count, call.caller(), now()));
    }

    private Mono<Answer> view(Call<Views> call) {
        Checks checks = new Checks();
        int count = checks.count("count", call.body().count(), MOST_VIEWS);
        checks.done();
        return gateways.send(new CountViews(ContentIds.content(call), count, call.caller()), Object.class)
                .then(Mono.fromSupplier(Answer::accepted));
    }

    private Mono<Answer> counters(Call<Nothing> call) {
        return gateways.ask(new FindCounters(ContentIds.content(call), call.caller()), Counters.class)
                .map(Answer::ok);
    }

    private Flux<WireFrame> watch(Call<LiveStream.From> call) {
        return watches.watch(
                Topic.content(ContentIds.content(call)), call.body().after(), call.standing());
    }

    private Flux<WireFrame> watchFeed(Call<LiveStream.From> call) {
        return watches.watch(Topic.feed(), call.body().after(), call.standing());
    }

    private Mono<Answer> done(Object command) {
        return gateways.send(command, Object.class).then(Mono.fromSupplier(Answer::done));
    }

    /** As precise as the wire and the stores keep it, so that a time is the same text wherever it appears. */
    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }
}
