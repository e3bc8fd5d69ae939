package io.ovation.client;

import java.util.LinkedHashMap;
import java.util.Map;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/** A draft that is sent again is the same one, to the last byte: the server compares. */
class DraftTest {
    @Test
    void theDataKeepsItsOrderAndItsNullsAndIsACopy() {
        Map<String, Object> data = new LinkedHashMap<>();
        for (String key : "zulu yankee xray whiskey victor uniform tango sierra romeo alpha".split(" ", -1)) {
            data.put(key, key.length());
        }
        data.put("none", null);
        String expected = new JsonMapper().writeValueAsString(data);

        Draft draft = Draft.of("Hello").withData(data);
        data.clear();

        assertThat(new JsonMapper().writeValueAsString(draft.data()))
                .isEqualTo(expected)
                .startsWith("{\"zulu\":4,\"yankee\":6,")
                .endsWith(",\"none\":null}");
    }
}
