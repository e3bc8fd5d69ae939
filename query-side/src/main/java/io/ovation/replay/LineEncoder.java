package io.ovation.replay;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

import io.ovation.replay.ReplayQuery.EventLine;
import org.axonframework.eventhandling.GenericDomainEventEntry;
import org.axonframework.eventhandling.GlobalSequenceTrackingToken;
import org.axonframework.eventhandling.TrackedDomainEventData;
import org.axonframework.serialization.Serializer;
import org.axonframework.serialization.upcasting.event.EventUpcaster;
import org.axonframework.serialization.upcasting.event.EventUpcasterChain;
import org.axonframework.serialization.upcasting.event.InitialEventRepresentation;
import org.axonframework.serialization.upcasting.event.IntermediateEventRepresentation;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.io.JsonStringEncoder;

/**
 * Makes lines of rows: the stored JSON is copied, not read into objects. What cannot be copied, or is of a type that
 * this version does not know, is given as it is stored, in Base64, and marked {@code "undecodable":true}; the
 * latter {@code "unknown":true}, too.
 */
final class LineEncoder {
    private static final Logger log = LoggerFactory.getLogger(LineEncoder.class);
    private static final byte[] NOTHING = {'{', '}'};

    private final EventTypes types;
    private final Serializer serializer;
    private final List<EventUpcaster> upcasters;

    LineEncoder(EventTypes types, Serializer serializer, List<EventUpcaster> upcasters) {
        this.types = types;
        this.serializer = serializer;
        this.upcasters = List.copyOf(upcasters);
    }

    /** Gives the lines of a row: one, unless an upcaster makes none or several of it. */
    void encode(StoredRow row, Consumer<EventLine> lines) {
        if (upcasters.isEmpty()) {
            lines.accept(line(row));
            return;
        }
        List<StoredRow> upcasted;
        try {
            upcasted = upcast(row);
        } catch (RuntimeException e) {
            log.warn(
                    "The event at position {} can't be upcasted, and is given as it is stored: {}",
                    row.position(),
                    e.toString());
            lines.accept(raw(row));
            return;
        }
        upcasted.forEach(each -> lines.accept(line(each)));
    }

    private List<StoredRow> upcast(StoredRow row) {
        var stored = new TrackedDomainEventData<>(
                new GlobalSequenceTrackingToken(row.position()),
                new GenericDomainEventEntry<>(
                        row.aggregateType(),
                        row.aggregateId(),
                        row.sequence(),
                        row.eventId(),
                        row.timestamp(),
                        row.payloadType(),
                        row.revision(),
                        row.payload(),
                        row.metadata()));
        return new EventUpcasterChain(upcasters)
                .upcast(Stream.of(new InitialEventRepresentation(stored, serializer)))
                .map(event -> row(row, event))
                .toList();
    }

    private StoredRow row(StoredRow stored, IntermediateEventRepresentation event) {
        byte[] metadata = event.getMetaData().isDeserialized()
                ? serializer
                        .serialize(event.getMetaData().getObject(), byte[].class)
                        .getData()
                : stored.metadata();
        return new StoredRow(
                stored.position(),
                stored.eventId(),
                event.getType().getName(),
                event.getType().getRevision(),
                stored.aggregateType(),
                stored.aggregateId(),
                stored.sequence(),
                stored.timestamp(),
                event.getData(byte[].class).getData(),
                metadata);
    }

    private EventLine line(StoredRow row) {
        EventTypes.Type type = types.of(row.payloadType());
        byte[] metadata = row.metadata() == null ? NOTHING : row.metadata();
        if (!type.known() || !JsonText.fitInLine(row.payload()) || !JsonText.fitInLine(metadata)) {
            return raw(row);
        }
        Line line = head(row, type);
        line.write(",\"payload\":").write(row.payload());
        line.write(",\"metadata\":").write(metadata);
        return line.end(row.position());
    }

    private EventLine raw(StoredRow row) {
        EventTypes.Type type = types.of(row.payloadType());
        Line line = head(row, type);
        if (!type.known()) {
            line.write(",\"unknown\":true");
        }
        line.write(",\"undecodable\":true,\"raw\":").base64(row.payload());
        byte[] metadata = row.metadata();
        if (metadata == null || JsonText.fitInLine(metadata)) {
            line.write(",\"metadata\":").write(metadata == null ? NOTHING : metadata);
        } else {
            line.write(",\"rawMetadata\":").base64(metadata);
        }
        return line.end(row.position());
    }

    private static Line head(StoredRow row, EventTypes.Type type) {
        Line line = new Line(320 + row.payload().length + (row.metadata() == null ? 0 : row.metadata().length));
        line.write("{\"position\":").write(Long.toString(row.position()));
        line.write(",\"eventId\":").text(row.eventId());
        line.write(",\"type\":").text(type.name());
        line.optional(",\"revision\":", row.revision());
        line.optional(",\"aggregateType\":", row.aggregateType());
        line.write(",\"aggregateId\":").text(row.aggregateId());
        line.write(",\"sequence\":").write(Long.toString(row.sequence()));
        line.write(",\"timestamp\":").text(row.timestamp());
        return line;
    }

    private static final class Line extends ByteArrayOutputStream {
        Line(int size) {
            super(size);
        }

        /** What is JSON already, ASCII. */
        @SuppressWarnings("deprecation") // the one way to copy ASCII without an array between
        Line write(String json) {
            int length = json.length();
            if (count + length > buf.length) {
                writeBytes(json.getBytes(StandardCharsets.ISO_8859_1));
                return this;
            }
            json.getBytes(0, length, buf, count);
            count += length;
            return this;
        }

        @Override
        public void write(byte[] json) {
            write(json, 0, json.length);
        }

        Line text(String text) {
            write('"');
            if (isPlain(text)) {
                write(text);
            } else {
                write(JsonStringEncoder.getInstance().quoteAsUTF8(text));
            }
            write('"');
            return this;
        }

        Line optional(String name, @Nullable String text) {
            return text == null ? this : write(name).text(text);
        }

        Line base64(byte[] bytes) {
            write('"');
            write(Base64.getEncoder().encode(bytes));
            write('"');
            return this;
        }

        EventLine end(long position) {
            write('}');
            return new EventLine(position, JsonText.escaped(toByteArray()));
        }

        private static boolean isPlain(String text) {
            for (int i = 0; i < text.length(); i++) {
                char c = text.charAt(i);
                if (c < ' ' || c > '~' || c == '"' || c == '\\') {
                    return false;
                }
            }
            return true;
        }
    }
}
