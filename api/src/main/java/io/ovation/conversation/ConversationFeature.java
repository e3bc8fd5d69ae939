package io.ovation.conversation;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.OptionalLong;

import io.ovation.AppData;
import io.ovation.conversation.ConversationCommand.ChangeConversation;
import io.ovation.conversation.ConversationCommand.EditMessage;
import io.ovation.conversation.ConversationCommand.OpenConversation;
import io.ovation.conversation.ConversationCommand.Opened;
import io.ovation.conversation.ConversationCommand.RedactMessage;
import io.ovation.conversation.ConversationCommand.SendMessage;
import io.ovation.conversation.ConversationCommand.Sent;
import io.ovation.conversation.ConversationQuery.ConversationDetails;
import io.ovation.conversation.ConversationQuery.ConversationPage;
import io.ovation.conversation.ConversationQuery.ConversationView;
import io.ovation.conversation.ConversationQuery.FindConversation;
import io.ovation.conversation.ConversationQuery.FindConversations;
import io.ovation.conversation.ConversationQuery.FindHistory;
import io.ovation.conversation.ConversationQuery.HistoryPage;
import io.ovation.conversation.ConversationRejection.ConversationNotFound;
import io.ovation.conversation.ConversationRejection.MessageNotFound;
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
 * Conversations: what the contract lists for them, with the fields checked and everything else left to the two sides.
 */
@Component
final class ConversationFeature implements Feature {
    private static final String ALL = "/api/conversations";
    static final String ONE = ALL + "/{conversationId}";
    private static final String MESSAGES = ONE + "/messages";
    static final String ROUTE = "conversations.{conversationId}";

    /** A group of 5,000 takes a quarter of the allowance of a user who has not asked for anything lately. */
    private static final Cost<Opening> OPENING = Cost.people(5, 20, Opening::members);

    /** The most seconds that slow mode may put between two messages. */
    private static final int SLOWEST = 3_600;

    private final Gateways gateways;
    private final Watches watches;
    private final LimitSettings sizes;
    private final Policies policies;
    private final Clock clock;

    ConversationFeature(Gateways gateways, Watches watches, LimitSettings sizes, Policies policies, Clock clock) {
        this.gateways = gateways;
        this.policies = policies;
        this.watches = watches;
        this.sizes = sizes;
        this.clock = clock;
    }

    /** The fields of an opening. */
    record Opening(
            @Nullable String conversationId,
            Kind kind,
            @Nullable String title,
            @Nullable List<String> members,
            @Nullable Posting posting,
            @Nullable Joining joining,
            @Nullable AppData data) {}

    /** The fields of a change. */
    record Change(
            @Nullable String title,
            @Nullable Posting posting,
            @Nullable Joining joining,
            @Nullable AppData data,
            @Nullable Long slowMode) {}

    /** The fields of a list. */
    record Listing(@Nullable Long limit, @Nullable String before) {}

    /** A page of the list. */
    record Conversations(List<ConversationView> conversations, @Nullable String next) {}

    /** The fields of a message. */
    record Message(
            @Nullable String messageId,
            String body,
            @Nullable String replyTo,
            @Nullable List<String> mentions,
            @Nullable AppData data) {}

    /** The fields of an edit. */
    record Edit(String body, @Nullable AppData data) {}

    /** The fields of a page of messages. */
    record Page(
            @Nullable Long after,
            @Nullable Long before,
            @Nullable Long limit) {}

    /** The answer to an opening. */
    record Id(String conversationId) {}

    @Override
    public List<Operation<?>> operations() {
        return List.of(
                new Operation<>(HttpMethod.POST, ALL, "conversations.open", Opening.class, OPENING, this::open),
                new Operation<>(HttpMethod.GET, ALL, "conversations.list", Listing.class, Cost.page(Listing::limit),
                        this::list),
                new Operation<>(HttpMethod.GET, ONE, ROUTE, Nothing.class, Cost.ONE, this::details),
                new Operation<>(HttpMethod.PATCH, ONE, ROUTE + ".change", Change.class, Cost.COMMAND, this::change),
                new Operation<>(HttpMethod.POST, MESSAGES, ROUTE + ".send", Message.class, Cost.MESSAGE, this::send),
                new Operation<>(
                        HttpMethod.PATCH,
                        MESSAGES + "/{messageId}",
                        ROUTE + ".edit.{messageId}",
                        Edit.class,
                        Cost.MESSAGE,
                        this::edit),
                new Operation<>(
                        HttpMethod.DELETE,
                        MESSAGES + "/{messageId}",
                        ROUTE + ".redact.{messageId}",
                        Nothing.class,
                        Cost.COMMAND,
                        this::redact),
                new Operation<>(HttpMethod.GET, MESSAGES, ROUTE + ".history", Page.class, Cost.page(Page::limit),
                        this::history));
    }

