package io.ovation.replay;

import org.jspecify.annotations.Nullable;

/** A row of the log's table, as it stands there. */
@SuppressWarnings("ArrayRecordComponent") // copied into a line and forgotten
record StoredRow(
        long position,
        String eventId,
        String payloadType,
        @Nullable String revision,
        @Nullable String aggregateType,
        String aggregateId,
        long sequence,
        String timestamp,
        byte[] payload,
        byte @Nullable [] metadata) {}
