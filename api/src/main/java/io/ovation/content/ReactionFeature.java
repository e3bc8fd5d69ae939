package io.ovation.content;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

import io.ovation.Caller;
import io.ovation.ValidationFailed;
import io.ovation.content.ContentQuery.FindReactions;
import io.ovation.content.ContentQuery.ReactionPage;
import io.ovation.content.ReactionCommand.CheckTarget;
import io.ovation.content.ReactionCommand.Like;
import io.ovation.content.ReactionCommand.WithdrawLike;
import io.ovation.conversation.ConversationRejection.ConversationNotFound;
import io.ovation.conversation.ConversationRejection.MessageNotFound;
import io.ovation.limits.Cost;
import io.ovation.limits.LimitSettings;
import io.ovation.operation.Answer;
import io.ovation.operation.Call;
import io.ovation.operation.Checks;
import io.ovation.operation.Description;
import io.ovation.operation.Feature;
import io.ovation.operation.Gateways;
import io.ovation.operation.LiveStream;
import io.ovation.operation.Operation;
import io.ovation.operation.Operation.Nothing;
import io.ovation.operation.PeoplePage;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.http.HttpMethod;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

import static io.ovation.ErrorCode.CONFLICT;
import static io.ovation.ErrorCode.FORBIDDEN;

/** Likes, and reactions of the kinds that the operator allowed: of contents, of comments and of messages alike. */
@Component
@EnableConfigurationProperties(ReactionSettings.class)
final class ReactionFeature implements Feature {
    private static final String LIKE = "like";

    private final Gateways gateways;
    private final ReactionSettings settings;
    private final LimitSettings sizes;
    private final Clock clock;

    ReactionFeature(Gateways gateways, ReactionSettings settings, LimitSettings sizes, Clock clock) {
        this.gateways = gateways;
        this.settings = settings;
        this.sizes = sizes;
        this.clock = clock;
    }

    /**
     * Something that can be reacted to, on both transports: {@code path/like} is {@code route.like} with what stands
     * behind the word.
     *
     * @param word what follows {@code like}, {@code unlike} and so on in the route
     */
    private record Place(String path, String route, String word, Function<Call<?>, Target> target) {
        String route(String verb) {
            return route + "." + verb + word;
        }
    }

    private static final List<Place> PLACES = List.of(
            new Place("/api/contents/{contentId}", "contents.{contentId}", "", ReactionFeature::content),
            new Place(
                    "/api/contents/{contentId}/comments/{commentId}",
                    "contents.{contentId}",
                    "-comment.{commentId}",
                    ReactionFeature::comment),
            new Place(
                    "/api/conversations/{conversationId}/messages/{messageId}",
                    "conversations.{conversationId}",
                    ".{messageId}",
                    ReactionFeature::message));


    private interface Asking {
        ReactionCommand of(Target target, String kind, Caller by, Instant at);
    }

    @Override
    public List<Operation<?>> operations() {
        return PLACES.stream().flatMap(this::operations).toList();
    }

    private Stream<Operation<?>> operations(Place place) {
        String like = place.path() + "/" + LIKE;
        String reaction = place.path() + "/reactions/{kind}";
        return Stream.of(
                operation(HttpMethod.PUT, like, place.route("like"), call -> ask(place, call, LIKE, Like::new)),
                operation(
                        HttpMethod.DELETE,
                        like,
                        place.route("unlike"),
                        call -> ask(place, call, LIKE, WithdrawLike::new)),
                operation(
                        HttpMethod.PUT,
                        reaction,
                        place.route("react") + ".{kind}",
                        call -> ask(place, call, kind(call), Like::new)),
                operation(
                        HttpMethod.DELETE,
                        reaction,
                        place.route("unreact") + ".{kind}",
                        call -> ask(place, call, kind(call), WithdrawLike::new)),
                new Operation<>(
                        HttpMethod.GET,
                        reaction,
                        place.route("reactions") + ".{kind}",
                        PeoplePage.class,
                        Cost.page(PeoplePage::limit),
                        call -> find(place, call)));
    }

    private static Operation<?> operation(
            HttpMethod method, String path, String route, Operation.Handler<Nothing> handler) {
        return new Operation<>(method, path, route, Nothing.class, Cost.COMMAND, handler);
    }

    @Override
    public List<Description> descriptions() {
        return PLACES.stream().flatMap(ReactionFeature::descriptions).toList();
    }

    private static Stream<Description> descriptions(Place place) {
        Stream<Description> asked = Stream.of(
                Description.of(place.route("like"), "Likes it; one like a user"),
                Description.of(place.route("unlike"), "Takes one's like back"),
                Description.of(place.route("react") + ".{kind}", "Reacts; one reaction of a kind a user"),
                Description.of(place.route("unreact") + ".{kind}", "Takes one's reaction back"));
        return Stream.concat(
                asked.map(each -> each.done().refuses(CONFLICT, FORBIDDEN)),
                Stream.of(Description.of(
                                place.route("reactions") + ".{kind}", "Who gave a reaction, in the order they did")
                        .answers(200, ReactionPage.class)
                        .refuses(FORBIDDEN)));
    }

    @Override
    public List<LiveStream<?>> streams() {
        return List.of();
    }

    private Mono<Answer> ask(Place place, Call<?> call, String kind, Asking asking) {
        // as precise as the wire and the stores keep it
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        return gateways.send(asking.of(place.target().apply(call), kind, call.caller(), now), Object.class)
                .then(Mono.fromSupplier(Answer::done));
    }

    private Mono<Answer> find(Place place, Call<PeoplePage> call) {
        PeoplePage.Checked page = call.body().checked(sizes.userLength());
        String kind = kind(call);
        Target target = place.target().apply(call);
        return gateways.send(new CheckTarget(target, kind, call.caller(), clock.instant()), Object.class)
                .then(gateways.ask(
                        new FindReactions(target, kind, call.caller(), page.after(), page.limit()), ReactionPage.class))
                .map(Answer::ok);
    }

    private String kind(Call<?> call) {
        String kind = call.name("kind");
        if (!kind.equals(LIKE) && !settings.reactions().contains(kind)) {
            throw new ValidationFailed("kind", "is none of the reactions that there are");
        }
        return kind;
    }

    private static Target content(Call<?> call) {
        return new Target.OfContent(ContentIds.content(call));
    }

    private static Target comment(Call<?> call) {
        return new Target.OfComment(ContentIds.content(call), ContentIds.comment(call));
    }

    private static Target message(Call<?> call) {
        String conversationId = Checks.uuid(call.name("conversationId"));
        if (conversationId == null) {
            throw new ConversationNotFound();
        }
        String messageId = Checks.uuid(call.name("messageId"));
        if (messageId == null) {
            throw new MessageNotFound();
        }
        return new Target.OfMessage(conversationId, messageId);
    }
}
