package io.ovation.demo;

import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.ovation.client.DevTokens;
import io.ovation.client.ServerAddress;
import io.ovation.demo.FakeServer.Recorded;
import io.ovation.demo.FakeServer.Trouble;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

@Timeout(60)
class PlayerTest {
    private static final String ROOM = "0192d3a0-0000-7000-8000-000000000001";
    private static final Pace AT_ONCE = new Pace.Even(Duration.ZERO);

    private final FakeServer server = new FakeServer();
    private final HttpClient http = HttpClient.newHttpClient();

    @AfterEach
    void stop() {
        server.close();
        http.close();
    }

    @Test
    void everyLineIsSaidOnceInOrderByItsSpeaker() throws InterruptedException {
        Outcome outcome = player(play(50, "Ada", "Bela", "Chidi"), false, AT_ONCE, new Quiet())
                .play();

        assertThat(outcome.complete()).isTrue();
        assertThat(outcome.unseen()).isZero();
        assertThat(bodies()).isEqualTo(texts(50));
        assertThat(server.recorded()).extracting(Recorded::sender).startsWith("Ada", "Bela", "Chidi", "Ada");
        assertThat(server.connected()).containsExactlyInAnyOrder("Ada", "Bela", "Chidi");
        assertThat(server.opened())
                .singleElement()
                .asString()
                .startsWith("Ada ")
                .contains("\"guest\"", "\"Bela\"", "\"channel\"");
    }

    @Test
    void aLineWhoseAnswerWasLostIsSaidOnce() throws InterruptedException {
        server.trouble(List.of(Trouble.CUT_AFTER, Trouble.CUT_BEFORE, Trouble.CUT_AFTER, Trouble.EXPIRED));
        List<String> troubles = new ArrayList<>();
        Stage stage = new Quiet() {
            @Override
            public void trouble(String what) {
                troubles.add(what);
            }
        };

        Outcome outcome = player(play(10, "Ada", "Bela"), false, AT_ONCE, stage).play();

        assertThat(outcome.complete()).isTrue();
        assertThat(bodies()).isEqualTo(texts(10));
        assertThat(troubles)
                .as("told once for each line in trouble")
                .singleElement()
                .asString()
                .contains("was lost");
    }

    @Test
    void aServerThatAsksToWaitIsWaitedFor() throws InterruptedException {
        server.trouble(List.of(Trouble.RATE_LIMITED));
        long begun = System.nanoTime();

        player(play(2, "Ada"), false, AT_ONCE, new Quiet()).play();

        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
        assertThat(bodies()).isEqualTo(texts(2));
    }

    @Test
    void anInterruptedPlayGoesOnWithoutRepeats() throws InterruptedException {
        CompletableFuture<Player> first = new CompletableFuture<>();
        first.complete(player(play(500, "Ada", "Bela"), false, AT_ONCE, new Quiet() {
            @Override
            public void said(int number, int total, String speaker, String body) {
                if (number == 250) {
                    first.join().stop();
                }
            }
        }));
        Outcome interrupted = first.join().play();
        assertThat(interrupted.complete()).isFalse();
        assertThat(interrupted.said()).isEqualTo(250);

        Outcome rest =
                player(play(500, "Ada", "Bela"), true, AT_ONCE, new Quiet()).play();

        assertThat(rest.complete()).isTrue();
        assertThat(rest.known()).isEqualTo(250);
        assertThat(rest.said()).isEqualTo(250);
        assertThat(bodies()).isEqualTo(texts(500));
        assertThat(player(play(500, "Ada", "Bela"), true, AT_ONCE, new Quiet())
                        .play()
                        .said())
                .isZero();
    }

    @Test
    void repliesAndMentionsAreThoseOfTheRoom() throws InterruptedException {
        Play play = new Play(
                "replies",
                false,
                List.of(Line.of("Ada", "one"), new Line("Bela", "two @Ada", Duration.ZERO, 0, List.of("Ada"))));

        player(play, false, AT_ONCE, new Quiet()).play();

        Recorded reply = server.recorded().get(1);
        assertThat(reply.body().path("replyTo").asString())
                .isEqualTo(server.recorded().getFirst().messageId());
        assertThat(reply.body().path("mentions").path(0).asString()).isEqualTo("Ada");
        assertThat(server.recorded().getFirst().body().has("replyTo")).isFalse();
    }

    @Test
    void aLargeCastIsLetInOneByOne() throws InterruptedException {
        player(play(80, Cast.of(80).toArray(String[]::new)), false, AT_ONCE, new Quiet())
                .play();

        // the opener and the guest are members too
        assertThat(server.added()).hasSize(80 - 1 + 1 - 60);
    }

    @Test
    void aLineLongerThanTheLimitIsSaidInParts() throws InterruptedException {
        String longer = "é".repeat(5_000);

        player(
                        new Play("long", false, List.of(Line.of("Ada", longer), Line.of("Ada", "short"))),
                        false,
                        AT_ONCE,
                        new Quiet())
                .play();

        assertThat(bodies()).hasSize(3);
        assertThat(String.join("", bodies().subList(0, 2))).isEqualTo(longer);
    }

    @Test
    void aRejectionEndsThePlayInOneLine() {
        assertThatThrownBy(() ->
                        player(play(1, "nobody"), false, AT_ONCE, new Quiet()).play())
                .isInstanceOf(DemoFailure.class)
                .hasMessage("Cannot open the room: Who is that? (unauthenticated)");
    }

    private List<String> bodies() {
        return server.recorded().stream()
                .map(message -> message.body().path("body").asString())
                .toList();
    }

    private static List<String> texts(int count) {
        return play(count, "x").lines().stream().map(Line::body).toList();
    }

    private static Play play(int count, String... cast) {
        List<Line> lines = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            lines.add(Line.of(cast[i % cast.length], "line — " + i));
        }
        return new Play("a play", false, lines);
    }

    private Player player(Play play, boolean mayExist, Pace pace, Stage stage) {
        ServerAddress address = server.address();
        return new Player(
                address,
                new DevTokens(http, address),
                play,
                new Room(ROOM, play.title(), "guest", mayExist),
                pace,
                stage);
    }

    private static class Quiet implements Stage {
        @Override
        public void opened(int known, int total) {
            assertThat(known).isLessThanOrEqualTo(total);
        }

        @Override
        public void said(int number, int total, String speaker, String body) {
            assertThat(number).isLessThanOrEqualTo(total);
        }

        @Override
        public void trouble(String what) {
            assertThat(what).isNotBlank();
        }
    }
}
