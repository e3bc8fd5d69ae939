package io.ovation.reference;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The frames that every stream may have, whatever it tells. Immutable. */
enum Signal {
    START("StartFrame", "start", "The first frame of every stream: the place from which it goes on", true, List.of()),
    RESET("ResetFrame", "reset", "The cursor cannot be served: the stream goes on live", false, List.of()),
    RECONNECT(
            "ReconnectFrame",
            "reconnect",
            "The server is leaving: come back after so many milliseconds",
            false,
            List.of(Map.entry("after", 250))),
    ERROR(
            "ErrorFrame",
            "error",
            "The last frame of an SSE stream that the server ends; over RSocket it is the error frame's Problem",
            false,
            List.of(Map.entry("code", "rate_limited"), Map.entry("detail", "slow_consumer")));

    private final String schema;
    private final String type;
    private final String meaning;
    private final boolean cursor;
    private final List<Map.Entry<String, Object>> fields;

    Signal(String schema, String type, String meaning, boolean cursor, List<Map.Entry<String, Object>> fields) {
        this.schema = schema;
        this.type = type;
        this.meaning = meaning;
        this.cursor = cursor;
        this.fields = fields;
    }

    /** The name of its schema. */
    String schema() {
        return schema;
    }

    String meaning() {
        return meaning;
    }

    Map<String, Object> shape() {
        Map<String, Object> properties = new LinkedHashMap<>();
        fields.forEach(field -> properties.put(
                field.getKey(), Map.of("type", field.getValue() instanceof Integer ? "integer" : "string")));
        Map<String, Object> shape =
                Shapes.frame(type, cursor, properties, fields.stream().map(Map.Entry::getKey).toList());
        shape.put("description", meaning);
        return shape;
    }

    Map<String, Object> example() {
        Map<String, Object> example = new LinkedHashMap<>();
        example.put("type", type);
        if (cursor) {
            example.put("cursor", "AAAAAAAAAAE");
        }
        fields.forEach(field -> example.put(field.getKey(), field.getValue()));
        return example;
    }
}
