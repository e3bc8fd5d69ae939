package io.ovation.documents;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

import io.ovation.Caller;
import io.ovation.QuerySide;
import io.ovation.TestLog;
import io.ovation.conversation.ConversationQuery.FindHistory;
import io.ovation.conversation.ConversationQuery.HistoryPage;
import io.ovation.conversation.Kind;
import io.ovation.conversation.Script;
import io.ovation.documents.mongo.MongoHome;
import io.ovation.live.Topic;
import io.ovation.live.Update;
import io.ovation.live.Watch.WatchTopic;
import io.ovation.projection.ProjectionQuery.DeadLetterView;
import io.ovation.projection.ProjectionQuery.DeadLettersView;
import io.ovation.projection.ProjectionQuery.Done;
import io.ovation.projection.ProjectionQuery.DropDeadLetter;
import io.ovation.projection.ProjectionQuery.FindDeadLetters;
import io.ovation.projection.ProjectionQuery.RetryDeadLetter;
import io.ovation.projection.ProjectionRejection.DeadLetterNotFound;
import io.ovation.projection.ProjectionRejection.StillRefused;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.GenericDomainEventMessage;
import org.axonframework.messaging.responsetypes.ResponseTypes;
import org.axonframework.queryhandling.SubscriptionQueryResult;
import org.axonframework.serialization.SerializationException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.test.StepVerifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/** An event that cannot be taken stops its own conversation and nothing else. */
@ParameterizedClass
@EnumSource(Home.class)
class DeadLettersTest {
    private static final MongoHome MONGO = new MongoHome();

    private final Home home;
    private final String database = "db" + UUID.randomUUID();
    private final TestLog log = new TestLog();
    private final Script script = new Script();
    private final AtomicBoolean broken = new AtomicBoolean(true);

    @TempDir
    private Path data = Path.of(".");

    DeadLettersTest(Home home) {
        this.home = home;
    }

    @AfterAll
    static void stop() {
        MONGO.close();
    }

    @Test
    void allOthersGoOnAndItIsTakenOnceItCanBe() {
        breakTheSecondOfFour();
        try (QuerySide room = start()) {
            assertThat(history(room, "other").messages()).hasSize(3);
            assertThat(history(room, "talk").lastSeq()).as("as it was before").isEqualTo(1);
            DeadLetterView letter = letters(room).getFirst();
            assertThat(letters(room)).hasSize(1);
            assertThat(letter.sequence()).isEqualTo(Script.id("talk"));
            assertThat(letter.reason()).contains("cannot be read");
            assertThatThrownBy(() -> ask(room, new RetryDeadLetter(letter.deadLetterId()), Done.class))
                    .rootCause()
                    .isInstanceOf(StillRefused.class);
            say("other");
            assertThat(history(room, "other").messages()).as("live after a second try").hasSize(4);
            assertThat(history(room, "talk").lastSeq()).isEqualTo(1);
        }
        say("talk");
        try (QuerySide room = start()) {
            assertThat(history(room, "talk").lastSeq()).as("also after a start").isEqualTo(1);
            String id = letters(room).getFirst().deadLetterId();
            broken.set(false);

            ask(room, new RetryDeadLetter(id), Done.class);

            assertThat(letters(room)).isEmpty();
            assertThat(history(room, "talk").messages()).hasSize(5);
            assertThat(history(room, "other").messages()).hasSize(4);
            say("talk");
            assertThat(history(room, "talk").messages()).hasSize(6);
            assertThatThrownBy(() -> ask(room, new RetryDeadLetter(id), Done.class))
                    .rootCause()
                    .isInstanceOf(DeadLetterNotFound.class);
        }
    }

