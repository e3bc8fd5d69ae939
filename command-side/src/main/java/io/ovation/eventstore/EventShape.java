package io.ovation.eventstore;

import tools.jackson.databind.json.JsonMapper;

/** How a context writes a type of its own that JSON cannot tell by itself. */
@FunctionalInterface
public interface EventShape {
    void addTo(JsonMapper.Builder json);
}
