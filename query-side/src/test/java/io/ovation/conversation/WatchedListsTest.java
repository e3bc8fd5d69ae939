package io.ovation.conversation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

import io.ovation.Caller;
import io.ovation.QuerySide;
import io.ovation.TestLog;
import io.ovation.conversation.ConversationRejection.NotYourList;
import io.ovation.live.Frame;
import io.ovation.live.Topic;
import io.ovation.live.Update;
import io.ovation.live.Watch.FindMissed;
import io.ovation.live.Watch.FindWatchable;
import io.ovation.live.Watch.WatchTopic;
import io.ovation.live.Watch.Watchable;
import org.axonframework.messaging.responsetypes.ResponseTypes;
import org.axonframework.queryhandling.SubscriptionQueryResult;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/** Lists of conversations as topics, through Axon's query gateway, with all processors running. */
class WatchedListsTest {
    private static final TestLog LOG = new TestLog();
    private static final QuerySide ROOM = new QuerySide(LOG);
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final String talk = "talk " + UUID.randomUUID();
    private final String ann = "ann " + UUID.randomUUID();
    private final String bob = "bob " + UUID.randomUUID();
    private final Script script = new Script();
    private final List<Watching> watching = new ArrayList<>();

    @AfterEach
    void nobodyIsRememberedWhoDoesNotWatch() {
        watching.forEach(Watching::end);
        assertThat(ROOM.bean(ListWatchers.class).isEmpty()).isTrue();
        assertThat(ROOM.bean(ListWatchers.class).of(id())).isEmpty();
    }

    @AfterAll
    static void stop() {
        ROOM.close();
    }

    @Test
    void whoComesAndGoesIsToldAndNobodyElse() {
        Watching anns = watch(ann);
        Watching bobs = watch(bob);

        long opened = record(script.open(talk, Kind.group, ann));
        long joined = record(script.add(talk, bob, Role.member));
        record(script.add(talk, bob, Role.moderator));
        long left = record(script.remove(talk, bob));

        bobs.awaitLog(listed(bob, joined, ListChange.joined), unlisted(bob, left));
        anns.awaitLog(listed(ann, opened, ListChange.opened));
    }

    @Test
    void whatWasMissedIsWhatWasToldLiveHoweverMuchItWas() {
        Watching bobs = watch(bob);
        record(script.open(talk, Kind.group, ann, bob));
        String other = talk + " other";
        script.open(other, Kind.group, ann);
        for (int i = 0; i < 3 * NotedChanges.PAGE; i++) {
            script.remove(talk, bob).add(talk, bob, Role.member);
            if (i % 10 == 0) {
                script.add(other, bob, Role.member).remove(other, bob);
            }
        }
        record(script);
        int all = 1 + 2 * 3 * NotedChanges.PAGE + 20;

        await().atMost(PATIENCE).until(() -> bobs.log().size() >= all);
        List<Update> live = bobs.log();
        assertThat(live).hasSize(all).isSortedAccordingTo((one, two) -> Long.compare(one.sequence(), two.sequence()));
        assertThat(missed(bob, -1)).isEqualTo(live);
        for (int from : List.of(0, 1, 31, 32, 33, 64, 100, all - 1)) {
            assertThat(missed(bob, live.get(from).sequence())).isEqualTo(live.subList(from + 1, all));
        }
        assertThat(missed(ann, -1)).hasSize(2);
    }

    @Test
    void anotherTitleIsToldToWhoIsInItThenAndIsMissedByNobody() {
        Watching bobs = watch(bob);
        record(script.open(talk, Kind.group, ann, bob));
        record(script.rename(talk, "One"));
        record(script.remove(talk, bob));
        long away = record(script.rename(talk, "Two"));
        record(script.add(talk, bob, Role.member));
        for (int i = 0; i < 3 * NotedChanges.PAGE; i++) {
            script.rename(talk, "Title " + i);
        }
        long last = record(script);

        bobs.await(listed(bob, last, ListChange.renamed));
        List<Update> live = bobs.log();
        assertThat(live).hasSize(4 + 3 * NotedChanges.PAGE);
        assertThat(live).extracting(Update::sequence).doesNotContain(away);
        assertThat(missed(bob, -1)).isEqualTo(live);
        for (int from : List.of(0, 1, 2, 3, 40, live.size() - 1)) {
            assertThat(missed(bob, live.get(from).sequence())).isEqualTo(live.subList(from + 1, live.size()));
        }
        bobs.awaitSummary(summary -> ("Title " + (3 * NotedChanges.PAGE - 1)).equals(summary.title()));
    }

    @Test
    void aMessageIsSummarisedForEachAsTheyHaveReadIt() {
        record(script.open(talk, Kind.group, ann, bob));
        Watching anns = watch(ann);
        Watching bobs = watch(bob);

        record(script.send(talk, ann, "one").send(talk, ann, "two"));
        bobs.awaitSummary(summary -> summary.lastSeq() == 2 && summary.unread() == 2 && "two".equals(body(summary)));
        anns.awaitSummary(summary -> summary.lastSeq() == 2 && summary.unread() == 0);

        record(script.read(talk, bob, 1));
        bobs.awaitSummary(summary -> summary.lastSeq() == 2 && summary.unread() == 1);
        record(script.redact(talk, 2));
        bobs.awaitSummary(summary -> summary.lastMessage() != null && summary.lastMessage().body() == null);
    }

