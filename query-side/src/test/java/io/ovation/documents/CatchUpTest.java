package io.ovation.documents;

import java.time.Duration;
import java.util.List;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.ovation.TestLog;
import org.axonframework.eventhandling.GenericDomainEventMessage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.springframework.boot.health.contributor.Status;
import reactor.test.scheduler.VirtualTimeScheduler;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

/** What an operator is told of a start: it must not speak of a rebuild where none is. */
class CatchUpTest {
    private static final int EVENTS = 10;

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final TestLog log = new TestLog();
    private final Positions positions = new Positions(List.of("one", "other"));
    private final Logger logger = (Logger) LoggerFactory.getLogger(CatchUp.class);
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final CatchUp catchUp = new CatchUp(log, positions, new NoDocuments(), time);

    @BeforeEach
    void listen() {
        lines.start();
        logger.setLevel(Level.INFO);
        logger.addAppender(lines);
        for (int i = 0; i < EVENTS; i++) {
            log.append(List.of(new GenericDomainEventMessage<>("test", "aggregate", i, "event")));
        }
    }

    @AfterEach
    void listenNoMore() {
        catchUp.stop();
        logger.detachAppender(lines);
        logger.setLevel(null);
        time.dispose();
    }

    @Test
    void whereNothingIsToBeReadNothingIsSaidAlsoIfThatIsKnownLater() {
        catchUp.start();
        time.advanceTimeBy(Duration.ofSeconds(3));
        positions.all().forEach(each -> each.begin(EVENTS - 1, EVENTS - 1));
        time.advanceTimeBy(Duration.ofSeconds(3));

        assertThat(isReady()).isTrue();
        assertThat(said()).isEmpty();
    }

    @Test
    void whatIsReadAgainIsCounted() {
        catchUp.start();
        positions.of("one").begin(EVENTS - 1, EVENTS - 1);
        positions.of("other").begin(5, EVENTS - 1);
        time.advanceTimeBy(Duration.ofSeconds(1));
        positions.of("other").advance(EVENTS - 1);
        time.advanceTimeBy(Duration.ofSeconds(1));

        assertThat(isReady()).isTrue();
        assertThat(said())
                .hasSize(2)
                .satisfies(all -> assertThat(all.getFirst()).startsWith("Rebuilding the history: 0 % of 4 events"))
                .satisfies(all -> assertThat(all.getLast()).startsWith("The history is rebuilt: 4 events in "));
    }

    private boolean isReady() {
        return requireNonNull(catchUp.health().block()).getStatus().equals(Status.UP);
    }

    private List<String> said() {
        return lines.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }
}
