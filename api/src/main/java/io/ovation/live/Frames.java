package io.ovation.live;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Predicate;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.ovation.json.WireData;
import io.ovation.json.WireText;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;

/** Frames as JSON. */
final class Frames {
    static final WireFrame RESET = stateless("{\"type\":\"reset\"}");

    private static final ObjectWriter WRITER = JsonMapper.builder(WireText.factory().build())
            .addModule(WireText.times())
            .addModule(WireData.module())
            .changeDefaultPropertyInclusion(inclusion -> inclusion.withValueInclusion(JsonInclude.Include.NON_NULL))
            .build()
            .writerFor(Envelope.class);

    private static final ObjectWriter TEXT =
            JsonMapper.builder(WireText.factory().build()).build().writerFor(String.class);

    private static final String TYPE = "{\"type\":\"";

    private Frames() {}

    private record Envelope(
            String type,
            @Nullable String cursor,
            @JsonUnwrapped Frame frame) {}

    /** @param redactions tells whether the text of an entry may still be shown */
    static TopicFrame of(Update update, Cursors cursors, Redactions redactions) {
        Frame frame = update.frame();
        if (frame instanceof Frame.Gone) {
            return new TopicFrame(update.sequence(), null, TopicFrame.EVERYBODY);
        }
        if (frame instanceof Frame.State state) {
            return new TopicFrame(TopicFrame.NO_PLACE, of(state), TopicFrame.NOBODY);
        }
        String cursor = cursors.of(update.sequence());
        byte[] json = encode(frame, cursor);
        WireFrame encoded = frame instanceof Frame.WithText text && text.redacted() == null
                ? new WireFrame(cursor, json, () -> redactions.has(text.seq())
                        ? new WireFrame(cursor, encode(text.withoutText(), cursor))
                        : null)
                : new WireFrame(cursor, json);
        return new TopicFrame(update.sequence(), encoded, asksAgain(update));
    }

    /** Who may not watch the topic any more, perhaps, after an update. */
    private static Predicate<String> asksAgain(Update update) {
        return switch (update.frame()) {
            case Frame.Member member when Boolean.TRUE.equals(member.removed()) -> member.user()::equals;
            case Frame.ContentRetracted retracted
            when update.topic().equals(Topic.content(retracted.contentId())) -> TopicFrame.EVERYBODY;
            default -> TopicFrame.NOBODY;
        };
    }

    static WireFrame of(Frame.State state) {
        return new WireFrame(null, encode(state, null));
    }

    private static byte[] encode(Frame frame, @Nullable String cursor) {
        return WRITER.writeValueAsBytes(new Envelope(frame.type(), cursor, frame));
    }

    /** The first frame of every stream. */
    static WireFrame start(String cursor) {
        return new WireFrame(cursor, WRITER.writeValueAsBytes(new Envelope("start", cursor, new Frame.Gone())));
    }

    /** A member of a JSON object, with the comma before it. */
    static byte[] member(String name, String text) {
        byte[] value = TEXT.writeValueAsBytes(text);
        byte[] before = (",\"" + name + "\":").getBytes(StandardCharsets.UTF_8);
        byte[] member = Arrays.copyOf(before, before.length + value.length);
        System.arraycopy(value, 0, member, before.length, value.length);
        return member;
    }

    /**
     * The same frame with a member more and another cursor, both behind its type. Every frame begins with its type, and
     * then its cursor where it has one.
     */
    static WireFrame of(WireFrame frame, byte[] member, @Nullable String cursor) {
        byte[] json = frame.json();
        int typed = TYPE.length();
        while (json[typed] != '"') {
            typed++;
        }
        typed++;
        int rest = typed + (frame.cursor() == null ? 0 : member("cursor", frame.cursor()).length);
        byte[] own = cursor == null ? new byte[0] : member("cursor", cursor);
        ByteBuffer combined = ByteBuffer.allocate(json.length - rest + typed + member.length + own.length);
        combined.put(json, 0, typed).put(member).put(own).put(json, rest, json.length - rest);
        return new WireFrame(cursor, combined.array(), frame.instead() == null ? null : () -> {
            WireFrame now = frame.asOfNow();
            return now == frame ? null : of(now, member, cursor);
        });
    }

    static WireFrame reconnect(long afterMillis) {
        byte[] json = ("{\"type\":\"reconnect\",\"after\":" + afterMillis + "}").getBytes(StandardCharsets.UTF_8);
        return new WireFrame(null, json, null, afterMillis, Map.of());
    }

    private static WireFrame stateless(String json) {
        return new WireFrame(null, json.getBytes(StandardCharsets.UTF_8));
    }
}