    @Test
    void aStreamBeginsWithTheFiftyThatWereLastActive() {
        for (int i = 0; i < 55; i++) {
            script.open(talk + i, Kind.group, ann);
        }
        record(script.send(talk + 3, ann, "late"));

        List<Update> states = watchable(ann).states();

        assertThat(states).hasSize(50);
        assertThat(states.getFirst().frame())
                .isInstanceOfSatisfying(Frame.Summary.class, summary -> {
                    assertThat(summary.conversationId()).isEqualTo(Script.id(talk + 3));
                    assertThat(summary.title()).isEqualTo("About " + talk + 3);
                });
        assertThat(watchable(ann).last()).isEqualTo(LOG.events().size() - 1);
        assertThat(watchable(bob).states()).isEmpty();
    }

    @Test
    void whoHasJoinedIsToldOfWhatComesThenAndWhoHasLeftIsNot() {
        record(script.open(talk, Kind.group, ann));
        Watching bobs = watch(bob);
        record(script.add(talk, bob, Role.member));
        bobs.awaitSummary(summary -> summary.lastSeq() == 0);
        record(script.send(talk, ann, "one"));
        bobs.awaitSummary(summary -> summary.lastSeq() == 1);

        long left = record(script.remove(talk, bob));
        bobs.await(unlisted(bob, left));
        Watching anns = watch(ann);
        record(script.send(talk, ann, "two"));
        anns.awaitSummary(summary -> summary.lastSeq() == 2);
        assertThat(bobs.summaries()).noneMatch(summary -> summary.lastSeq() == 2);
    }

    @Test
    void aListIsItsOwnersAlone() {
        assertThatThrownBy(() -> ROOM.queries()
                        .query(
                                new FindWatchable(Topic.conversations(ann), new Caller(bob, true)),
                                Watchable.class)
                        .join())
                .rootCause()
                .isInstanceOf(NotYourList.class);
    }

    private String id() {
        return Script.id(talk);
    }

    private Update listed(String user, long position, ListChange change) {
        return new Update(Topic.conversations(user), position, new Frame.Listed(id(), change));
    }

    private Update unlisted(String user, long position) {
        return new Update(Topic.conversations(user), position, new Frame.Unlisted(id()));
    }

    private static @Nullable String body(Frame.Summary summary) {
        return summary.lastMessage() == null ? null : summary.lastMessage().body();
    }

    /** Answers the position of the last of them. */
    private static long record(Script written) {
        LOG.append(written.take());
        return LOG.events().size() - 1L;
    }

    private static Watchable watchable(String user) {
        return ROOM.queries()
                .query(new FindWatchable(Topic.conversations(user), new Caller(user, false)), Watchable.class)
                .join();
    }

    private static List<Update> missed(String user, long after) {
        return Flux.from(ROOM.queries()
                        .streamingQuery(new FindMissed(Topic.conversations(user), after), Update.class))
                .collectList()
                .blockOptional(PATIENCE)
                .orElseThrow();
    }

    /** One who is subscribed first and let in then, as watchers are. */
    private Watching watch(String user) {
        Watching one = new Watching(user);
        watching.add(one);
        watchable(user);
        return one;
    }

    private static final class Watching {
        private final List<Update> told = new CopyOnWriteArrayList<>();
        private final SubscriptionQueryResult<Update, Update> query;
        private final Disposable updates;

        Watching(String user) {
            query = ROOM.queries()
                    .subscriptionQuery(
                            WatchTopic.class.getName(),
                            new WatchTopic(Topic.conversations(user)),
                            ResponseTypes.instanceOf(Update.class),
                            ResponseTypes.instanceOf(Update.class),
                            10_000);
            updates = query.updates().subscribe(told::add);
        }

        void end() {
            updates.dispose();
            query.cancel();
        }

        /** What was told of the log, each once, as a watcher passes it on. */
        List<Update> log() {
            List<Update> passed = new ArrayList<>();
            for (Update update : told) {
                boolean isNews = passed.isEmpty() || update.sequence() > passed.getLast().sequence();
                if (!(update.frame() instanceof Frame.State) && isNews) {
                    passed.add(update);
                }
            }
            return passed;
        }

        List<Frame.Summary> summaries() {
            return told.stream()
                    .map(Update::frame)
                    .filter(Frame.Summary.class::isInstance)
                    .map(Frame.Summary.class::cast)
                    .toList();
        }

        void awaitLog(Update... expected) {
            await(expected[expected.length - 1]);
            assertThat(log()).containsExactly(expected);
        }

        void await(Update expected) {
            org.awaitility.Awaitility.await().atMost(PATIENCE).until(() -> told.contains(expected));
        }

        void awaitSummary(Predicate<Frame.Summary> expected) {
            org.awaitility.Awaitility.await()
                    .atMost(PATIENCE)
                    .until(() -> summaries().stream().anyMatch(expected));
        }
    }
}
