package io.ovation.people;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

import io.ovation.cluster.Nodes;
import io.ovation.people.BlockEvent.UserBlocked;
import io.ovation.people.BlockEvent.UserUnblocked;
import org.axonframework.eventhandling.GenericDomainEventMessage;
import org.axonframework.eventsourcing.eventstore.EmbeddedEventStore;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.axonframework.eventsourcing.eventstore.inmemory.InMemoryEventStorageEngine;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** A block is in force for all who ask once it is recorded. */
class BlocksFromLogTest {
    private static final Instant AT = Instant.parse("2026-01-02T03:04:05.678Z");

    private static final Nodes SEVERAL = new Nodes() {
        @Override
        public boolean several() {
            return true;
        }

        @Override
        public boolean decidesAlone(String aggregate) {
            return false;
        }
    };

    private final InMemoryEventStorageEngine log = new InMemoryEventStorageEngine();
    private final List<Collection<String>> asked = new ArrayList<>();
    private long sequence;

    private EventStore node() {
        return EmbeddedEventStore.builder().storageEngine(log).build();
    }

    private Blocking on(EventStore node, Nodes nodes) {
        return new BlocksFromLog(node, this::among, nodes);
    }

    private Set<String> among(Collection<String> ids) {
        asked.add(ids);
        return ids.stream()
                .filter(id -> log.readEvents(id, 0).hasNext())
                .collect(Collectors.toSet());
    }

    private void record(EventStore node, BlockEvent event) {
        node.publish(
                new GenericDomainEventMessage<>("Blocks", BlockCommand.blocksId(event.user()), sequence++, event));
    }

    @Test
    void whatThisNodeRecordsIsInForceAtOnce() {
        EventStore node = node();
        Blocking blocking = on(node, Nodes.ALONE);
        assertThat(blocking.anyBlocks(Set.of("ada"), "bob")).isFalse();

        record(node, new UserBlocked("ada", "bob", AT));
        assertThat(blocking.anyBlocks(Set.of("ada"), "bob")).isTrue();
        assertThat(blocking.anyBlocks(Set.of("ada"), "eve")).isFalse();
        assertThat(blocking.anyBlocks(Set.of("bob"), "ada")).isFalse();

        record(node, new UserUnblocked("ada", "bob", AT));
        assertThat(blocking.anyBlocks(Set.of("ada"), "bob")).isFalse();
    }

    @Test
    void whatAnotherNodeRecordsIsInForceAtOnce() {
        EventStore another = node();
        Blocking blocking = on(node(), SEVERAL);
        assertThat(blocking.anyBlocks(Set.of("ada"), "bob")).isFalse();

        record(another, new UserBlocked("ada", "bob", AT));
        assertThat(blocking.anyBlocks(Set.of("ada"), "bob")).isTrue();

        record(another, new UserUnblocked("ada", "bob", AT));
        assertThat(blocking.anyBlocks(Set.of("ada"), "bob")).isFalse();
    }

    @Test
    void ofManyOneQuestionTellsWhoHasEverBlockedAnybody() {
        EventStore node = node();
        Blocking blocking = on(node, Nodes.ALONE);
        record(node, new UserBlocked("ada", "bob", AT));

        assertThat(blocking.anyBlocks(List.of("cat", "dan", "ada", "eve"), "bob")).isTrue();
        assertThat(blocking.anyBlocks(List.of("cat", "dan", "eve"), "bob")).isFalse();
        assertThat(blocking.anyBlocks(List.of(), "bob")).isFalse();
        assertThat(asked).extracting(Collection::size).containsExactly(4, 1, 3);
    }

    @Test
    void thatNobodyIsBlockedIsRememberedToo() {
        Blocking blocking = on(node(), Nodes.ALONE);
        for (int i = 0; i < 3; i++) {
            assertThat(blocking.anyBlocks(Set.of("ada"), "bob")).isFalse();
        }
        assertThat(asked).hasSize(1);
    }
}
