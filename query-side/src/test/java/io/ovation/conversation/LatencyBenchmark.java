package io.ovation.conversation;

import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;

import io.ovation.Caller;
import io.ovation.QuerySide;
import io.ovation.TestLog;
import io.ovation.conversation.ConversationQuery.ConversationPage;
import io.ovation.conversation.ConversationQuery.FindConversations;
import io.ovation.conversation.ConversationQuery.FindHistory;
import io.ovation.conversation.ConversationQuery.HistoryPage;
import io.ovation.live.Topic;
import io.ovation.live.Update;
import io.ovation.live.Watch.FindMissed;
import io.ovation.live.Watch.WatchTopic;
import org.axonframework.messaging.responsetypes.ResponseTypes;
import org.axonframework.queryhandling.SubscriptionQueryResult;
import reactor.core.publisher.Flux;

/**
 * How long an event takes to its watcher, a page right after an event, a list, and 1,000 missed events:
 * {@code main(topics)}. Run by hand.
 */
final class LatencyBenchmark {
    private static final System.Logger OUT = System.getLogger(LatencyBenchmark.class.getName());
    private static final int ROUNDS = 3_000;
    private static final Caller ANN = new Caller("ann", false);

    private LatencyBenchmark() {}

    public static void main(String[] arguments) {
        int topics = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 500;
        TestLog log = new TestLog();
        Script script = new Script();
        for (int i = 0; i < topics; i++) {
            script.open("c" + i, Kind.group, "owner" + i, i < 200 ? "ann" : "bob");
        }
        log.append(script.take());
        try (QuerySide room = new QuerySide(log, "--ovation.history.timeout=1m")) {
            long[] arrived = new long[1];
            for (int i = 0; i < topics; i++) {
                watch(room, "c" + i).updates().subscribe(update -> arrived[0] = System.nanoTime());
            }
            history(room, 50);
            long[] toWatcher = new long[ROUNDS];
            long[] toPage = new long[ROUNDS];
            long[] toList = new long[ROUNDS];
            for (int i = 0; i < ROUNDS; i++) {
                script.send("c0", "ann", "x".repeat(150));
                long start = System.nanoTime();
                log.append(script.take());
                history(room, 50);
                toPage[i] = System.nanoTime() - start;
                toWatcher[i] = arrived[0] - start;
                start = System.nanoTime();
                room.queries()
                        .query(new FindConversations(ANN, null, null, 50), ConversationPage.class)
                        .join();
                toList[i] = System.nanoTime() - start;
                LockSupport.parkNanos(1_000_000);
            }
            tell("event -> watcher, " + topics + " topics", toWatcher);
            tell("event -> in a page of 50", toPage);
            tell("list of 50 of 200 conversations", toList);
            long[] missed = new long[200];
            for (int i = 0; i < missed.length; i++) {
                long start = System.nanoTime();
                Long count = Flux.from(room.queries()
                                .streamingQuery(
                                        new FindMissed(Topic.conversation(Script.id("c0")), ROUNDS - 1_000),
                                        Update.class))
                        .count()
                        .block();
                missed[i] = System.nanoTime() - start;
                if (Objects.requireNonNull(count) != 1_000) {
                    throw new IllegalStateException("missed " + count);
                }
            }
            tell("1,000 missed events", missed);
        }
    }

    private static void history(QuerySide room, int limit) {
        room.queries()
                .query(new FindHistory(Script.id("c0"), ANN, null, null, limit), HistoryPage.class)
                .join();
    }

    private static SubscriptionQueryResult<Update, Update> watch(QuerySide room, String conversation) {
        return room.queries()
                .subscriptionQuery(
                        WatchTopic.class.getName(),
                        new WatchTopic(Topic.conversation(Script.id(conversation))),
                        ResponseTypes.instanceOf(Update.class),
                        ResponseTypes.instanceOf(Update.class),
                        1_024);
    }

    private static void tell(String what, long[] nanos) {
        long[] warm = Arrays.copyOfRange(nanos, nanos.length / 3, nanos.length);
        Arrays.sort(warm);
        OUT.log(
                System.Logger.Level.ERROR,
                "{0}: p50 {1} us, p99 {2} us",
                what,
                warm[warm.length / 2] / 1_000,
                warm[warm.length * 99 / 100] / 1_000);
    }
}
