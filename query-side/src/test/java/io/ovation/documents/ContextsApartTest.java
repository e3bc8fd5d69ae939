package io.ovation.documents;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;
import java.util.stream.IntStream;

import io.ovation.Caller;
import io.ovation.QuerySide;
import io.ovation.TestLog;
import io.ovation.Unavailable;
import io.ovation.content.ContentEvent.ContentPublished;
import io.ovation.content.ContentQuery.ContentView;
import io.ovation.content.ContentQuery.FindContent;
import io.ovation.conversation.ConversationEvent.ConversationOpened;
import io.ovation.conversation.ConversationEvent.MessageSent;
import io.ovation.conversation.ConversationQuery.ConversationPage;
import io.ovation.conversation.ConversationQuery.FindConversations;
import io.ovation.conversation.ConversationQuery.FindHistory;
import io.ovation.conversation.ConversationQuery.HistoryPage;
import io.ovation.conversation.Kind;
import io.ovation.conversation.Script;
import io.ovation.inbox.InboxQuery.FindInbox;
import io.ovation.inbox.InboxQuery.FindNotification;
import io.ovation.inbox.InboxQuery.FindTold;
import io.ovation.inbox.InboxQuery.InboxPage;
import io.ovation.inbox.InboxQuery.Located;
import io.ovation.inbox.InboxQuery.Told;
import io.ovation.presence.PresenceQuery.FindPresence;
import io.ovation.presence.PresenceQuery.People;
import io.ovation.presence.SessionEvent.SessionOpened;
import io.ovation.presence.Status;
import io.ovation.projection.ProjectionQuery.DeadLetterView;
import io.ovation.projection.ProjectionQuery.DeadLettersView;
import io.ovation.projection.ProjectionQuery.FindDeadLetters;
import org.axonframework.config.ProcessingGroup;
import org.axonframework.eventhandling.EventHandler;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.eventhandling.GenericDomainEventMessage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** No context waits for another, and no reader for what is none of theirs. */
@Timeout(60)
class ContextsApartTest {
    private final TestLog log = new TestLog();
    private final Script script = new Script();

    @ParameterizedTest
    @ValueSource(strings = {"conversation", "content", "presence", "inbox"})
    void anEventThatThrowsInOneContextLeavesAllOthersExactAndLive(String broken) {
        Stop stop = new Stop(event -> event instanceof MessageSent sent && sent.body().equals("bad"), null);
        try (QuerySide room = room(broken, stop)) {
            script.open("talk", Kind.direct, "ann", "bob").send("talk", "ann", "good");
            append();
            script.send("talk", "ann", "bad").send("talk", "ann", "late");
            append();
            publish("page");
            script.open("other", Kind.group, "ann", "bob").send("other", "ann", "elsewhere");
            append();
            come("bob");

            assertThat(letters(room)).extracting(DeadLetterView::projection).containsExactly(broken);
            assertThat(history(room, "bob", "talk").lastSeq()).isEqualTo(broken.equals("conversation") ? 1 : 3);
            assertThat(history(room, "bob", "other").lastSeq()).isEqualTo(1);
            assertThat(content(room, "ann", "page").title()).isEqualTo("page");
            assertThat(ask(room, new FindPresence(List.of("bob"), new Caller("ann", false)), People.class)
                            .people()
                            .getFirst()
                            .status())
                    .isEqualTo(Status.online);
            assertThat(inbox(room, "bob").notifications().getFirst().count())
                    .isEqualTo(broken.equals("inbox") ? 1 : 3);
        }
    }

    @Test
    void whileOneContextStandsStillTheOthersAreReadAndLive() {
        CountDownLatch goOn = new CountDownLatch(1);
        Stop stop = new Stop(ContentPublished.class::isInstance, goOn);
        script.open("talk", Kind.direct, "ann", "bob").send("talk", "ann", "one");
        append();
        try (QuerySide room = room("content", stop, "--ovation.history.timeout=2s", "--ovation.history.others=1ms")) {
            assertThat(history(room, "bob", "talk").lastSeq()).isEqualTo(1);
            publish("page");
            script.send("talk", "bob", "two");
            append();

            assertThat(room.bean(Positions.class).of("content").position()).isLessThan(2);
            assertThat(ask(room, new FindPresence(List.of("bob"), new Caller("ann", false)), People.class)
                            .people())
                    .hasSize(1);
            assertThat(inbox(room, "bob").notifications()).hasSize(1);
            assertThat(list(room, "bob").conversations().getFirst().lastSeq())
                    .as("the list, though it shows reactions")
                    .isEqualTo(2);
            assertThat(ask(room, new FindTold(new Caller("bob", false), Long.MAX_VALUE), Told.class)
                            .position())
                    .as("what was told, which is in the inbox alone")
                    .isEqualTo(1);
            String notification = inbox(room, "bob").notifications().getFirst().notificationId();
            assertThat(ask(room, new FindNotification(new Caller("bob", false), notification), Located.class)
                            .first())
                    .isEqualTo(1);
            assertThatThrownBy(() -> content(room, "ann", "page"))
                    .as("its author is owed it")
                    .rootCause()
                    .isInstanceOf(Unavailable.class);
            goOn.countDown();
            assertThat(content(room, "ann", "page").title()).isEqualTo("page");
        } finally {
            goOn.countDown();
        }
    }

