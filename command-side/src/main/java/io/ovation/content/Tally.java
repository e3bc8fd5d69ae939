package io.ovation.content;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import org.axonframework.eventsourcing.EventSourcingHandler;
import org.axonframework.modelling.command.AggregateIdentifier;
import org.axonframework.serialization.Revision;
import org.axonframework.spring.stereotype.Aggregate;
import org.jspecify.annotations.Nullable;

import static org.axonframework.modelling.command.AggregateLifecycle.apply;

/**
 * All that was counted of one kind for one target, window by window. A snapshot is this object as JSON; a change of its
 * shape is a new revision.
 */
@Aggregate(cache = "tallyCache", snapshotTriggerDefinition = "snapshotTrigger", lockFactory = "aggregateLock")
@Revision("1")
@JsonAutoDetect(
        fieldVisibility = Visibility.ANY,
        getterVisibility = Visibility.NONE,
        isGetterVisibility = Visibility.NONE)
@SuppressWarnings("NullAway.Init") // Axon makes it empty; its first event fills it
class Tally {
    @AggregateIdentifier
    private String tallyId;

    private @Nullable String lastWindow;

    Tally() {}

    /** Records a window, once: the latest is known here, and older ones the store turns down by their identifier. */
    void record(TallyRecorded counted) {
        if (!counted.window().equals(lastWindow)) {
            apply(counted);
        }
    }

    @EventSourcingHandler
    void on(TallyRecorded event) {
        tallyId = TallyRecorded.tallyId(event.target(), event.kind());
        lastWindow = event.window();
    }
}
