package io.ovation.content;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.ovation.eventstore.EventShape;
import tools.jackson.databind.json.JsonMapper;

/** A target says first what it is; the language itself knows nothing of JSON. */
public final class TargetShape implements EventShape {
    @Override
    public void addTo(JsonMapper.Builder json) {
        json.addMixIn(Target.class, TargetJson.class);
    }

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
    @JsonSubTypes({
        @JsonSubTypes.Type(value = Target.OfContent.class, name = "content"),
        @JsonSubTypes.Type(value = Target.OfComment.class, name = "comment"),
        @JsonSubTypes.Type(value = Target.OfMessage.class, name = "message")
    })
    private interface TargetJson {}
}