    @Test
    void whoWatchesAnotherConversationIsToldOfItAsBefore() {
        script.open("talk", Kind.group, "ann").open("other", Kind.group, "ann");
        log.append(script.take());
        try (QuerySide room = start()) {
            assertThat(history(room, "other").lastSeq()).isZero();
            SubscriptionQueryResult<Update, Update> watching = room.queries()
                    .subscriptionQuery(
                            WatchTopic.class.getName(),
                            new WatchTopic(Topic.conversation(Script.id("other"))),
                            ResponseTypes.instanceOf(Update.class),
                            ResponseTypes.instanceOf(Update.class),
                            16);
            StepVerifier.create(watching.updates())
                    .then(() -> {
                        log.append(List.of(unreadable(
                                script.send("talk", "ann", "unreadable").take().getFirst())));
                        say("other");
                    })
                    .expectNextCount(1)
                    .thenCancel()
                    .verify(Duration.ofSeconds(20));
        }
    }

    @Test
    void oneThatIsDroppedIsLeftOutAndWhatIsBehindItTaken() {
        script.open("talk", Kind.group, "ann").send("talk", "ann", "one");
        List<? extends DomainEventMessage<?>> before = script.take();
        log.append(before);
        log.append(List.of(unreadable(script.edit("talk", 1, "never to be read").take().getFirst())));
        script.send("talk", "ann", "two");
        log.append(script.take());
        try (QuerySide room = start()) {
            assertThat(history(room, "talk").lastSeq()).isEqualTo(1);

            ask(room, new DropDeadLetter(letters(room).getFirst().deadLetterId()), Done.class);

            assertThat(letters(room)).isEmpty();
            assertThat(history(room, "talk").messages()).hasSize(2).first().satisfies(message -> assertThat(
                            message.body())
                    .isEqualTo("one"));
        }
    }

    @Test
    void anEventThatAStepRefusesIsNamed() {
        TestStore store = home.documents(database);
        Changes changes = new Changes();
        changes.from(new Changes.Source(3, "good", "event 3", "Test"));
        changes.add(DocumentType.stateless("test", "things"), "good", 3, draft -> draft.set("a", 1L));
        changes.from(new Changes.Source(4, "bad", "event 4", "Test"));
        changes.add(DocumentType.stateless("test", "things"), "bad", 4, draft -> {
            throw new IllegalArgumentException("no");
        });

        assertThatThrownBy(() -> store.write(changes))
                .isInstanceOfSatisfying(EventRefused.class, refused -> assertThat(
                                refused.event().eventId())
                        .isEqualTo("event 4"));
        changes.leaveOut(source -> source.sequence().equals("bad"));
        store.write(changes);

        assertThat(home.dump(database).get("things")).hasSize(1);
    }

    private void breakTheSecondOfFour() {
        script.open("talk", Kind.group, "ann").open("other", Kind.group, "ann");
        script.send("talk", "ann", "text").send("other", "ann", "text");
        log.append(script.take());
        log.append(List.of(
                unreadable(script.send("talk", "ann", "unreadable").take().getFirst())));
        for (int i = 0; i < 2; i++) {
            say("other");
            say("talk");
        }
    }

    private void say(String conversation) {
        script.send(conversation, "ann", "text");
        log.append(script.take());
    }

    /** One that cannot be read as long as it is broken. */
    private DomainEventMessage<?> unreadable(DomainEventMessage<?> event) {
        return new GenericDomainEventMessage<Object>(
                event.getType(), event.getAggregateIdentifier(), event.getSequenceNumber(), event.getPayload()) {
            @Override
            public Object getPayload() {
                if (broken.get()) {
                    throw new SerializationException("it cannot be read");
                }
                return super.getPayload();
            }
        };
    }

    private QuerySide start() {
        QuerySide room = home == Home.MONGO
                ? new QuerySide(log, "--ovation.mongodb.uri=" + MONGO.uri(database))
                : new QuerySide(log, "--ovation.data=" + data);
        long head = log.events().size() - 1L;
        await().atMost(Duration.ofSeconds(30))
                .until(() -> room.bean(Positions.class).position() >= head);
        return room;
    }

    private static List<DeadLetterView> letters(QuerySide room) {
        return ask(room, new FindDeadLetters(), DeadLettersView.class).deadLetters().stream()
                .filter(letter -> letter.projection().equals("conversation"))
                .toList();
    }

    private static HistoryPage history(QuerySide room, String conversation) {
        return ask(
                room,
                new FindHistory(Script.id(conversation), new Caller("ann", false), null, null, 200),
                HistoryPage.class);
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
}
