package io.ovation.replay;

import java.time.Instant;

import com.github.f4b6a3.uuid.UuidCreator;
import io.ovation.Caller;
import io.ovation.replay.ReplayCommand.RecordAccess;
import org.jspecify.annotations.Nullable;

/** One reading of the log on its way to a client, counted as it goes. One thread at a time counts; any may ask. */
final class Access {
    private final String id = UuidCreator.getTimeOrderedEpoch().toString();
    private final Wanted wanted;
    private final boolean follow;
    private final long after;
    private final Caller by;
    private final Instant startedAt;
    private volatile long events;
    private volatile long last = -1;

    Access(Wanted wanted, boolean follow, long after, Caller by, Instant startedAt) {
        this.wanted = wanted;
        this.follow = follow;
        this.after = after;
        this.by = by;
        this.startedAt = startedAt;
    }

    /** Events were handed to the connection, up to this position. */
    @SuppressWarnings("NonAtomicOperationOnVolatileField") // one thread at a time
    void gave(int count, long position) {
        events += count;
        last = position;
    }

    /** What is recorded of it when it begins. */
    RecordAccess begun() {
        return record(null);
    }

    /** What is recorded of it when it is over. */
    RecordAccess ended(Instant at) {
        return record(at);
    }

    private RecordAccess record(@Nullable Instant endedAt) {
        return new RecordAccess(
                id,
                wanted.filter(),
                follow,
                after,
                wanted.limit(),
                events,
                last < 0 ? null : last,
                startedAt,
                endedAt,
                by);
    }
}
