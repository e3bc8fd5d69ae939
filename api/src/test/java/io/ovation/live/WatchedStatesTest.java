package io.ovation.live;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

import io.ovation.Caller;
import io.ovation.conversation.ConversationRejection.ConversationNotFound;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.test.scheduler.VirtualTimeScheduler;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/** What a watcher is told of states: in virtual time, one step at a time. */
class WatchedStatesTest {
    private static final Caller ADA = new Caller("ada", false);
    private static final Caller BOB = new Caller("bob", false);
    private static final JsonMapper JSON = new JsonMapper();
    private static final Duration TYPING = Duration.ofSeconds(5);

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final ScriptedTopic topic = new ScriptedTopic();
    private final Watches watches = new Watches(topic, time, Runnable::run, 8, 4096);
    private final List<Client> clients = new ArrayList<>();

    @AfterEach
    void everythingIsFreed() {
        clients.forEach(BaseSubscriber::cancel);
        assertThat(watches.topics()).isZero();
        assertThat(topic.open()).isZero();
    }

    /** A client that asks for frames when the test says so. */
    private static final class Client extends BaseSubscriber<WireFrame> {
        private final List<JsonNode> seen = new ArrayList<>();
        private final List<byte[]> encoded = new ArrayList<>();
        private @Nullable Throwable failure;

        @Override
        protected void hookOnSubscribe(Subscription subscription) {
            // the test asks
        }

        @Override
        protected void hookOnNext(WireFrame frame) {
            encoded.add(frame.json());
            seen.add(JSON.readTree(frame.json()));
        }

        @Override
        protected void hookOnError(Throwable reason) {
            failure = reason;
        }

        List<String> types() {
            return seen.stream().map(frame -> frame.path("type").asString()).toList();
        }

        List<Long> likes() {
            return seen.stream()
                    .filter(frame -> frame.path("type").asString().equals("counters"))
                    .map(frame -> frame.path("likes").asLong())
                    .toList();
        }
    }

    private Client open(Caller caller, long demand) {
        Client client = new Client();
        clients.add(client);
        watches.watch(ScriptedTopic.TOPIC, null, caller).subscribe(client);
        client.request(demand);
        topic.decide();
        return client;
    }

    private static Frame.Counters likes(long likes) {
        return new Frame.Counters("c", 0, likes, 0, 0);
    }

    private void like(long likes) {
        topic.state(likes(likes), likes);
        topic.tellAll();
    }

    @Test
    void theCurrentStatesComeRightAfterTheStart() {
        topic.append();
        like(7);
        topic.state(new Frame.Receipt("c", "bob", 3, 2), 9);
        Client client = open(ADA, Long.MAX_VALUE);
        assertThat(client.seen.stream().map(JsonNode::toString))
                .containsExactly(
                        "{\"type\":\"start\",\"cursor\":\"" + topic.cursor(0) + "\"}",
                        "{\"type\":\"counters\",\"contentId\":\"c\",\"views\":0,\"likes\":7,\"applause\":0,"
                                + "\"comments\":0}",
                        "{\"type\":\"receipt\",\"conversationId\":\"c\",\"user\":\"bob\",\"delivered\":3,\"read\":2}");
    }

    @Test
    void ofTheReceiptsOfALargeGroupTheLatestAreToldAndEncodedOnceForAll() {
        open(BOB, Long.MAX_VALUE);
        for (int i = 0; i < 1_000; i++) {
            topic.state(new Frame.Receipt("c", "u" + i, i, i), i);
        }
        topic.tellAll();
        time.advanceTimeBy(Duration.ofSeconds(1));
        Client one = open(ADA, Long.MAX_VALUE);
        Client other = open(BOB, Long.MAX_VALUE);
        assertThat(one.seen.stream().skip(1).map(frame -> frame.path("read").asLong()))
                .containsExactlyElementsOf(
                        LongStream.range(800, 1_000).boxed().toList());
        assertThat(other.encoded).hasSize(201);
        for (int i = 1; i < 201; i++) {
            assertThat(other.encoded.get(i)).isSameAs(one.encoded.get(i));
        }
        topic.state(new Frame.Receipt("c", "u3", 1_000, 1_000), 1_000);
        topic.tellAll();
        assertThat(one.seen.getLast().path("user").asString()).isEqualTo("u3");
        assertThat(one.seen).hasSize(202);
        Client late = open(ADA, Long.MAX_VALUE);
        assertThat(late.encoded).hasSize(201);
        assertThat(late.encoded.get(1)).as("of what has not changed").isSameAs(one.encoded.get(2));
    }

    @Test
    void ofManyChangesAtMostTenASecondAreToldAndTheLastOneAlways() {
        like(1);
        Client client = open(ADA, Long.MAX_VALUE);
        for (int i = 2; i <= 1_001; i++) {
            like(i);
            time.advanceTimeBy(Duration.ofMillis(1));
        }
        time.advanceTimeBy(Duration.ofMillis(100));
        assertThat(client.likes()).hasSizeBetween(10, 13).isSorted().last().isEqualTo(1_001L);
    }

    @Test
    void aChangeAfterAPauseIsToldAtOnce() {
        like(1);
        Client client = open(ADA, Long.MAX_VALUE);
        like(2);
        assertThat(client.likes()).containsExactly(1L, 2L);
    }