    @Override
    public List<Description> descriptions() {
        return List.of(
                Description.of("conversations.open", "Opens a conversation; 200 where it was there already")
                        .answers(201, Id.class)
                        .answers(200, Id.class)
                        .refuses(CONFLICT, FORBIDDEN),
                Description.of("conversations.list", "The caller's conversations, last active first")
                        .answers(200, Conversations.class)
                        .refuses(NOT_FOUND),
                Description.of(ROUTE, "A conversation, for whoever may read it")
                        .answers(200, ConversationDetails.class)
                        .refuses(FORBIDDEN),
                Description.of(ROUTE + ".change", "Changes what a conversation is; what is absent stays")
                        .done()
                        .refuses(CONFLICT, FORBIDDEN),
                Description.of(ROUTE + ".send", "Sends a message")
                        .answers(201, Sent.class)
                        .refuses(CONFLICT, FORBIDDEN),
                Description.of(ROUTE + ".edit.{messageId}", "Replaces the text of one's own message")
                        .done()
                        .refuses(CONFLICT, FORBIDDEN),
                Description.of(ROUTE + ".redact.{messageId}", "Takes the text of a message from sight")
                        .done()
                        .refuses(FORBIDDEN),
                Description.of(ROUTE + ".history", "Messages, oldest first; with neither bound the latest")
                        .answers(200, HistoryPage.class)
                        .refuses(FORBIDDEN),
                Description.of(ROUTE + ".watch", "A conversation, live: messages, edits, members, receipts, typing")
                        .tells(
                                Frame.Message.class,
                                Frame.MessageEdited.class,
                                Frame.MessageRedacted.class,
                                Frame.Member.class,
                                Frame.ConversationChanged.class,
                                Frame.Receipt.class,
                                Frame.Reactions.class,
                                Frame.Typing.class,
                                Frame.Audience.class)
                        .refuses(FORBIDDEN));
    }

    @Override
    public List<LiveStream<?>> streams() {
        return List.of(new LiveStream<>(ONE + "/stream", ROUTE + ".watch", LiveStream.From.class, Cost.STREAM,
                this::watch));
    }

    private Mono<Answer> open(Call<Opening> call) {
        Opening body = call.body();
        Checks checks = new Checks();
        String id = checks.newId("conversationId", body.conversationId());
        checks.text("title", body.title(), sizes.titleLength());
        List<String> members = others(checks, body, call.caller().user());
        if (body.posting() != null && body.kind() != Kind.channel) {
            checks.reject("posting", "says something for a channel only");
        }
        if (body.joining() == Joining.open && body.kind() != Kind.channel) {
            checks.reject("joining", "is open for a channel only");
        }
        checks.data("data", body.data(), sizes.dataSize().toBytes());
        checks.done();
        policies.mayOpen(body.kind().name(), call.caller());
        Posting posting = body.posting() == null ? Posting.members : body.posting();
        Joining joining = body.joining() == null ? Joining.invited : body.joining();
        return gateways.send(
                        new OpenConversation(
                                id,
                                body.kind(),
                                body.title(),
                                members,
                                posting,
                                joining,
                                body.data(),
                                call.caller(),
                                now()),
                        Opened.class)
                .map(opened -> new Answer(opened.existed() ? 200 : 201, new Id(opened.conversationId())));
    }

