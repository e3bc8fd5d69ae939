package io.ovation.people;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import io.ovation.cluster.Nodes;
import io.ovation.commands.KnownFromLog;
import io.ovation.eventstore.RecordedAggregates;
import io.ovation.people.BlockEvent.UserBlocked;
import io.ovation.people.BlockEvent.UserUnblocked;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.eventsourcing.eventstore.EventStore;

/** Whom users block, as the log has it. For any number of threads; may block. */
final class BlocksFromLog implements Blocking {
    private final EventStore eventStore;
    private final RecordedAggregates aggregates;
    private final KnownFromLog<Set<String>> known;

    BlocksFromLog(EventStore eventStore, RecordedAggregates aggregates, Nodes nodes) {
        this.eventStore = eventStore;
        this.aggregates = aggregates;
        this.known = new KnownFromLog<>(eventStore, nodes, BlocksFromLog::changes, this::fromLog);
    }

    @Override
    public boolean anyBlocks(Collection<String> users, String one) {
        Collection<String> ids = users.stream().map(BlockCommand::blocksId).toList();
        // of the thousands of a group, most have never blocked anybody: one question tells who has
        Collection<String> ofThose = ids.size() > 1 ? aggregates.among(ids) : ids;
        return ofThose.stream().anyMatch(id -> known.find(id).orElseThrow().contains(one));
    }

    private static Optional<String> changes(EventMessage<?> event) {
        return event.getPayload() instanceof BlockEvent block
                ? Optional.of(BlockCommand.blocksId(block.user()))
                : Optional.empty();
    }

    /** That nobody is blocked is remembered, too: it is nearly always so. From the latest snapshot on. */
    private Optional<Set<String>> fromLog(String blocksId) {
        Set<String> blocked = new HashSet<>();
        if (!aggregates.among(List.of(blocksId)).isEmpty()) {
            eventStore.readEvents(blocksId).asStream().forEach(event -> {
                switch (event.getPayload()) {
                    case Blocks snapshot -> blocked.addAll(snapshot.users());
                    case UserBlocked added -> blocked.add(added.blocked());
                    case UserUnblocked removed -> blocked.remove(removed.blocked());
                    default -> throw new IllegalStateException("An event of another aggregate: " + event);
                }
            });
        }
        return Optional.of(Set.copyOf(blocked));
    }
}
