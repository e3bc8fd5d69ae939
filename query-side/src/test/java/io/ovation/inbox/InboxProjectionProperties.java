package io.ovation.inbox;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

import io.ovation.content.ReactionEvent.LikeWithdrawn;
import io.ovation.content.Target;
import io.ovation.conversation.ReceiptEvent.ConversationRead;
import io.ovation.documents.Home;
import io.ovation.inbox.InboxEvent.InboxRead;
import io.ovation.inbox.InboxQuery.NotificationView;
import io.ovation.people.BlockEvent.UserBlocked;
import io.ovation.people.BlockEvent.UserUnblocked;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.axonframework.eventhandling.DomainEventMessage;
import org.bson.Document;
import org.jspecify.annotations.Nullable;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The inboxes depend on the log alone: not on how it was cut into batches, on restarts, or on what was handled twice.
 * And they are what the contract says.
 */
class InboxProjectionProperties {
    private static final List<String> USERS = List.of("ann", "bob", "a.b$c/0", "$eve");

    @Property(tries = 40)
    void aRebuiltInboxIsTheLiveOneDocumentForDocument(
            @ForAll Home home, @ForAll("logs") List<DomainEventMessage<?>> events) {
        assertThat(model(home).handle(events).dump()).isEqualTo(live(events));
    }

    @Property(tries = 40)
    void anyBatchesAndRestartsGiveTheSameDocuments(
            @ForAll Home home, @ForAll("logs") List<DomainEventMessage<?>> events, @ForAll("cuts") List<Cut> cuts) {
        InboxModel model = model(home);
        int next = 0;
        for (int i = 0; next < events.size(); i++) {
            Cut cut = cuts.get(i % cuts.size());
            if (cut.restart()) {
                model.restart();
            }
            int from = Math.max(0, next - cut.again());
            next = Math.min(events.size(), next + cut.size());
            model.handle(events, from, next);
        }

        assertThat(model.dump()).isEqualTo(live(events));
    }

    @Property(tries = 40)
    void anInboxIsWhatTheRulesSayToldTheSimplestWay(
            @ForAll Home home, @ForAll("logs") List<DomainEventMessage<?>> events) {
        InboxModel model = model(home).handle(events);
        for (String user : USERS) {
            Rules rules = Rules.of(user, events);
            List<NotificationView> all = model.all(user);
            assertThat(all)
                    .extracting(NotificationView::kind)
                    .containsExactlyElementsOf(
                            rules.newestFirst().map(one -> one.kind).toList());
            assertThat(all)
                    .extracting(NotificationView::count)
                    .containsExactlyElementsOf(
                            rules.newestFirst().map(Told::count).toList());
            assertThat(all)
                    .extracting(NotificationView::at)
                    .containsExactlyElementsOf(
                            rules.newestFirst().map(one -> one.at).toList());
            assertThat(all)
                    .extracting(NotificationView::read)
                    .containsExactlyElementsOf(rules.newestFirst()
                            .map(rules::hasRead)
                            .toList());
            assertThat(all)
                    .extracting(each -> (Object) each.actors())
                    .containsExactlyElementsOf(
                            rules.newestFirst().<Object>map(Told::latestActors).toList());
            assertThat(all).extracting(NotificationView::notificationId).doesNotHaveDuplicates();
            assertThat(model.unread(user))
                    .isEqualTo(rules.told.stream()
                            .filter(one -> !rules.hasRead(one))
                            .count());
            for (int i = 0; i < all.size(); i += 1 + all.size() / 5) {
                assertThat(model.list(user, all.get(i).notificationId(), 40))
                        .isEqualTo(all.subList(i + 1, Math.min(all.size(), i + 41)));
                long position = all.get(i).position();
                assertThat(model.first(user, all.get(i).notificationId()))
                        .isEqualTo(rules.newestFirst().toList().get(i).first);
                assertThat(model.since(user, position)).hasSize(i).isSorted();
                assertThat(model.latest(user, position)).isEqualTo(position);
                assertThat(model.latest(user, position - 1))
                        .isEqualTo(i + 1 < all.size() ? (Long) all.get(i + 1).position() : null);
            }
        }
    }

