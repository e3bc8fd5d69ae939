package io.ovation.eventstore;

import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.eventhandling.EventUtils;
import org.axonframework.serialization.SerializedObject;
import org.axonframework.serialization.Serializer;
import org.jspecify.annotations.Nullable;

import static org.axonframework.common.DateTimeUtils.formatInstant;

/**
 * One row of {@code domainevententry}, ready to be written, beside the message that it was made of.
 *
 * <p>Made on the command's own thread, so that the committer only writes.
 */
@SuppressWarnings("ArrayRecordComponent") // handed to the driver as it is, never compared
record StoredEvent(
        DomainEventMessage<?> message,
        String aggregateIdentifier,
        long sequenceNumber,
        @Nullable String type,
        String eventIdentifier,
        byte[] metaData,
        byte[] payload,
        @Nullable String payloadRevision,
        String payloadType,
        String timestamp) {

    static StoredEvent of(EventMessage<?> event, Serializer serializer) {
        DomainEventMessage<?> message = asDomainEvent(event);
        SerializedObject<byte[]> payload = message.serializePayload(serializer, byte[].class);
        SerializedObject<byte[]> metaData = message.serializeMetaData(serializer, byte[].class);
        return new StoredEvent(
                message,
                message.getAggregateIdentifier(),
                message.getSequenceNumber(),
                message.getType(),
                message.getIdentifier(),
                metaData.getData(),
                payload.getData(),
                payload.getType().getRevision(),
                payload.getType().getName(),
                formatInstant(message.getTimestamp()));
    }

    /**
     * Axon's own convention for an event without an aggregate: its identifier stands for the aggregate's, at sequence
     * 0.
     */
    private static DomainEventMessage<?> asDomainEvent(EventMessage<?> event) {
        return EventUtils.asDomainEventMessage(event);
    }

    int size() {
        return payload.length + metaData.length;
    }
}
