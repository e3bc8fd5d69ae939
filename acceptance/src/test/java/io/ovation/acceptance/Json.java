package io.ovation.acceptance;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** JSON, written and read plainly. */
final class Json {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private Json() {}

    /** An object of names and values in turn; the values may be texts, numbers, booleans, lists or null. */
    static ObjectNode object(Object... namesAndValues) {
        ObjectNode object = MAPPER.createObjectNode();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            object.set((String) namesAndValues[i], MAPPER.<JsonNode>valueToTree(namesAndValues[i + 1]));
        }
        return object;
    }

    static JsonNode parse(String text) {
        return MAPPER.readTree(text);
    }
}