    private static InboxModel model(Home home) {
        return new InboxModel(home, InboxModel.ALL);
    }

    /** As it comes about when each event is handled as it happens. */
    private static Map<String, List<Document>> live(List<DomainEventMessage<?>> events) {
        InboxModel model = model(Home.EMBEDDED);
        for (int i = 0; i < events.size(); i++) {
            model.handle(events, i, i + 1);
        }
        return model.dump();
    }

    /** A batch: after a restart or not, beginning with events that were handled before, and how many that were not. */
    record Cut(boolean restart, int again, int size) {}

    @Provide
    Arbitrary<List<Cut>> cuts() {
        return Combinators.combine(
                        Arbitraries.of(true, false),
                        Arbitraries.integers().between(0, 20),
                        Arbitraries.integers().between(1, 60))
                .as(Cut::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(10);
    }

    private record Action(int kind, String actor, String other, int thing, int back) {}

    /** At most 40 things of four kinds, so that all that is not read is still folded. */
    @Provide
    Arbitrary<List<DomainEventMessage<?>>> logs() {
        return Combinators.combine(
                        Arbitraries.frequency(
                                Tuple.of(4, 0),
                                Tuple.of(4, 1),
                                Tuple.of(4, 2),
                                Tuple.of(6, 3),
                                Tuple.of(6, 4),
                                Tuple.of(1, 5),
                                Tuple.of(3, 6),
                                Tuple.of(1, 7),
                                Tuple.of(1, 8),
                                Tuple.of(1, 9)),
                        Arbitraries.of(USERS),
                        Arbitraries.of(USERS),
                        Arbitraries.integers().between(0, 40),
                        Arbitraries.integers().between(1, 60))
                .as(Action::new)
                .list()
                .ofMinSize(20)
                .ofMaxSize(300)
                .map(InboxProjectionProperties::play);
    }

    private static List<DomainEventMessage<?>> play(List<Action> actions) {
        Happenings happened = new Happenings();
        Set<String> liked = new HashSet<>();
        Set<String> blocked = new HashSet<>();
        for (Action action : actions) {
            String thing = "thing " + action.thing();
            switch (action.kind()) {
                case 0 -> happened.direct(thing, action.actor(), action.other());
                case 1 ->
                    happened.message(
                            thing,
                            action.actor(),
                            action.other(),
                            null,
                            action.back() % 2 == 0 ? USERS.getFirst() : action.other());
                case 2 -> happened.reply(thing, action.actor(), action.other());
                case 3 ->
                    happened.comment(
                            thing, action.actor(), action.other(), action.back() % 3 == 0 ? USERS.getLast() : null);
                case 4 -> {
                    if (liked.add(thing + action.actor() + "/" + action.other())) {
                        happened.like(new Target.OfContent(Happenings.id(thing)), action.actor(), action.other());
                    }
                }
                case 6 -> {
                    if (liked.remove(thing + action.actor() + "/" + action.other())) {
                        happened.unlike(new Target.OfContent(Happenings.id(thing)), action.actor(), action.other());
                    }
                }
                case 7 ->
                    happened.readFirst(
                            action.actor(), Math.max(0, happened.events().size() - action.back()));
                case 8 ->
                    happened.readMessages(
                            thing, action.actor(), Math.max(0, happened.events().size() - action.back()));
                case 9 -> {
                    String pair = action.actor() + "/" + action.other();
                    if (blocked.add(pair)) {
                        happened.block(action.actor(), action.other());
                    } else if (blocked.remove(pair)) {
                        happened.unblock(action.actor(), action.other());
                    }
                }
                default ->
                    happened.read(action.actor(), Math.max(0, happened.events().size() - action.back()));
            }
        }
        return happened.events();
    }

    /** The rules, for one user. */
    private static final class Rules {
        private final List<Told> told = new ArrayList<>();
        private long readUpTo = -1;
        private final Set<String> blocked = new HashSet<>();
        private long readFirst = -1;

        static Rules of(String user, List<DomainEventMessage<?>> events) {
            Rules rules = new Rules();
            for (int i = 0; i < events.size(); i++) {
                Object event = events.get(i).getPayload();
                switch (event) {
                    case InboxRead read when read.user().equals(user) -> {
                        rules.readUpTo = Math.max(rules.readUpTo, read.upTo());
                        rules.readFirst = Math.max(rules.readFirst, read.first() == null ? -1 : read.first());
                    }
                    case ConversationRead read when read.user().equals(user) -> rules.read(read);
                    case UserBlocked block when block.user().equals(user) -> rules.blocked.add(block.blocked());
                    case UserUnblocked end when end.user().equals(user) -> rules.blocked.remove(end.blocked());
                    case LikeWithdrawn withdrawn when withdrawn.targetAuthor().equals(user) ->
                        rules.withdraw(withdrawn);
                    default -> {
                        // whom it concerns is said below
                    }
                }
                int position = i;
                InboxModel.ALL.stream()
                        .flatMap(sort -> sort.of(event))
                        .filter(notice -> notice.user().equals(user) && !rules.blocked.contains(notice.actor()))
                        .forEach(notice -> rules.take(notice, position));
            }
            return rules;
        }

        private boolean hasRead(Told one) {
            return one.read || one.position <= readUpTo || one.first <= readFirst;
        }

        private void read(ConversationRead read) {
            told.stream()
                    .filter(one -> one.seqs != null
                            && one.subject.equals("conversation/" + read.conversationId())
                            && !hasRead(one))
                    .forEach(one -> {
                        if (one.seqs.stream().allMatch(seq -> seq <= read.read())) {
                            one.read = true;
                        } else {
                            one.seqs.removeIf(seq -> seq <= read.read());
                        }
                    });
        }

        private void withdraw(LikeWithdrawn withdrawn) {
            told.removeIf(one -> one.kind == NotificationKind.like
                    && one.subject.equals(withdrawn.target().key())
                    && !hasRead(one)
                    && one.actors.remove(withdrawn.user())
                    && one.actors.isEmpty());
        }

        private void take(Notice notice, long position) {
            Told unread = told.stream()
                    .filter(one -> one.isOf(notice) && !hasRead(one))
                    .findFirst()
                    .orElse(null);
            Told one = unread == null ? new Told(notice, position) : unread;
            if (unread == null) {
                told.add(one);
            }
            one.events++;
            one.position = position;
            one.at = notice.at();
            one.actors.remove(notice.actor());
            one.actors.add(notice.actor());
            if (one.seqs != null) {
                one.seqs.add(Objects.requireNonNull(notice.target().seq()));
            }
        }

        private Stream<Told> newestFirst() {
            return told.stream()
                    .sorted(Comparator.comparing((Told one) -> one.position).reversed());
        }
    }

    private static final class Told {
        private final NotificationKind kind;
        private final String subject;
        private final LinkedHashSet<String> actors = new LinkedHashSet<>();
        private final long first;
        /** Of messages, those that are not read, or were not when it was. */
        private final @Nullable List<Long> seqs;

        private long events;
        private boolean read;
        private long position;
        private @Nullable Instant at;

        Told(Notice notice, long first) {
            this.kind = notice.kind();
            this.subject = notice.subject();
            this.first = first;
            this.seqs = notice.target().messageId() != null && notice.kind() != NotificationKind.like
                    ? new ArrayList<>()
                    : null;
        }

        long count() {
            return kind == NotificationKind.like ? actors.size() : seqs == null ? events : seqs.size();
        }

        boolean isOf(Notice notice) {
            return kind == notice.kind() && subject.equals(notice.subject());
        }

        List<String> latestActors() {
            return List.copyOf(actors).reversed().stream().limit(10).toList();
        }
    }
}
