package io.ovation.eventstore;

import java.util.Collection;
import java.util.Set;

/** Tells of many aggregates at once which there are. */
@FunctionalInterface
public interface RecordedAggregates {
    /**
     * Those of the ids that have durable events. Blocks for one indexed read: to be called on a command's thread only.
     */
    Set<String> among(Collection<String> aggregateIds);
}
