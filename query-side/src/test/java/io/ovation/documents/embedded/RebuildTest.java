package io.ovation.documents.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.ovation.Caller;
import io.ovation.QuerySide;
import io.ovation.TestLog;
import io.ovation.content.ReactionEvent.Liked;
import io.ovation.content.Target;
import io.ovation.conversation.ConversationEvent;
import io.ovation.conversation.ConversationEvent.MessageEdited;
import io.ovation.conversation.ConversationQuery.FindHistory;
import io.ovation.conversation.ConversationQuery.HistoryPage;
import io.ovation.conversation.Kind;
import io.ovation.conversation.Script;
import io.ovation.documents.DocumentHome;
import io.ovation.live.Frame;
import io.ovation.live.Topic;
import io.ovation.live.Update;
import io.ovation.live.Watch.WatchTopic;
import io.ovation.projection.ProjectionCommand;
import io.ovation.projection.ProjectionEvent.DeadLetterDropOrdered;
import io.ovation.projection.ProjectionQuery.DeadLetterView;
import io.ovation.projection.ProjectionQuery.DeadLettersView;
import io.ovation.projection.ProjectionQuery.Done;
import io.ovation.projection.ProjectionQuery.DropDeadLetter;
import io.ovation.projection.ProjectionQuery.FindDeadLetters;
import io.ovation.projection.ProjectionQuery.FindProjections;
import io.ovation.projection.ProjectionQuery.ProjectionView;
import io.ovation.projection.ProjectionQuery.ProjectionsView;
import io.ovation.projection.ProjectionQuery.RebuildProjection;
import org.axonframework.config.EventProcessingConfiguration;
import org.axonframework.config.ProcessingGroup;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.EventHandler;
import org.axonframework.eventhandling.EventProcessor;
import org.axonframework.eventhandling.GenericDomainEventMessage;
import org.axonframework.messaging.responsetypes.ResponseTypes;
import org.axonframework.queryhandling.SubscriptionQueryResult;
import org.bson.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Documents are built anew beside those that are read, in the data directory. */
@Timeout(120)
class RebuildTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Of so many events the projection would stand still for too long. */
    private static final int MORE_THAN_THE_LAST_STEP = 1_500;

    @TempDir
    private Path data = Path.of(".");

    private final TestLog log = new TestLog();
    private final Script script = new Script();
    private final List<DomainEventMessage<?>> likes = new ArrayList<>();

    /** Which documents a context has, of whatever happens to it. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void whatIsBuiltWhileWritesGoOnEqualsWhatIsLive(long seed) {
        Random random = new Random(seed);
        happen(random, 2_000);
        try (QuerySide room = start()) {
            for (String projection : List.of("conversation", "content", "presence", "inbox", "people")) {
                awaitAll(room);
                Map<String, List<Document>> before = dump(room, projection);
                rebuild(room, projection);
                assertThat(dump(room, projection)).as(projection).isEqualTo(before);

                order(room, projection);
                for (int i = 0; i < 20 && isBuilding(room, projection); i++) {
                    happen(random, 20);
                }
                await().atMost(PATIENCE).until(() -> !isBuilding(room, projection));
                happen(random, 100);
                awaitAll(room);
                Map<String, List<Document>> live = dump(room, projection);
                rebuild(room, projection);
                assertThat(dump(room, projection)).as(projection).isEqualTo(live);
            }
            assertThat(generations("conversation")).contains("1.4");
        }
        try (QuerySide room = start()) {
            assertThat(history(room).lastSeq()).as("after a start").isPositive();
            assertThat(generations("conversation")).containsExactly("1.4");
        }
    }

    @Test
    void whileItIsBuiltTheOldOneServesAndAKillLeavesIt() throws IOException {
        happen(new Random(7), 3_000);
        Path killed = data.resolve("killed");
        CountDownLatch goOn = new CountDownLatch(1);
        Slow slow = new Slow("rebuild", goOn);
        try (QuerySide room = new QuerySide(log, List.of(slow), "--ovation.data=" + data.resolve("one"))) {
            awaitAll(room);
            slow.stops = true;
            order(room, "conversation");
            slow.reached.await(30, TimeUnit.SECONDS);

            ProjectionView view = view(room, "conversation");
            assertThat(view.state()).isEqualTo("building");
            assertThat(view.building()).isNotNull();
            assertThat(history(room).lastSeq()).isPositive();
            copy(data.resolve("one"), killed);
            goOn.countDown();
            await().atMost(PATIENCE).until(() -> !isBuilding(room, "conversation"));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        } finally {
            goOn.countDown();
        }
        long read = log.streamed();
        try (QuerySide room = new QuerySide(log, "--ovation.data=" + killed)) {
            assertThat(history(room).lastSeq()).isPositive();
            awaitAll(room);
        }
        assertThat(log.streamed() - read).as("nothing is built at the start").isLessThan(100);
        assertThat(names(killed.resolve("documents").resolve("conversation"))).contains("1.1").doesNotContain("1.2");
    }

    @Test
    void nobodyIsToldTwice() {
        script.open("talk", Kind.group, "ann", "bob").send("talk", "ann", "one");
        log.append(script.take());
        try (QuerySide room = start()) {
            awaitAll(room);
            List<Update> told = new CopyOnWriteArrayList<>();
            SubscriptionQueryResult<Update, Update> watching = watch(room, 1_000);
            watching.updates().subscribe(told::add);
            for (int i = 1; i <= 20; i++) {
                if (i % 5 == 0) {
                    order(room, "conversation");
                }
                script.send("talk", "ann", "more").read("talk", "bob", i);
                log.append(script.take());
            }
            long last = log.events().size() - 1L;

            await().atMost(PATIENCE)
                    .until(() -> told.stream().anyMatch(each -> each.frame() instanceof Frame.Receipt receipt
                            && receipt.read() == 20));
            assertThat(last).isPositive();
            assertThat(told.stream().filter(each -> each.frame() instanceof Frame.Message)).hasSize(20);
            assertThat(told.stream().filter(each -> each.frame() instanceof Frame.Receipt).map(Update::sequence))
                    .doesNotHaveDuplicates();
            watching.close();
        }
    }

    /**
     * The projection stands still at one event, and more are behind it than a rebuild leaves for its last step. What is
     * built must not take them: their listeners would never hear of them.
     */
    @Test
    void whatIsBuiltNeverOvertakesWhatIsLive() throws InterruptedException {
        int behind = MORE_THAN_THE_LAST_STEP;
        CountDownLatch goOn = new CountDownLatch(1);
        Slow slow = new Slow("conversation", goOn);
        script.open("talk", Kind.group, "ann", "bob");
        log.append(script.take());
        try (QuerySide room = new QuerySide(log, List.of(slow), "--ovation.data=" + data)) {
            awaitAll(room);
            List<Update> told = new CopyOnWriteArrayList<>();
            SubscriptionQueryResult<Update, Update> watching = watch(room, 2 * behind);
            watching.updates().subscribe(told::add);
            slow.stops = true;
            script.send("talk", "ann", "first");
            log.append(script.take());
            assertThat(slow.reached.await(30, TimeUnit.SECONDS)).isTrue();
            for (int i = 0; i < behind; i++) {
                script.send("talk", "ann", "text " + i);
            }
            // of a receipt, the documents tell
            log.append(script.read("talk", "bob", behind).take());

            order(room, "conversation");
            EventProcessor live = room.bean(EventProcessingConfiguration.class)
                    .eventProcessor("conversation")
                    .orElseThrow();
            // what is built is as far as it gets before its last step, for which the projection is stopped
            await().atMost(PATIENCE).until(() -> !live.isRunning());
            goOn.countDown();

            await().atMost(PATIENCE).until(() -> !isBuilding(room, "conversation"));
            awaitAll(room);
            assertThat(generations("conversation")).contains("1.2");
            assertThat(told.stream().filter(each -> each.frame() instanceof Frame.Receipt receipt
                            && receipt.read() == behind))
                    .as("told of what was read behind the event")
                    .hasSize(1);
            watching.close();
        } finally {
            goOn.countDown();
        }
    }

    @Test
    void anEventThatWasDroppedStaysDroppedWhenAllIsBuiltAnew() throws IOException {
        script.open("talk", Kind.group, "ann").send("talk", "ann", "one").edit("talk", 1, Refusing.BAD);
        script.send("talk", "ann", "two").open("other", Kind.group, "ann").send("other", "ann", "one");
        script.edit("other", 1, Refusing.BAD);
        log.append(script.take());
        try (QuerySide room = refusing()) {
            String talk = letters(room).getFirst();
            drop(room, talk);
            assertThat(letters(room)).hasSize(1).doesNotContain(talk);
            HistoryPage before = history(room);
            assertThat(before.messages()).hasSize(2);

            rebuild(room, "conversation");

            assertThat(generations("conversation")).contains("1.2");
            assertThat(letters(room)).as("what was not dropped is refused again").hasSize(1).doesNotContain(talk);
            assertThat(history(room)).isEqualTo(before);
            rebuild(room, "conversation");
            assertThat(letters(room)).as("and again").hasSize(1).doesNotContain(talk);
        }
        Path conversation = data.resolve("documents").resolve("conversation");
        Files.move(conversation.resolve("1.3"), conversation.resolve("0.4"));
        // the one before, which is read for a minute more
        Files.move(conversation.resolve("1.2"), conversation.resolve("0.3"));
        Files.writeString(conversation.resolve("current"), "0.4");
        try (QuerySide room = refusing()) {
            assertThat(generations("conversation")).contains("1.1");
            assertThat(letters(room)).as("another version").hasSize(1);
            assertThat(history(room).messages()).hasSize(2);
        }
        try (QuerySide room = refusing()) {
            assertThat(letters(room)).as("after a start").hasSize(1);
            assertThat(history(room).messages()).hasSize(2);
        }
    }

    @Test
    void anEventThatIsDroppedWhileAllIsBuiltAnewIsLeftOutThereToo() throws InterruptedException {
        CountDownLatch goOn = new CountDownLatch(1);
        Slow slow = new Slow("rebuild", goOn);
        script.open("talk", Kind.group, "ann").send("talk", "ann", "one").edit("talk", 1, Refusing.BAD);
        script.send("talk", "ann", "two").open("other", Kind.group, "ann");
        for (int i = 0; i < MORE_THAN_THE_LAST_STEP; i++) {
            script.send("other", "ann", "text");
        }
        log.append(script.take());
        try (QuerySide room = new QuerySide(log, List.of(new Refusing(), slow), "--ovation.data=" + data)) {
            awaitAll(room);
            slow.at = Script.id("other");
            slow.stops = true;
            order(room, "conversation");
            assertThat(slow.reached.await(30, TimeUnit.SECONDS))
                    .as("it has put the event aside")
                    .isTrue();

            drop(room, letters(room).getFirst());
            goOn.countDown();

            await().atMost(PATIENCE).until(() -> !isBuilding(room, "conversation"));
            awaitAll(room);
            assertThat(generations("conversation")).contains("1.2");
            assertThat(letters(room)).isEmpty();
            assertThat(history(room).messages()).hasSize(2);
        } finally {
            goOn.countDown();
        }
    }

    @Test
    void documentsOfAnotherVersionAreReplacedOnceTheNewOnesHaveCaughtUp() throws IOException {
        happen(new Random(3), 300);
        try (QuerySide room = start()) {
            awaitAll(room);
        }
        Path conversation = data.resolve("documents").resolve("conversation");
        Files.move(conversation.resolve("1.1"), conversation.resolve("0.4"));
        Files.writeString(conversation.resolve("current"), "0.4");
        try (QuerySide room = start()) {
            awaitAll(room);
            assertThat(history(room).lastSeq()).isPositive();
            await().atMost(PATIENCE).until(() -> generations("conversation").equals(List.of("1.1")));
            assertThat(Files.readString(conversation.resolve("current"))).isEqualTo("1.1");
        }
    }

    @Test
    void aVersionThatHasNotCaughtUpLeavesTheOneBeforeAsItWas() throws IOException {
        happen(new Random(3), 300);
        try (QuerySide room = start()) {
            awaitAll(room);
        }
        Path conversation = data.resolve("documents").resolve("conversation");
        Files.move(conversation.resolve("1.1"), conversation.resolve("0.4"));
        Files.writeString(conversation.resolve("current"), "0.4");
        NativeLibrary.load(EmbeddedHome.NATIVE);
        try (RocksOptions options = new RocksOptions(64L << 20);
                Generations begun =
                        Generations.open(conversation, 1, options, reactor.core.scheduler.Schedulers.immediate())) {
            assertThat(begun.place("conversation")).isNull();
        }
        assertThat(Files.readString(conversation.resolve("current"))).isEqualTo("0.4");
        try (RocksOptions options = new RocksOptions(64L << 20);
                Generations old =
                        Generations.open(conversation, 0, options, reactor.core.scheduler.Schedulers.immediate())) {
            assertThat(old.place("conversation")).as("who goes back to it").isNotNull();
        }
        assertThat(generations("conversation")).containsExactly("0.4");
    }

    private QuerySide start() {
        return new QuerySide(log, "--ovation.data=" + data, "--ovation.history.batch-size=200");
    }

    private QuerySide refusing() {
        QuerySide room = new QuerySide(log, List.of(new Refusing()), "--ovation.data=" + data);
        awaitAll(room);
        return room;
    }

    /** As an admin does: the order is in the log before it is carried out. */
    private void drop(QuerySide room, String letter) {
        log.append(List.of(new GenericDomainEventMessage<>(
                "DeadLetterOrders",
                ProjectionCommand.OfDeadLetter.target(letter),
                0,
                new DeadLetterDropOrdered(letter, "eve", Instant.EPOCH))));
        room.queries().query(new DropDeadLetter(letter), Done.class).join();
    }

    private static List<String> letters(QuerySide room) {
        return room
                .queries()
                .query(new FindDeadLetters(), DeadLettersView.class)
                .join()
                .deadLetters()
                .stream()
                .map(DeadLetterView::deadLetterId)
                .toList();
    }

    private static SubscriptionQueryResult<Update, Update> watch(QuerySide room, int mostWaiting) {
        return room.queries()
                .subscriptionQuery(
                        WatchTopic.class.getName(),
                        new WatchTopic(Topic.conversation(Script.id("talk"))),
                        ResponseTypes.instanceOf(Update.class),
                        ResponseTypes.instanceOf(Update.class),
                        mostWaiting);
    }

    private void happen(Random random, int times) {
        if (log.events().isEmpty()) {
            script.open("talk", Kind.group, "ann", "bob", "cleo").open("two", Kind.direct, "ann", "bob");
        }
        for (int i = 0; i < times; i++) {
            String conversation = random.nextBoolean() ? "talk" : "two";
            String user = random.nextBoolean() ? "ann" : "bob";
            switch (random.nextInt(6)) {
                case 0 -> script.read(conversation, user, 1 + random.nextInt(50));
                case 1 -> script.rename("talk", "Title " + i);
                case 2 -> like(user);
                default -> script.send(conversation, user, "text " + i);
            }
        }
        List<DomainEventMessage<?>> all = new ArrayList<>(script.take());
        all.addAll(likes);
        likes.clear();
        log.append(all);
    }

    private void like(String user) {
        String id = java.util.UUID.randomUUID().toString();
        likes.add(new GenericDomainEventMessage<>(
                "Reaction",
                id,
                0,
                new Liked(new Target.OfContent(id), "like", user, "eve", null, Instant.EPOCH)));
    }

    private static void order(QuerySide room, String projection) {
        room.queries().query(new RebuildProjection(projection), Done.class).join();
    }

    private void rebuild(QuerySide room, String projection) {
        order(room, projection);
        await().atMost(PATIENCE).until(() -> !isBuilding(room, projection));
    }

    private static boolean isBuilding(QuerySide room, String projection) {
        return view(room, projection).building() != null;
    }

    private static ProjectionView view(QuerySide room, String projection) {
        return room
                .queries()
                .query(new FindProjections(), ProjectionsView.class)
                .join()
                .projections()
                .stream()
                .filter(each -> each.name().equals(projection))
                .findAny()
                .orElseThrow();
    }

    private static void awaitAll(QuerySide room) {
        await().atMost(PATIENCE)
                .until(() -> room.queries()
                        .query(new FindProjections(), ProjectionsView.class)
                        .join()
                        .projections()
                        .stream()
                        .allMatch(each -> each.lag() == 0 && each.building() == null));
    }

    private static HistoryPage history(QuerySide room) {
        return room.queries()
                .query(new FindHistory(Script.id("talk"), new Caller("ann", false), null, null, 9), HistoryPage.class)
                .join();
    }

    private static Map<String, List<Document>> dump(QuerySide room, String projection) {
        return ((Generations) room.bean(DocumentHome.class).store(projection)).live().all("");
    }

    private List<String> generations(String projection) {
        return names(data.resolve("documents").resolve(projection)).stream()
                .filter(name -> !name.equals("current"))
                .toList();
    }

    private static List<String> names(Path directory) {
        try (java.util.stream.Stream<Path> all = Files.list(directory)) {
            return all.map(each -> String.valueOf(each.getFileName())).sorted().toList();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (java.util.stream.Stream<Path> all = Files.walk(from)) {
            for (Path each : all.toList()) {
                Path there = to.resolve(from.relativize(each).toString());
                if (Files.isDirectory(each)) {
                    Files.createDirectories(there);
                } else {
                    Files.copy(each, there);
                }
            }
        }
    }

    /** Refuses one edit of each conversation. */
    @ProcessingGroup("conversation")
    static final class Refusing {
        static final String BAD = "bad";

        @EventHandler
        void on(MessageEdited event) {
            if (BAD.equals(event.body())) {
                throw new IllegalStateException("refused");
            }
        }
    }

    /** Holds threads of one kind up once it is asked to, at the first event that they take then. */
    @ProcessingGroup("conversation")
    static final class Slow {
        private final String thread;
        private final CountDownLatch goOn;
        private final CountDownLatch reached = new CountDownLatch(1);
        private volatile boolean stops;

        /** The conversation at whose events they stop; empty for any. */
        private volatile String at = "";

        /** @param thread how the threads' names begin */
        Slow(String thread, CountDownLatch goOn) {
            this.thread = thread;
            this.goOn = goOn;
        }

        @EventHandler
        void on(ConversationEvent event) throws InterruptedException {
            if (stops && event.conversationId().endsWith(at) && Thread.currentThread().getName().startsWith(thread)) {
                reached.countDown();
                goOn.await(30, TimeUnit.SECONDS);
            }
        }
    }
}
