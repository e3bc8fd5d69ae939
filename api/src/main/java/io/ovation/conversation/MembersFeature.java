package io.ovation.conversation;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

import io.ovation.conversation.ConversationCommand.AddMember;
import io.ovation.conversation.ConversationCommand.BanMember;
import io.ovation.conversation.ConversationCommand.LiftBan;
import io.ovation.conversation.ConversationCommand.LiftMute;
import io.ovation.conversation.ConversationCommand.MuteMember;
import io.ovation.conversation.ConversationCommand.RemoveMember;
import io.ovation.conversation.ConversationQuery.BanPage;
import io.ovation.conversation.ConversationQuery.FindBans;
import io.ovation.conversation.ConversationQuery.FindMembers;
import io.ovation.conversation.ConversationQuery.MemberPage;
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
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpMethod;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

import static io.ovation.ErrorCode.CONFLICT;
import static io.ovation.ErrorCode.FORBIDDEN;

/** The members of a conversation, its bans and its mutes. It holds nothing, and any thread may use it. */
@Component
final class MembersFeature implements Feature {
    private static final String MEMBERS = ConversationFeature.ONE + "/members";
    private static final String BANS = ConversationFeature.ONE + "/bans";
    private static final String MUTES = ConversationFeature.ONE + "/mutes";
    private static final String USER = "/{user}";
    private static final String ROUTE = ConversationFeature.ROUTE;
    private static final int LONGEST_REASON = 200;

    private final Gateways gateways;
    private final LimitSettings sizes;
    private final Clock clock;

    MembersFeature(Gateways gateways, LimitSettings sizes, Clock clock) {
        this.gateways = gateways;
        this.sizes = sizes;
        this.clock = clock;
    }

    /** The fields of an added member. */
    record Addition(String user, @Nullable Role role) {}


    /** The fields of a ban. */
    record Ban(@Nullable String until, @Nullable String reason) {}

    /** The fields of a mute. */
    record Mute(@Nullable String until) {}

    @Override
    public List<Operation<?>> operations() {
        return List.of(
                new Operation<>(HttpMethod.GET, MEMBERS, ROUTE + ".members", PeoplePage.class,
                        Cost.page(PeoplePage::limit),
                        this::members),
                new Operation<>(HttpMethod.POST, MEMBERS, ROUTE + ".members.add", Addition.class, Cost.COMMAND,
                        this::add),
                new Operation<>(HttpMethod.DELETE, MEMBERS + USER, ROUTE + ".members.remove", Nothing.class,
                        Cost.COMMAND, this::remove),
                new Operation<>(HttpMethod.GET, BANS, ROUTE + ".bans", PeoplePage.class, Cost.page(PeoplePage::limit),
                        this::bans),
                new Operation<>(HttpMethod.PUT, BANS + USER, ROUTE + ".ban", Ban.class, Cost.COMMAND, this::ban),
                new Operation<>(HttpMethod.DELETE, BANS + USER, ROUTE + ".unban", Nothing.class, Cost.COMMAND,
                        this::unban),
                new Operation<>(HttpMethod.PUT, MUTES + USER, ROUTE + ".mute", Mute.class, Cost.COMMAND, this::mute),
                new Operation<>(HttpMethod.DELETE, MUTES + USER, ROUTE + ".unmute", Nothing.class, Cost.COMMAND,
                        this::unmute));
    }

    @Override
    public List<Description> descriptions() {
        return List.of(
                Description.of(ROUTE + ".members", "Members in the order of their ids")
                        .answers(200, MemberPage.class)
                        .refuses(FORBIDDEN),
                Description.of(ROUTE + ".members.add", "Adds a member, gives one another role, or joins")
                        .done()
                        .refuses(CONFLICT, FORBIDDEN),
                Description.of(ROUTE + ".members.remove", "Removes a member, or leaves")
                        .done()
                        .refuses(CONFLICT, FORBIDDEN),
                Description.of(ROUTE + ".bans", "Who is banned now, for owners and moderators")
                        .answers(200, BanPage.class)
                        .refuses(FORBIDDEN),
                Description.of(ROUTE + ".ban", "Bans someone, who is removed, for good or until a time")
                        .done()
                        .refuses(CONFLICT, FORBIDDEN),
                Description.of(ROUTE + ".unban", "Lifts a ban").done().refuses(CONFLICT, FORBIDDEN),
                Description.of(ROUTE + ".mute", "Keeps someone from sending and editing, for good or until a time")
                        .done()
                        .refuses(CONFLICT, FORBIDDEN),
                Description.of(ROUTE + ".unmute", "Lifts a mute").done().refuses(CONFLICT, FORBIDDEN));
    }

    @Override
    public List<LiveStream<?>> streams() {
        return List.of();
    }

    private Mono<Answer> members(Call<PeoplePage> call) {
        PeoplePage.Checked page = call.body().checked(sizes.userLength());
        return gateways.ask(
                        new FindMembers(conversation(call), call.caller(), page.after(), page.limit()),
                        MemberPage.class)
                .map(Answer::ok);
    }

    private Mono<Answer> add(Call<Addition> call) {
        Addition body = call.body();
        Checks checks = new Checks();
        checks.user("user", body.user(), sizes.userLength());
        checks.done();
        return done(new AddMember(conversation(call), body.user(), body.role(), call.caller(), now()));
    }

    private Mono<Answer> remove(Call<Nothing> call) {
        return done(new RemoveMember(conversation(call), user(call, new Checks()), call.caller(), now()));
    }

    private Mono<Answer> bans(Call<PeoplePage> call) {
        PeoplePage.Checked page = call.body().checked(sizes.userLength());
        return gateways.ask(
                        new FindBans(conversation(call), call.caller(), page.after(), page.limit(), now()),
                        BanPage.class)
                .map(Answer::ok);
    }

    private Mono<Answer> ban(Call<Ban> call) {
        Checks checks = new Checks();
        Instant until = until(checks, call.body().until());
        String reason = call.body().reason();
        checks.text("reason", reason, LONGEST_REASON);
        String user = user(call, checks);
        return done(new BanMember(conversation(call), user, until, reason, call.caller(), now()));
    }

    private Mono<Answer> unban(Call<Nothing> call) {
        return done(new LiftBan(conversation(call), user(call, new Checks()), call.caller(), now()));
    }

    private Mono<Answer> mute(Call<Mute> call) {
        Checks checks = new Checks();
        Instant until = until(checks, call.body().until());
        String user = user(call, checks);
        return done(new MuteMember(conversation(call), user, until, call.caller(), now()));
    }

    private Mono<Answer> unmute(Call<Nothing> call) {
        return done(new LiftMute(conversation(call), user(call, new Checks()), call.caller(), now()));
    }

    /** As precise as the wire writes it. */
    private static @Nullable Instant until(Checks checks, @Nullable String text) {
        Instant until = checks.time("until", text);
        return until == null ? null : until.truncatedTo(ChronoUnit.MILLIS);
    }

    private String user(Call<?> call, Checks checks) {
        checks.user("user", call.name("user"), sizes.userLength());
        checks.done();
        return call.name("user");
    }

    private static String conversation(Call<?> call) {
        return ConversationFeature.conversation(call);
    }

    private Mono<Answer> done(ConversationCommand command) {
        return gateways.send(command, Object.class).then(Mono.fromSupplier(Answer::done));
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }
}