    private List<String> others(Checks checks, Opening body, String opener) {
        List<String> others = checks.users("members", body.members(), sizes.groupMembers(), sizes.userLength()).stream()
                .filter(user -> !user.equals(opener))
                .toList();
        if (body.kind() == Kind.direct && others.size() != 1) {
            checks.reject("members", "must name exactly one other person");
        } else if (others.size() >= sizes.groupMembers()) {
            checks.reject("members", "must name at most " + (sizes.groupMembers() - 1) + " others");
        }
        return others;
    }

    private Mono<Answer> list(Call<Listing> call) {
        Checks checks = new Checks();
        String given = call.body().before();
        OptionalLong below = given == null ? OptionalLong.empty() : ListPlace.read(given);
        String before = below.isPresent() ? null : checks.id("before", given);
        int limit = checks.limit(call.body().limit());
        checks.done();
        return gateways.ask(
                        new FindConversations(
                                call.caller(), before, below.isPresent() ? below.getAsLong() : null, limit),
                        ConversationPage.class)
                .map(page -> Answer.ok(new Conversations(page.conversations(), ListPlace.write(page.next()))));
    }

    private Mono<Answer> details(Call<Nothing> call) {
        return gateways.ask(new FindConversation(conversation(call), call.caller()), ConversationDetails.class)
                .map(Answer::ok);
    }

    private Mono<Answer> change(Call<Change> call) {
        Change body = call.body();
        Checks checks = new Checks();
        checks.text("title", body.title(), sizes.titleLength());
        checks.data("data", body.data(), sizes.dataSize().toBytes());
        Integer slowMode = checks.number("slowMode", body.slowMode(), 0, SLOWEST);
        checks.done();
        return done(new ChangeConversation(
                conversation(call),
                body.title(),
                body.posting(),
                body.joining(),
                body.data(),
                slowMode,
                call.caller(),
                now()));
    }

    private Mono<Answer> send(Call<Message> call) {
        Message body = call.body();
        Checks checks = new Checks();
        String id = checks.newId("messageId", body.messageId());
        checks.body("body", body.body(), sizes.bodySize().toBytes());
        String replyTo = checks.id("replyTo", body.replyTo());
        List<String> mentions = checks.users("mentions", body.mentions(), sizes.mentions(), sizes.userLength());
        checks.data("data", body.data(), sizes.dataSize().toBytes());
        checks.done();
        return gateways.send(
                        new SendMessage(
                                conversation(call),
                                id,
                                body.body(),
                                replyTo,
                                mentions,
                                body.data(),
                                call.caller(),
                                now()),
                        Sent.class)
                .map(Answer::created);
    }

    private Mono<Answer> edit(Call<Edit> call) {
        Edit body = call.body();
        Checks checks = new Checks();
        checks.body("body", body.body(), sizes.bodySize().toBytes());
        checks.data("data", body.data(), sizes.dataSize().toBytes());
        checks.done();
        return done(new EditMessage(
                conversation(call), message(call), body.body(), body.data(), call.caller(), now()));
    }

    private Mono<Answer> redact(Call<Nothing> call) {
        return done(new RedactMessage(conversation(call), message(call), call.caller(), now()));
    }

    private Mono<Answer> history(Call<Page> call) {
        Page body = call.body();
        Checks checks = new Checks();
        Long after = checks.seq("after", body.after());
        Long before = checks.seq("before", body.before());
        int limit = checks.limit(body.limit());
        checks.done();
        return gateways.ask(new FindHistory(conversation(call), call.caller(), after, before, limit), HistoryPage.class)
                .map(Answer::ok);
    }

    private Flux<WireFrame> watch(Call<LiveStream.From> call) {
        return watches.watch(Topic.conversation(conversation(call)), call.body().after(), call.standing());
    }

    private Mono<Answer> done(ConversationCommand command) {
        return gateways.send(command, Object.class).then(Mono.fromSupplier(Answer::done));
    }

    /** What cannot be the id of any conversation is none that exists. */
    static String conversation(Call<?> call) {
        String id = Checks.uuid(call.name("conversationId"));
        if (id == null) {
            throw new ConversationNotFound();
        }
        return id;
    }

    private static String message(Call<?> call) {
        String id = Checks.uuid(call.name("messageId"));
        if (id == null) {
            throw new MessageNotFound();
        }
        return id;
    }

    /** As precise as the wire and the stores keep it, so that a time is the same text wherever it appears. */
    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }
}
