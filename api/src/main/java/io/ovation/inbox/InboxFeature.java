package io.ovation.inbox;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

import io.ovation.Caller;
import io.ovation.ValidationFailed;
import io.ovation.inbox.InboxCommand.ReadInbox;
import io.ovation.inbox.InboxQuery.FindInbox;
import io.ovation.inbox.InboxQuery.FindNotification;
import io.ovation.inbox.InboxQuery.FindTold;
import io.ovation.inbox.InboxQuery.InboxPage;
import io.ovation.inbox.InboxQuery.Located;
import io.ovation.inbox.InboxQuery.Told;
import io.ovation.limits.Cost;
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
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpMethod;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import static io.ovation.ErrorCode.NOT_FOUND;

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

    /** The fields of a reading: one of them. */
    record Reading(@Nullable String upTo, @Nullable String cursor) {}

    /** A notification of a page. */
    record Notification(
            String notificationId,
            NotificationKind kind,
            List<String> actors,
            long count,
            NotificationTarget target,
            Instant at,
            boolean read,
            String cursor) {}

    /** A page. */
    record Notifications(List<Notification> notifications, long unread, String cursor) {}

    @Override
    public List<Operation<?>> operations() {
        return List.of(
                new Operation<>(HttpMethod.GET, INBOX, "inbox.list", Page.class, Cost.page(Page::limit), this::list),
                new Operation<>(HttpMethod.POST, INBOX + "/read", "inbox.read", Reading.class, Cost.COMMAND,
                        this::read));
    }

    @Override
    public List<Description> descriptions() {
        return List.of(
                Description.of("inbox.list", "One's notifications, newest first")
                        .answers(200, Notifications.class)
                        .refuses(NOT_FOUND),
                Description.of("inbox.read", "Reads all that had been told up to a cursor or notification")
                        .done()
                        .refuses(NOT_FOUND),
                Description.of("inbox.watch", "One's inbox, live")
                        .tells(Frame.Notification.class, Frame.Unread.class));
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
                .map(page -> Answer.ok(notifications(page, Topic.inbox(call.caller().user()))));
    }

    private Notifications notifications(InboxPage page, Topic topic) {
        List<Notification> all = page.notifications().stream()
                .map(one -> new Notification(
                        one.notificationId(),
                        one.kind(),
                        one.actors(),
                        one.count(),
                        one.target(),
                        one.at(),
                        one.read(),
                        watches.cursor(topic, one.position())))
                .toList();
        return new Notifications(all, page.unread(), watches.cursor(topic, page.position()));
    }

    private Mono<Answer> read(Call<Reading> call) {
        String cursor = call.body().cursor();
        Checks checks = new Checks();
        String upTo = checks.id("upTo", call.body().upTo());
        if (call.body().upTo() == null && cursor == null) {
            checks.reject("cursor", "or upTo must be there");
        } else if (call.body().upTo() != null && cursor != null) {
            checks.reject("cursor", "must not be there beside upTo");
        }
        checks.done();
        return (cursor == null ? one(call.caller(), String.valueOf(upTo)) : toldUpTo(call.caller(), cursor))
                .flatMap(read -> gateways.send(read, Object.class))
                .then(Mono.fromSupplier(Answer::done));
    }

    /** What began later is not read by it, though it may have been told of before it folded the last time. */
    private Mono<ReadInbox> one(Caller caller, String notificationId) {
        return gateways.ask(new FindNotification(caller, notificationId), Located.class)
                .map(found -> new ReadInbox(caller.user(), notificationId, -1, found.first(), now()));
    }

    /** What came or folded since has a later position, so it stays as it is. */
    private Mono<ReadInbox> toldUpTo(Caller caller, String cursor) {
        return watches.sequence(Topic.inbox(caller.user()), cursor)
                .switchIfEmpty(Mono.error(() -> new ValidationFailed("cursor", "must be a cursor of this inbox")))
                .flatMap(position -> gateways.ask(new FindTold(caller, position), Told.class))
                .flatMap(told -> Mono.justOrEmpty(told.notificationId())
                        .map(id -> new ReadInbox(caller.user(), id, told.position(), null, now())));
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    private Flux<WireFrame> watch(Call<LiveStream.From> call) {
        return watches.watch(Topic.inbox(call.caller().user()), call.body().after(), call.standing());
    }
}
