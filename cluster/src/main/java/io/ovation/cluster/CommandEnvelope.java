package io.ovation.cluster;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import io.ovation.Addressed;
import io.ovation.ErrorCode;
import io.ovation.Rejection;
import io.ovation.Rejection.FieldError;
import io.ovation.Unavailable;
import io.ovation.WrittenByNewer;
import org.axonframework.commandhandling.CommandMessage;
import org.axonframework.commandhandling.CommandResultMessage;
import org.axonframework.commandhandling.GenericCommandMessage;
import org.axonframework.messaging.GenericMessage;
import org.axonframework.messaging.MetaData;
import org.axonframework.serialization.SerializedObject;
import org.axonframework.serialization.Serializer;
import org.axonframework.serialization.SimpleSerializedObject;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import static org.axonframework.commandhandling.GenericCommandResultMessage.asCommandResultMessage;

/**
 * A command, and what became of it, as bytes between nodes. A peer has shown that it knows the cluster's secret; all
 * the same only our own types are made out of what it sends. For any number of threads.
 */
final class CommandEnvelope {
    private static final Logger LOG = LoggerFactory.getLogger(CommandEnvelope.class);
    private static final String OURS = "io.ovation.";
    private static final List<String> PLAIN = List.of("java.lang.", "java.util.UUID", "java.time.");
    private static final byte NOTHING = 0;
    private static final byte VALUE = 1;
    private static final byte REJECTED = 2;
    private static final byte FAILED = 3;
    private static final byte NOT_OPEN = 4;

    private final Serializer serializer;

    CommandEnvelope(Serializer serializer) {
        this.serializer = serializer;
    }

    byte[] command(CommandMessage<?> command) {
        return written(out -> {
            out.writeUTF(command.getIdentifier());
            out.writeUTF(command.getCommandName());
            object(out, command.serializePayload(serializer, byte[].class));
            object(out, command.serializeMetaData(serializer, byte[].class));
        });
    }

    CommandMessage<?> command(byte[] bytes, int offset, int length) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes, offset, length))) {
            String identifier = in.readUTF();
            String name = in.readUTF();
            Object payload = object(in);
            MetaData metaData = (MetaData) object(in, MetaData.class.getName());
            if (!(payload instanceof Addressed)) {
                throw new IllegalArgumentException("Nothing for another node: " + name);
            }
            return new GenericCommandMessage<>(new GenericMessage<>(identifier, payload, metaData), name);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    byte[] result(CommandResultMessage<?> result) {
        if (!result.isExceptional()) {
            Object value = result.getPayload();
            return written(out -> {
                out.writeByte(value == null ? NOTHING : VALUE);
                if (value != null) {
                    object(out, serializer.serialize(value, byte[].class));
                }
            });
        }
        Throwable failure = result.exceptionResult();
        if (failure instanceof WrittenByNewer) {
            return notOpen();
        }
        if (failure instanceof Rejection rejection) {
            return written(out -> rejection(out, rejection));
        }
        // what it is stays in the log of the node on which it happened
        LOG.error("A command of another node failed", failure);
        return written(out -> out.writeByte(FAILED));
    }

    /** What a node answers that takes no commands, for it starts or stops, or not this one. */
    byte[] notOpen() {
        return new byte[] {NOT_OPEN};
    }

    /**
     * A value or nothing, or a {@link Rejection} that is to be thrown.
     *
     * @throws NotOpen when the node does not take the command
     */
    CommandResultMessage<Object> result(byte[] bytes) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            return switch (in.readByte()) {
                case NOTHING -> nothing();
                case VALUE -> asCommandResultMessage(object(in));
                case REJECTED -> asCommandResultMessage(rejection(in));
                case NOT_OPEN -> throw new NotOpen();
                default -> asCommandResultMessage(new FailedElsewhere());
            };
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @SuppressWarnings("NullAway") // Axon takes null for a handler that answers nothing
    private static CommandResultMessage<Object> nothing() {
        return asCommandResultMessage((Object) null);
    }

    private static void rejection(DataOutputStream out, Rejection rejection) throws IOException {
        out.writeByte(REJECTED);
        out.writeUTF(rejection.code().name());
        out.writeUTF(rejection.detail());
        out.writeInt(rejection.retryAfter());
        out.writeBoolean(rejection.outcome() != null);
        Instant until = rejection.until();
        out.writeUTF(until == null ? "" : until.toString());
        out.writeInt(rejection.errors().size());
        for (FieldError error : rejection.errors()) {
            out.writeUTF(error.field());
            out.writeUTF(error.message());
        }
    }

    private static Rejection rejection(DataInputStream in) throws IOException {
        ErrorCode code = ErrorCode.valueOf(in.readUTF());
        String detail = in.readUTF();
        int retryAfter = in.readInt();
        boolean unknown = in.readBoolean();
        String until = in.readUTF();
        List<FieldError> errors = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
            errors.add(new FieldError(in.readUTF(), in.readUTF()));
        }
        if (code == ErrorCode.UNAVAILABLE) {
            return unknown
                    ? Unavailable.withUnknownOutcome(detail, retryAfter)
                    : new Unavailable(detail, retryAfter);
        }
        return new RejectedElsewhere(
                code, detail, errors, retryAfter, until.isEmpty() ? null : Instant.parse(until));
    }

    private static void object(DataOutputStream out, SerializedObject<byte[]> object) throws IOException {
        out.writeUTF(object.getType().getName());
        out.writeInt(object.getData().length);
        out.write(object.getData());
    }

    private Object object(DataInputStream in) throws IOException {
        return object(in, null);
    }

    private Object object(DataInputStream in, @Nullable String expected) throws IOException {
        String type = in.readUTF();
        boolean ours = type.equals(expected) || type.startsWith(OURS) || PLAIN.stream().anyMatch(type::startsWith);
        if (!ours) {
            throw new IllegalArgumentException("A type that no node sends: " + type);
        }
        byte[] data = in.readNBytes(in.readInt());
        return serializer.deserialize(new SimpleSerializedObject<>(data, byte[].class, type, null));
    }

    private static byte[] written(Writing writing) {
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
            writing.to(new DataOutputStream(bytes));
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes one thing. */
    @FunctionalInterface
    private interface Writing {
        void to(DataOutputStream out) throws IOException;
    }

    /** Another node turned the command down, as this one would have. */
    static final class RejectedElsewhere extends Rejection {
        private static final long serialVersionUID = 1L;

        private final transient List<FieldError> errors;
        private final int retryAfter;
        private final @Nullable Instant until;

        RejectedElsewhere(
                ErrorCode code, String detail, List<FieldError> errors, int retryAfter, @Nullable Instant until) {
            super(code, detail);
            this.errors = List.copyOf(errors);
            this.retryAfter = retryAfter;
            this.until = until;
        }

        @Override
        public List<FieldError> errors() {
            return errors;
        }

        @Override
        public int retryAfter() {
            return retryAfter;
        }

        @Override
        public @Nullable Instant until() {
            return until;
        }
    }

    /** The node does not take the command now; nothing was recorded. */
    static final class NotOpen extends RuntimeException {
        private static final long serialVersionUID = 1L;

        NotOpen() {
            super("The node does not take the command", null, false, false);
        }
    }

    /** A defect, whose cause stands in another node's log. */
    static final class FailedElsewhere extends RuntimeException {
        private static final long serialVersionUID = 1L;

        FailedElsewhere() {
            super("The command failed on another node", null, false, false);
        }
    }
}
