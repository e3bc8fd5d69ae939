package io.ovation.people;

import java.time.Instant;
import java.util.stream.IntStream;

import io.ovation.ValidationFailed;
import io.ovation.people.BlockCommand.BlockUser;
import io.ovation.people.BlockCommand.UnblockUser;
import io.ovation.people.BlockEvent.UserBlocked;
import io.ovation.people.BlockEvent.UserUnblocked;
import io.ovation.people.BlockRejection.TooManyBlocks;
import org.axonframework.test.aggregate.AggregateTestFixture;
import org.axonframework.test.aggregate.TestExecutor;
import org.junit.jupiter.api.Test;

class BlocksTest {
    private static final Instant AT = Instant.parse("2026-01-02T03:04:05.678Z");

    private static TestExecutor<Blocks> given(Object... events) {
        return new AggregateTestFixture<>(Blocks.class).given(events);
    }

    private static BlockUser block(String blocked) {
        return new BlockUser("ada", blocked, AT.plusSeconds(1));
    }

    private static UnblockUser unblock(String blocked) {
        return new UnblockUser("ada", blocked, AT.plusSeconds(1));
    }

    private static UserBlocked blocked(String user) {
        return new UserBlocked("ada", user, AT);
    }

    private static UserUnblocked unblocked(String user) {
        return new UserUnblocked("ada", user, AT);
    }

    @Test
    void aBlockIsRecordedOnceAndAgainAfterItWasEnded() {
        UserBlocked recorded = new UserBlocked("ada", "bob", AT.plusSeconds(1));
        given().when(block("bob")).expectEvents(recorded);
        given(blocked("bob")).when(block("bob")).expectNoEvents().expectSuccessfulHandlerExecution();
        given(blocked("eve")).when(block("bob")).expectEvents(recorded);
        given(blocked("bob"), unblocked("bob")).when(block("bob")).expectEvents(recorded);
    }

    @Test
    void endingABlockThatIsNotThereRecordsNothing() {
        given(blocked("bob")).when(unblock("bob")).expectEvents(new UserUnblocked("ada", "bob", AT.plusSeconds(1)));
        given(blocked("bob"), unblocked("bob"))
                .when(unblock("bob"))
                .expectNoEvents()
                .expectSuccessfulHandlerExecution();
        given(blocked("eve")).when(unblock("bob")).expectNoEvents().expectSuccessfulHandlerExecution();
        given().when(unblock("bob")).expectNoEvents().expectSuccessfulHandlerExecution();
    }

    @Test
    void nobodyBlocksThemselves() {
        given().when(block("ada")).expectException(ValidationFailed.class).expectNoEvents();
    }

    @Test
    void thereAreOnlySoManyBlocksAtATime() {
        Object[] full = IntStream.range(0, Blocks.LIMIT)
                .mapToObj(i -> blocked("user " + i))
                .toArray();
        given(full).when(block("bob")).expectException(TooManyBlocks.class).expectNoEvents();
        given(full).when(block("user 7")).expectNoEvents().expectSuccessfulHandlerExecution();
        given(full).andGiven(unblocked("user 7")).when(block("bob")).expectSuccessfulHandlerExecution();
    }
}
