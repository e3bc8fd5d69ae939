package io.ovation.inbox;

import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;

import io.ovation.inbox.InboxCommand.ReadInbox;
import io.ovation.inbox.InboxQuery.FindInbox;
import io.ovation.inbox.InboxQuery.FindNotification;
import io.ovation.inbox.InboxQuery.InboxPage;
import io.ovation.inbox.InboxQuery.Located;
import io.ovation.limits.Cost;
import io.ovation.live.Topic;
import io.ovation.live.Watches;
import io.ovation.live.WireFrame;
import io.ovation.operation.Answer;
import io.ovation.operation.Call;
import io.ovation.operation.Checks;
import io.ovation.operation.Feature;
import io.ovation.operation.Gateways;
import io.ovation.operation.LiveStream;
import io.ovation.operation.Operation;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpMethod;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The caller's own inbox: nobody can name another's. */
@Component
final class InboxFeature implements Feature {
    private static final String INBOX = "/api/inbox";

    private final Gateways gateways;
    private final Watches watches;
    private final Clock clock;

    InboxFeature(Gateways gateways, Watches watches, Clock clock) {
        this.gateways = gateways;
        this.watches = watches;
        this.clock = clock;
    }

    /** The fields of a page of notifications. */
    record Page(@Nullable String before, @Nullable Long limit) {}

    /** The fields of a reading. */
    record Reading(String upTo) {}

    @Override
    public List<Operation<?>> operations() {
        return List.of(
                new Operation<>(HttpMethod.GET, INBOX, "inbox.list", Page.class, Cost.page(Page::limit), this::list),
                new Operation<>(HttpMethod.POST, INBOX + "/read", "inbox.read", Reading.class, Cost.COMMAND,
                        this::read));
    }

    @Override
    public List<LiveStream<?>> streams() {
        return List.of(new LiveStream<>(INBOX + "/stream", "inbox.watch", LiveStream.From.class, Cost.STREAM,
                this::watch));
    }

    private Mono<Answer> list(Call<Page> call) {
        Checks checks = new Checks();
        String before = checks.id("before", call.body().before());
        int limit = checks.limit(call.body().limit());
        checks.done();
        return gateways.ask(new FindInbox(call.caller(), before, limit), InboxPage.class)
                .map(Answer::ok);
    }

    private Mono<Answer> read(Call<Reading> call) {
        Checks checks = new Checks();
        String upTo = String.valueOf(checks.id("upTo", call.body().upTo()));
        checks.done();
        return gateways.ask(new FindNotification(call.caller(), upTo), Located.class)
                .flatMap(found -> gateways.send(
                        new ReadInbox(
                                call.caller().user(),
                                upTo,
                                found.position(),
                                clock.instant().truncatedTo(ChronoUnit.MILLIS)),
                        Object.class))
                .then(Mono.fromSupplier(Answer::done));
    }

    private Flux<WireFrame> watch(Call<LiveStream.From> call) {
        return watches.watch(Topic.inbox(call.caller().user()), call.body().after(), call.standing());
    }
}