    @Test
    void aWatcherThatDoesNotAskHasTheLatestWaitingAndNothingElse() {
        like(1);
        Client client = open(ADA, 1);
        for (int i = 2; i <= 50; i++) {
            like(i);
            time.advanceTimeBy(Duration.ofSeconds(1));
        }
        client.request(5);
        assertThat(client.likes()).containsExactly(1L, 50L);
    }

    @Test
    void whatWaitsInTheLogComesBeforeStates() {
        Client client = open(ADA, 1);
        topic.append();
        like(1);
        topic.append();
        topic.tellAll();
        client.request(5);
        assertThat(client.types()).containsExactly("start", "message-redacted", "message-redacted", "counters");
    }

    @Test
    void aStateThatCameWithTheAuthorisationIsNotToldAgainWhenTheBoardHasIt() {
        open(BOB, Long.MAX_VALUE);
        topic.state(likes(5), 5);
        Client client = open(ADA, Long.MAX_VALUE);
        topic.tellAll();
        assertThat(client.likes()).containsExactly(5L);
        time.advanceTimeBy(Duration.ofSeconds(1));
        like(6);
        assertThat(client.likes()).containsExactly(5L, 6L);
    }

    private static Frame.Reactions reactions(int message, long likes) {
        return new Frame.Reactions("m" + message, null, null, Map.of("like", likes));
    }

    @Test
    void reactionsAreToldOnlyAsTheyChangeAndThoseOfBeforeToWhoComesBack() {
        topic.append();
        Client first = open(ADA, Long.MAX_VALUE);
        topic.passing(reactions(1, 1), 5);
        topic.tellAll();
        time.advanceTimeBy(Duration.ofSeconds(1));
        Client late = open(BOB, Long.MAX_VALUE);
        String cursor = first.seen.getFirst().path("cursor").asString();
        Client back = new Client();
        clients.add(back);
        watches.watch(ScriptedTopic.TOPIC, cursor, BOB).subscribe(back);
        back.request(Long.MAX_VALUE);
        topic.decide();
        topic.read(10);
        topic.passing(reactions(2, 1), 6);
        topic.tellAll();

        assertThat(first.seen.stream().skip(1).map(frame -> frame.path("messageId").asString()))
                .containsExactly("m1", "m2");
        assertThat(late.seen.stream().skip(1).map(frame -> frame.path("messageId").asString()))
                .containsExactly("m2");
        assertThat(back.seen.stream().skip(1).map(frame -> frame.path("messageId").asString()))
                .containsExactly("m1", "m2");
        assertThat(back.seen.get(1).has("cursor")).isFalse();
    }

    @Test
    void aBoardIsAsLargeAsItMayBeHoweverMuchIsReactedTo() {
        Client client = open(ADA, 1);
        for (int i = 0; i < StateBoard.MOST + 5; i++) {
            topic.passing(reactions(i, 1), i);
            topic.tellAll();
        }
        time.advanceTimeBy(Duration.ofSeconds(1));
        client.request(Long.MAX_VALUE);
        assertThat(client.seen).hasSize(1 + StateBoard.MOST);
        assertThat(client.seen.getLast().path("messageId").asString()).isEqualTo("m" + (StateBoard.MOST + 4));
    }

    @Test
    void anOlderStateNeverComesAfterANewerOne() {
        Client client = open(ADA, Long.MAX_VALUE);
        like(2);
        time.advanceTimeBy(Duration.ofSeconds(1));
        topic.state(likes(1), 1);
        topic.tellAll();
        time.advanceTimeBy(Duration.ofSeconds(1));
        assertThat(client.likes()).containsExactly(2L);
    }

    @Test
    void whatWasLostWithADroppedSubscriptionIsAskedForWhenItIsMadeAnew() {
        like(1);
        Client client = open(ADA, Long.MAX_VALUE);
        topic.state(likes(2), 2);
        topic.drop();
        time.advanceTimeBy(Duration.ofSeconds(1));
        topic.read(1);
        assertThat(client.likes()).containsExactly(1L, 2L);
        assertThat(topic.subscriptions()).isEqualTo(2);
    }

    @Test
    void typingIsToldToOthersAgainWhileItGoesOnAndToLateComersUntilItIsOver() {
        Client writer = open(ADA, Long.MAX_VALUE);
        Client reader = open(BOB, Long.MAX_VALUE);
        watches.tell(ScriptedTopic.TOPIC, new Frame.Typing("c", "ada"), TYPING);
        time.advanceTimeBy(Duration.ofSeconds(3));
        watches.tell(ScriptedTopic.TOPIC, new Frame.Typing("c", "ada"), TYPING);
        assertThat(reader.types()).containsExactly("start", "typing", "typing");
        assertThat(writer.types()).as("nobody is told of oneself").containsExactly("start");
        time.advanceTimeBy(TYPING.minusMillis(1));
        assertThat(open(BOB, Long.MAX_VALUE).types()).containsExactly("start", "typing");
        time.advanceTimeBy(Duration.ofMillis(1));
        assertThat(open(BOB, Long.MAX_VALUE).types()).containsExactly("start");
    }

    @Test
    void whenWhatIsWatchedIsGoneEachWatcherIsAskedAboutAgain() {
        Client client = open(ADA, Long.MAX_VALUE);
        topic.refuse(new ConversationNotFound());
        topic.append(0, new Frame.Gone());
        topic.append();
        topic.tellAll();
        topic.decide();
        assertThat(client.types())
                .as("nothing is told of it, and nothing after it")
                .containsExactly("start");
        assertThat(client.failure).isInstanceOf(ConversationNotFound.class);
    }
}
