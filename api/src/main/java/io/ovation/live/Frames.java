package io.ovation.live;

import java.nio.charset.StandardCharsets;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;

/** Frames as JSON. */
final class Frames {
    static final WireFrame HEARTBEAT = stateless("{\"type\":\"heartbeat\"}");
    static final WireFrame RESET = stateless("{\"type\":\"reset\"}");

    private static final ObjectWriter WRITER = JsonMapper.builder()
            .changeDefaultPropertyInclusion(inclusion -> inclusion.withValueInclusion(JsonInclude.Include.NON_NULL))
            .build()
            .writerFor(Envelope.class);

    private Frames() {}

    private record Envelope(String type, String cursor, @JsonUnwrapped Frame frame) {}

    static TopicFrame of(Update update, Cursors cursors) {
        String cursor = cursors.of(update.sequence());
        Frame frame = update.frame();
        byte[] json = WRITER.writeValueAsBytes(new Envelope(frame.type(), cursor, frame));
        boolean removal = frame instanceof Frame.Member member && Boolean.TRUE.equals(member.removed());
        return new TopicFrame(update.sequence(), new WireFrame(cursor, json), removal ? ((Frame.Member) frame).user() : null);
    }

    static WireFrame reconnect(long afterMillis) {
        return stateless("{\"type\":\"reconnect\",\"after\":" + afterMillis + "}");
    }

    private static WireFrame stateless(String json) {
        return new WireFrame(null, json.getBytes(StandardCharsets.UTF_8));
    }
}
