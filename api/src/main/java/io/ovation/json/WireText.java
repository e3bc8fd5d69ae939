package io.ovation.json;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.SerializableString;
import tools.jackson.core.io.CharacterEscapes;
import tools.jackson.core.io.SerializedString;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonFactoryBuilder;
import tools.jackson.databind.JacksonModule;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.std.StdSerializer;

/**
 * How text and times stand in every answer and every frame, whichever mapper writes them. It has no state that changes,
 * and any thread may use it.
 */
public final class WireText {
    private static final DateTimeFormatter MILLIS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    private WireText() {}

    /** A factory whose generators escape what ends a line for some who read JSON line by line, or as JavaScript. */
    public static JsonFactoryBuilder factory() {
        return JsonFactory.builder().characterEscapes(new LineEnds());
    }

    /** Times with three digits of fraction, also at a full second, so that their text sorts as they do. */
    public static JacksonModule times() {
        return new SimpleModule("times").addSerializer(new Times());
    }

    /** The text of a time, as it stands everywhere. */
    public static String of(Instant time) {
        return MILLIS.format(time);
    }

    private static final class Times extends StdSerializer<Instant> {
        Times() {
            super(Instant.class);
        }

        @Override
        public void serialize(Instant time, JsonGenerator json, SerializationContext context) {
            json.writeString(of(time));
        }
    }

    private static final class LineEnds extends CharacterEscapes {
        private static final long serialVersionUID = 1L;
        private static final SerializableString NEXT_LINE = new SerializedString("\\u0085");
        private static final SerializableString LINE = new SerializedString("\\u2028");
        private static final SerializableString PARAGRAPH = new SerializedString("\\u2029");
        private static final int[] ASCII = CharacterEscapes.standardAsciiEscapesForJSON();

        @Override
        public int[] getEscapeCodesForAscii() {
            return ASCII;
        }

        @Override
        public @Nullable SerializableString getEscapeSequence(int character) {
            return switch (character) {
                case 0x85 -> NEXT_LINE;
                case 0x2028 -> LINE;
                case 0x2029 -> PARAGRAPH;
                default -> null;
            };
        }
    }
}
