package io.ovation.presence;

import java.time.Instant;
import java.util.List;

import io.ovation.limits.Cost;
import io.ovation.limits.LimitSettings;
import io.ovation.live.Frame;
import io.ovation.live.PeopleWatches;
import io.ovation.live.WireFrame;
import io.ovation.operation.Answer;
import io.ovation.operation.Call;
import io.ovation.operation.Checks;
import io.ovation.operation.Description;
import io.ovation.operation.Feature;
import io.ovation.operation.Gateways;
import io.ovation.operation.LiveStream;
import io.ovation.operation.Operation;
import io.ovation.presence.PresenceQuery.FindPresence;
import io.ovation.presence.PresenceQuery.People;
import io.ovation.presence.PresenceQuery.Person;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpMethod;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import static io.ovation.ErrorCode.FORBIDDEN;

/** Presence: who is there, asked once or watched. */
@Component
final class PresenceFeature implements Feature {
    private static final int MOST_PEOPLE = 200;

    private static final Cost<Asked> ASKED = Cost.people(2, 20, Asked::users);
    private static final Cost<Watched> WATCHED = Cost.people(2, 20, Watched::users);

    private final Gateways gateways;
    private final PeopleWatches watches;
    private final LimitSettings sizes;

    PresenceFeature(Gateways gateways, PeopleWatches watches, LimitSettings sizes) {
        this.gateways = gateways;
        this.watches = watches;
        this.sizes = sizes;
    }

    /** The fields of a question. */
    record Asked(List<String> users) {}

    /** The fields of a stream. */
    record Watched(List<String> users, @Nullable String after) {}

    /** The answer. */
    record Presence(List<Entry> presence) {}

    /** One person in the answer. */
    record Entry(String user, Status status, @Nullable Instant since) {
        static Entry of(Person person) {
            return new Entry(person.user(), person.status(), person.since());
        }
    }

    @Override
    public List<Operation<?>> operations() {
        return List.of(
                new Operation<>(HttpMethod.GET, "/api/presence", "presence.get", Asked.class, ASKED, this::get));
    }

    @Override
    public List<Description> descriptions() {
        return List.of(
                Description.of("presence.get", "Whether people are online")
                        .answers(200, Presence.class)
                        .refuses(FORBIDDEN),
                Description.of("presence.watch", "Whether people are online, live: first the current one of each")
                        .tells(Frame.Presence.class)
                        .refuses(FORBIDDEN));
    }

    @Override
    public List<LiveStream<?>> streams() {
        return List.of(
                new LiveStream<>("/api/presence/stream", "presence.watch", Watched.class, WATCHED, this::watch));
    }

    private Mono<Answer> get(Call<Asked> call) {
        return gateways.ask(new FindPresence(users(call.body().users()), call.caller()), People.class)
                .map(found -> Answer.ok(
                        new Presence(found.people().stream().map(Entry::of).toList())));
    }

    private Flux<WireFrame> watch(Call<Watched> call) {
        return watches.watch(
                users(call.body().users()), call.body().after(), call.standing());
    }

    private List<String> users(List<String> asked) {
        Checks checks = new Checks();
        List<String> users = checks.users("users", asked, MOST_PEOPLE, sizes.userLength());
        if (asked.isEmpty()) {
            checks.reject("users", "must name at least one person");
        }
        checks.done();
        return users;
    }
}
