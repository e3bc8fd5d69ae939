package io.ovation.content;

import io.ovation.eventstore.RecordedEvents;
import org.axonframework.messaging.GenericMessage;
import org.axonframework.messaging.ResultMessage;
import org.axonframework.messaging.unitofwork.DefaultUnitOfWork;
import org.axonframework.modelling.command.ConcurrencyException;
import org.axonframework.modelling.command.Repository;

/**
 * Records what was counted. Not by way of the command bus, which ends before the last flush; so it also takes no place
 * of those who wait there. Blocks until it is durable; for any number of threads.
 */
final class TallyRecorder {
    private static final int TRIES = 10;

    private final Repository<Tally> tallies;
    private final RecordedEvents recorded;

    TallyRecorder(Repository<Tally> tallies, RecordedEvents recorded) {
        this.tallies = tallies;
        this.recorded = recorded;
    }

    /**
     * Records one target's window, unless it is recorded already.
     *
     * @throws io.ovation.Unavailable if it certainly was not recorded; after any other exception {@link #isRecorded}
     *     tells
     */
    void record(TallyRecorded counted) {
        for (int tried = 1; ; tried++) {
            try {
                append(counted);
                return;
            } catch (ConcurrencyException taken) {
                // this very window, or the place in the tally, by another node
                if (isRecorded(counted)) {
                    return;
                }
                if (tried == TRIES) {
                    throw taken;
                }
            }
        }
    }

    /** Whether this window of the target stands in the log; throws if that can't be read. */
    boolean isRecorded(TallyRecorded counted) {
        return recorded.find(counted.uniqueId()).isPresent();
    }

    private void append(TallyRecorded counted) {
        ResultMessage<Object> result = DefaultUnitOfWork.startAndGet(new GenericMessage<>(counted))
                .executeWithResult(() -> {
                    tallies.loadOrCreate(TallyRecorded.tallyId(counted.target(), counted.kind()), Tally::new)
                            .execute(tally -> tally.record(counted));
                    return null;
                });
        if (result.isExceptional()) {
            throw result.exceptionResult() instanceof RuntimeException failure
                    ? failure
                    : new IllegalStateException("The tally was not recorded", result.exceptionResult());
        }
    }
}
