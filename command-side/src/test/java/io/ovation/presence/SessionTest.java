package io.ovation.presence;

import java.time.Instant;

import io.ovation.commands.SecondTry;
import io.ovation.presence.SessionCommand.CloseSession;
import io.ovation.presence.SessionCommand.OpenSession;
import io.ovation.presence.SessionEvent.SessionClosed;
import io.ovation.presence.SessionEvent.SessionOpened;
import io.ovation.presence.SessionRejection.SessionNotFound;
import io.ovation.presence.SessionRejection.SessionTaken;
import org.axonframework.messaging.MetaData;
import org.axonframework.modelling.command.AggregateNotFoundException;
import org.axonframework.test.aggregate.AggregateTestFixture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class SessionTest {
    private static final String ID = "018f0000-0000-7000-8000-000000000001";
    private static final Instant AT = Instant.parse("2026-01-02T03:04:05.678Z");
    private static final Instant LATER = AT.plusSeconds(60);
    private static final SessionOpened OPENED = new SessionOpened(ID, "ada", "node", AT);

    private AggregateTestFixture<Session> fixture;

    @BeforeEach
    void aFixture() {
        fixture = new AggregateTestFixture<>(Session.class);
        fixture.registerAnnotatedCommandHandler(new OpenSessionHandler(fixture.getRepository()));
    }

    @Test
    void aSessionOpens() {
        fixture.givenNoPriorActivity()
                .when(new OpenSession(ID, "ada", "node", AT))
                .expectEvents(OPENED)
                .expectSuccessfulHandlerExecution();
    }

    @Test
    void saidAgainItRecordsNothing() {
        fixture.given(OPENED)
                .when(new OpenSession(ID, "ada", "node", LATER), MetaData.with(SecondTry.KEY, true))
                .expectNoEvents()
                .expectSuccessfulHandlerExecution();
    }

    @Test
    void theIdOfAnotherSessionIsTaken() {
        fixture.given(OPENED)
                .when(new OpenSession(ID, "bob", "node", LATER), MetaData.with(SecondTry.KEY, true))
                .expectException(SessionTaken.class)
                .expectNoEvents();
        aFixture();
        fixture.given(OPENED)
                .when(new OpenSession(ID, "ada", "other", LATER), MetaData.with(SecondTry.KEY, true))
                .expectException(SessionTaken.class)
                .expectNoEvents();
    }

    @Test
    void aSessionClosesForAReason() {
        for (CloseReason reason : CloseReason.values()) {
            aFixture();
            fixture.given(OPENED)
                    .when(new CloseSession(ID, reason, LATER))
                    .expectEvents(new SessionClosed(ID, "ada", "node", reason, LATER))
                    .expectSuccessfulHandlerExecution();
        }
    }

    @Test
    void itClosesOnce() {
        fixture.given(OPENED, new SessionClosed(ID, "ada", "node", CloseReason.left, LATER))
                .when(new CloseSession(ID, CloseReason.stopped, LATER.plusSeconds(1)))
                .expectNoEvents()
                .expectSuccessfulHandlerExecution();
    }

    @Test
    void closedItDoesNotOpenAgain() {
        fixture.given(OPENED, new SessionClosed(ID, "ada", "node", CloseReason.left, LATER))
                .when(new OpenSession(ID, "ada", "node", LATER), MetaData.with(SecondTry.KEY, true))
                .expectNoEvents();
    }

    @Test
    void whatNeverOpenedIsNotFound() {
        CloseSession close = new CloseSession(ID, CloseReason.left, LATER);
        fixture.givenNoPriorActivity()
                .when(close)
                .expectException(AggregateNotFoundException.class)
                .expectNoEvents();
        assertThat(close.whenMissing()).isInstanceOf(SessionNotFound.class);
    }
}