    @Test
    void anOpeningOfThousandsDelaysNobodyElse() {
        CountDownLatch goOn = new CountDownLatch(1);
        Stop stop = new Stop(
                event -> event instanceof ConversationOpened opened && opened.members().size() > 1_000, goOn);
        script.open("talk", Kind.direct, "ann", "bob").send("talk", "ann", "one");
        append();
        try (QuerySide room = room(
                "conversation", stop, "--ovation.history.timeout=2s", "--ovation.history.others=1ms")) {
            assertThat(history(room, "bob", "talk").lastSeq()).isEqualTo(1);
            script.open(
                    "crowd",
                    Kind.group,
                    "eve",
                    IntStream.range(0, 5_000).mapToObj(i -> "member-" + i).toArray(String[]::new));
            append();

            assertThat(history(room, "bob", "talk").messages()).as("while it is taken").hasSize(1);
            assertThat(list(room, "ann").conversations()).hasSize(1);
            for (String concerned : List.of("eve", "member-4999")) {
                assertThatThrownBy(() -> list(room, concerned))
                        .as("who is in it sees it, or nothing")
                        .rootCause()
                        .isInstanceOf(Unavailable.class);
            }
            goOn.countDown();
            assertThat(list(room, "member-4999").conversations()).hasSize(1);
        } finally {
            goOn.countDown();
        }
    }

    @Test
    void whatOneHasWrittenOneselfIsWaitedFor() {
        CountDownLatch goOn = new CountDownLatch(1);
        Stop stop = new Stop(event -> event instanceof MessageSent sent && sent.body().equals("slow"), goOn);
        script.open("talk", Kind.direct, "ann", "bob").send("talk", "ann", "one");
        append();
        try (QuerySide room = room("conversation", stop, "--ovation.history.others=1ms")) {
            assertThat(history(room, "ann", "talk").lastSeq()).isEqualTo(1);
            script.send("talk", "ann", "slow");
            append();

            CompletableFuture<HistoryPage> own = room.queries()
                    .query(
                            new FindHistory(Script.id("talk"), new Caller("ann", false), null, null, 9),
                            HistoryPage.class);
            assertThat(history(room, "bob", "talk").lastSeq()).as("another one's").isEqualTo(1);
            assertThat(own).isNotDone();
            goOn.countDown();
            assertThat(own.join().lastSeq()).isEqualTo(2);
        } finally {
            goOn.countDown();
        }
    }

    private QuerySide room(String context, Stop stop, String... settings) {
        Object handler =
                switch (context) {
                    case "conversation" -> new InConversation(stop);
                    case "content" -> new InContent(stop);
                    case "presence" -> new InPresence(stop);
                    default -> new InInbox(stop);
                };
        return new QuerySide(log, List.of(handler), settings);
    }

    private void append() {
        log.append(script.take());
    }

    private void publish(String name) {
        log.append(List.of(new GenericDomainEventMessage<>(
                "Content",
                Script.id(name),
                0,
                new ContentPublished(Script.id(name), name, "text", "ann", Instant.EPOCH, null))));
    }

    private void come(String user) {
        String session = UUID.randomUUID().toString();
        log.append(List.of(new GenericDomainEventMessage<>(
                "Session", session, 0, new SessionOpened(session, user, "node", Instant.EPOCH))));
    }

    private static HistoryPage history(QuerySide room, String user, String conversation) {
        return ask(
                room,
                new FindHistory(Script.id(conversation), new Caller(user, false), null, null, 9),
                HistoryPage.class);
    }

    private static ConversationPage list(QuerySide room, String user) {
        return ask(room, new FindConversations(new Caller(user, false), null, null, 9), ConversationPage.class);
    }

    private static ContentView content(QuerySide room, String user, String name) {
        return ask(room, new FindContent(Script.id(name), new Caller(user, false)), ContentView.class);
    }

    private static InboxPage inbox(QuerySide room, String user) {
        return ask(room, new FindInbox(new Caller(user, false), null, 9), InboxPage.class);
    }

    private List<DeadLetterView> letters(QuerySide room) {
        long head = log.events().size() - 1L;
        Mono.when(room.bean(Positions.class).all().stream()
                        .map(each -> each.await(head))
                        .toList())
                .block();
        return new ArrayList<>(ask(room, new FindDeadLetters(), DeadLettersView.class).deadLetters());
    }

    private static <T> T ask(QuerySide room, Object query, Class<T> type) {
        try {
            return room.queries().query(query, type).get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /**
     * Where a context stops.
     *
     * @param until when it goes on; null where the event is refused
     */
    private record Stop(Predicate<Object> at, @Nullable CountDownLatch until) {}

    abstract static class Stopping {
        private final Stop stop;

        Stopping(Stop stop) {
            this.stop = stop;
        }

        @EventHandler
        void on(EventMessage<?> event) throws InterruptedException {
            if (!stop.at().test(event.getPayload())) {
                return;
            }
            if (stop.until() == null) {
                throw new IllegalStateException("refused");
            }
            assertThat(stop.until().await(30, java.util.concurrent.TimeUnit.SECONDS)).isTrue();
        }
    }

    @ProcessingGroup("conversation")
    static final class InConversation extends Stopping {
        InConversation(Stop stop) {
            super(stop);
        }
    }

    @ProcessingGroup("content")
    static final class InContent extends Stopping {
        InContent(Stop stop) {
            super(stop);
        }
    }

    @ProcessingGroup("presence")
    static final class InPresence extends Stopping {
        InPresence(Stop stop) {
            super(stop);
        }
    }

    @ProcessingGroup("inbox")
    static final class InInbox extends Stopping {
        InInbox(Stop stop) {
            super(stop);
        }
    }
}
