package io.ovation.client;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

import io.rsocket.Payload;
import io.rsocket.RSocket;
import io.rsocket.core.RSocketServer;
import io.rsocket.exceptions.ApplicationErrorException;
import io.rsocket.transport.netty.server.CloseableChannel;
import io.rsocket.transport.netty.server.WebsocketServerTransport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What an attempt leaves for the next one, which is each request's own. */
@Timeout(30)
class AttemptsTest {
    private static final String ROOM = "01990000-0000-7000-8000-000000000001";
    private static final String UNKNOWN = "{\"code\":\"unavailable\",\"detail\":\"Late\",\"outcome\":\"unknown\"}";
    private static final String NOT_FOUND = "{\"code\":\"not_found\",\"detail\":\"It is not there\"}";
    private static final String CUT = "";

    private final List<String> answers = new CopyOnWriteArrayList<>();
    private final CloseableChannel server = RSocketServer.create((setup, peer) -> Mono.just(new Scripted(peer)))
            .bindNow(WebsocketServerTransport.create("127.0.0.1", 0));
    private final ServerAddress address =
            ServerAddress.parse("http://127.0.0.1:" + server.address().getPort());
    private final OvationClient client = new OvationClient(address, Mono.just("token"));

    @AfterEach
    void close() {
        VirtualTimeScheduler.reset();
        client.close();
        server.dispose();
    }

    @Test
    void whatFailsForTheFirstTimeWaitsBrieflyHoweverOftenOthersFailed() {
        VirtualTimeScheduler time = VirtualTimeScheduler.getOrSet();
        Connection connection = new Connection(address, Mono.just("token"), Clock.systemUTC());
        RequestRejected busy = new RequestRejected("unavailable", "Later", Duration.ZERO);
        for (int i = 0; i < 20; i++) {
            Attempts others = new Attempts(connection);
            for (int n = 0; n < 10; n++) {
                others.pauseAfter(busy).subscribe();
            }
            CompletableFuture<Long> own =
                    new Attempts(connection).pauseAfter(busy).toFuture();
            time.advanceTimeBy(Duration.ofMillis(500));
            assertThat(own).isCompleted();
        }
    }

    @Test
    void whatIsGoneAfterAnAttemptWhoseAnswerWasLostWasTakenAwayByIt() {
        Conversation tea = client.conversation(ROOM);
        for (Mono<Void> undone : List.of(
                tea.remove("ada"), tea.unban("ada"), tea.unmute("ada"), client.content(ROOM).retract())) {
            answers.addAll(List.of(CUT, NOT_FOUND));
            undone.block();
            answers.addAll(List.of(UNKNOWN, NOT_FOUND));
            undone.block();
            assertThat(answers).isEmpty();
        }
    }

    @Test
    void whatIsNotThereAtTheFirstAttemptIsAnError() {
        answers.add(NOT_FOUND);
        assertNotFound(client.conversation(ROOM).remove("ada"));

        // nothing was recorded of the first one
        answers.addAll(List.of("{\"code\":\"unavailable\",\"detail\":\"Busy\"}", NOT_FOUND));
        assertNotFound(client.conversation(ROOM).remove("ada"));

        // what adds is not done because something else is not there
        answers.addAll(List.of(CUT, NOT_FOUND));
        assertNotFound(client.conversation(ROOM).add("ada", null));
    }

    @Test
    void aConnectionThatIsRefusedAfterALostAnswerSaysNothingAboutIt() {
        int[] calls = {0};
        RequestRejected moved = new RequestRejected("not_found", "Here is no Ovation server", Duration.ZERO);
        try (OvationClient other = new OvationClient(
                address, Mono.defer(() -> calls[0]++ == 0 ? Mono.just("token") : Mono.error(moved)))) {
            answers.add(CUT);
            assertNotFound(other.conversation(ROOM).remove("ada"));
        }
    }

    private static void assertNotFound(Mono<Void> asked) {
        assertThatThrownBy(asked::block)
                .isInstanceOfSatisfying(RequestRejected.class, rejected -> assertThat(rejected.code())
                        .isEqualTo("not_found"));
    }

    /** Answers with the next one of the errors, or cuts the connection instead. */
    private final class Scripted implements RSocket {
        private final RSocket peer;

        Scripted(RSocket peer) {
            this.peer = peer;
        }

        @Override
        public Mono<Payload> requestResponse(Payload payload) {
            String answer = answers.removeFirst();
            if (answer.equals(CUT)) {
                peer.dispose();
                return Mono.never();
            }
            return Mono.error(new ApplicationErrorException(answer));
        }
    }
}
