package io.ovation.live;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import io.ovation.Caller;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.test.scheduler.VirtualTimeScheduler;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/** How many watch, on a clock that the test moves. */
class AudienceTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final JsonMapper JSON = new JsonMapper();

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final ScriptedTopic topic = new ScriptedTopic();
    private final Watches watches = new Watches(topic, time, Runnable::run, 8, 4096, Topic::hasAudience);
    private final List<Client> clients = new ArrayList<>();

    @AfterEach
    void everythingIsFreed() {
        clients.forEach(Client::leave);
        assertThat(watches.topics()).isZero();
        assertThat(topic.open()).isZero();
        assertThat(watches.present(ScriptedTopic.TOPIC, 200)).isEqualTo(new Watches.Present(0, List.of()));
    }

    private final class Client {
        private final List<JsonNode> frames = new ArrayList<>();
        private final Disposable stream;

        Client(Standing standing) {
            stream = watches.watch(ScriptedTopic.TOPIC, null, standing)
                    .map(frame -> JSON.readTree(frame.json()))
                    .subscribe(frames::add);
            topic.decide();
        }

        List<Long> told() {
            return frames.stream()
                    .filter(frame -> frame.path("type").asString().equals("audience"))
                    .map(frame -> frame.path("watching").asLong())
                    .toList();
        }

        void leave() {
            stream.dispose();
        }
    }

    private Client watch(String user) {
        return watch(Standing.of(new Caller(user, false)));
    }

    private Client watch(Standing connection) {
        Client client = new Client(connection);
        clients.add(client);
        return client;
    }

    private Watches.Present present() {
        return watches.present(ScriptedTopic.TOPIC, 200);
    }

    @Test
    void theFirstOneIsToldAtOnceAndWhoComesLaterWithinASecond() {
        Client ada = watch("ada");
        assertThat(ada.told()).containsExactly(1L);
        Client bob = watch("bob");
        assertThat(bob.told()).as("how it was told last").containsExactly(1L);
        time.advanceTimeBy(SECOND);
        assertThat(ada.told()).containsExactly(1L, 2L);
        assertThat(bob.told()).containsExactly(1L, 2L);
        assertThat(present().users()).containsExactlyInAnyOrder("ada", "bob");
    }

    @Test
    void twoStreamsOfOneConnectionCountOnceAndTwoConnectionsOfOneUserTwice() {
        Standing connection = Standing.of(new Caller("ada", false));
        Client first = watch(connection);
        Client second = watch(connection);
        assertThat(present()).isEqualTo(new Watches.Present(1, List.of("ada")));
        watch("ada");
        assertThat(present()).isEqualTo(new Watches.Present(2, List.of("ada")));
        first.leave();
        assertThat(present().connections()).isEqualTo(2);
        second.leave();
        assertThat(present().connections()).isEqualTo(1);
    }

    @Test
    void whoIsNotLetInDoesNotCount() {
        Client ada = watch("ada");
        watches.watch(ScriptedTopic.TOPIC, null, new Caller("bob", false))
                .onErrorComplete()
                .subscribe();
        time.advanceTimeBy(SECOND);
        assertThat(present().connections()).isEqualTo(1);
        topic.refuse(new IllegalStateException("refused"));
        topic.decide();
        topic.refuse(null);
        time.advanceTimeBy(SECOND);
        assertThat(ada.told()).containsExactly(1L);
    }

    @Test
    void tenThousandAreCountedAndNumberedExactlyWithinTwoSecondsOfComingAndOfLeaving() {
        Client ada = watch("ada");
        List<Client> others = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            others.add(watch("user " + i));
        }
        assertThat(present().connections()).isEqualTo(10_001);
        assertThat(present().users()).hasSize(200).doesNotHaveDuplicates();
        time.advanceTimeBy(SECOND.multipliedBy(2));
        assertThat(ada.told()).containsExactly(1L, 10_001L);
        assertThat(others).allSatisfy(other -> assertThat(other.told()).hasSizeLessThanOrEqualTo(2)
                .endsWith(10_001L));

        others.forEach(Client::leave);
        assertThat(present()).isEqualTo(new Watches.Present(1, List.of("ada")));
        time.advanceTimeBy(SECOND.multipliedBy(2));
        assertThat(ada.told()).as("the first change after a quiet second is told at once")
                .containsExactly(1L, 10_001L, 10_000L, 1L);
    }

    @Test
    void thousandsWhoComeAndGoAreToldOnceASecondAndTheLastNumberIsExact() {
        Client ada = watch("ada");
        Random random = new Random(7);
        List<Client> others = new ArrayList<>();
        for (int step = 0; step < 10_000; step++) {
            if (others.isEmpty() || random.nextInt(3) > 0) {
                others.add(watch("user " + step % 300));
            } else {
                others.remove(random.nextInt(others.size())).leave();
            }
            if (step % 10 == 0) {
                time.advanceTimeBy(Duration.ofMillis(1));
            }
        }
        assertThat(present().connections()).isEqualTo(1 + others.size());
        assertThat(present().users()).hasSize(200).doesNotHaveDuplicates();
        time.advanceTimeBy(SECOND);
        assertThat(ada.told()).hasSize(3).endsWith(1L + others.size());
    }
}
