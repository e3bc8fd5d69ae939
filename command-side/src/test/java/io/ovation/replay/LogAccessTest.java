package io.ovation.replay;

import java.time.Instant;
import java.util.List;

import io.ovation.Caller;
import io.ovation.replay.ReplayCommand.RecordAccess;
import io.ovation.replay.ReplayEvent.LogAccessed;
import io.ovation.replay.ReplayRejection.AnalystsOnly;
import org.axonframework.test.aggregate.AggregateTestFixture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LogAccessTest {
    private static final String ID = "018f0000-0000-7000-8000-000000000001";
    private static final Instant AT = Instant.parse("2026-01-02T03:04:05.678Z");
    private static final EventFilter FILTER = new EventFilter(AT, null, List.of("MessageSent"), null);
    private static final Caller ANN = new Caller("ann", false, true);

    private final AggregateTestFixture<LogAccess> fixture = new AggregateTestFixture<>(LogAccess.class);

    private static RecordAccess command(long events, @Nullable Instant endedAt, Caller by) {
        return new RecordAccess(ID, FILTER, true, 41, 1000L, events, 99L, AT, endedAt, by);
    }

    private static LogAccessed event(long events, @Nullable Instant endedAt) {
        return new LogAccessed(ID, "ann", FILTER, true, 41, 1000L, events, 99L, AT, endedAt);
    }

    @Test
    void anAccessThatIsOverIsRecorded() {
        fixture.givenNoPriorActivity().when(command(7, AT, ANN)).expectEvents(event(7, AT));
    }

    @Test
    void anAccessThatHasBegunIsRecordedWhenItEndsToo() {
        fixture.given(event(0, null)).when(command(7, AT, ANN)).expectEvents(event(7, AT));
    }

    @Test
    void theSameIsRecordedOnce() {
        fixture.given(event(0, null)).when(command(0, null, ANN)).expectNoEvents();
        fixture.given(event(0, null), event(7, AT)).when(command(7, AT, ANN)).expectNoEvents();
    }

    @Test
    void anAdminReadsToo() {
        fixture.givenNoPriorActivity()
                .when(command(7, AT, new Caller("ann", true)))
                .expectEvents(event(7, AT));
    }

    @Test
    void whoHasNoRoleReadsNothing() {
        fixture.givenNoPriorActivity()
                .when(command(7, AT, new Caller("ann", false)))
                .expectException(AnalystsOnly.class)
                .expectNoEvents();
    }
}
