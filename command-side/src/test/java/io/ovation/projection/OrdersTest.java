package io.ovation.projection;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

import io.ovation.Caller;
import io.ovation.eventstore.EventJson;
import io.ovation.projection.ProjectionCommand.OrderDeadLetterDrop;
import io.ovation.projection.ProjectionCommand.OrderDeadLetterRetry;
import io.ovation.projection.ProjectionCommand.OrderRebuild;
import io.ovation.projection.ProjectionEvent.DeadLetterDropOrdered;
import io.ovation.projection.ProjectionEvent.DeadLetterRetryOrdered;
import io.ovation.projection.ProjectionEvent.RebuildOrdered;
import io.ovation.projection.ProjectionRejection.AdminsOnly;
import org.axonframework.serialization.Serializer;
import org.axonframework.serialization.SimpleSerializedObject;
import org.axonframework.test.aggregate.AggregateTestFixture;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class OrdersTest {
    private static final Instant AT = Instant.parse("2026-01-02T03:04:05.678Z");
    private static final Caller ADMIN = new Caller("ada", true);
    private static final DeadLetterRetryOrdered RETRY = new DeadLetterRetryOrdered("e1", "ada", AT);
    private static final DeadLetterDropOrdered DROP = new DeadLetterDropOrdered("e1", "ada", AT);
    private static final RebuildOrdered REBUILD = new RebuildOrdered("inbox", "ada", AT);
    private static final Serializer JSON = EventJson.serializer();

    private final AggregateTestFixture<DeadLetterOrders> fixture = new AggregateTestFixture<>(DeadLetterOrders.class);
    private final AggregateTestFixture<RebuildOrders> rebuilds = new AggregateTestFixture<>(RebuildOrders.class);

    @Test
    void whatAnAdminOrdersIsRecordedEachTime() {
        fixture.givenNoPriorActivity().when(new OrderDeadLetterRetry("e1", AT, ADMIN)).expectEvents(RETRY);
        fixture.given(RETRY).when(new OrderDeadLetterRetry("e1", AT, ADMIN)).expectEvents(RETRY);
        fixture.given(RETRY).when(new OrderDeadLetterDrop("e1", AT, ADMIN)).expectEvents(DROP);
        rebuilds.givenNoPriorActivity().when(new OrderRebuild("inbox", AT, ADMIN)).expectEvents(REBUILD);
        rebuilds.given(REBUILD).when(new OrderRebuild("inbox", AT, ADMIN)).expectEvents(REBUILD);
    }

    @Test
    void nobodyElseOrdersAnything() {
        Caller analyst = new Caller("eve", false, true);
        fixture.givenNoPriorActivity()
                .when(new OrderDeadLetterRetry("e1", AT, analyst))
                .expectException(AdminsOnly.class)
                .expectNoEvents();
        fixture.givenNoPriorActivity()
                .when(new OrderDeadLetterDrop("e1", AT, analyst))
                .expectException(AdminsOnly.class)
                .expectNoEvents();
        rebuilds.givenNoPriorActivity()
                .when(new OrderRebuild("inbox", AT, analyst))
                .expectException(AdminsOnly.class)
                .expectNoEvents();
    }

    @Test
    void theEventsAreWrittenAndReadAsApproved() throws IOException {
        isAsApproved(RETRY);
        isAsApproved(DROP);
        isAsApproved(REBUILD);
    }

    private static void isAsApproved(ProjectionEvent event) throws IOException {
        Path file = Path.of("src/test/resources/events/" + event.getClass().getSimpleName() + ".1.json");
        String approved = Files.readString(file).strip();
        assertThat(new String(JSON.serialize(event, byte[].class).getData(), StandardCharsets.UTF_8))
                .isEqualTo(approved);
        Object read = JSON.deserialize(new SimpleSerializedObject<>(
                approved.getBytes(StandardCharsets.UTF_8),
                byte[].class,
                event.getClass().getName(),
                "1"));
        assertThat(read).isEqualTo(event);
    }
}
