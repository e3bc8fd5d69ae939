package io.ovation.eventstore;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.ovation.content.Target;
import org.axonframework.serialization.Serializer;
import org.axonframework.serialization.jackson3.Jackson3Serializer;
import org.axonframework.serialization.jackson3.Jackson3SerializerCustomizer;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;

/**
 * How events, snapshots and metadata are written: only what is said, in the order of the record's fields; and read:
 * what is not known is passed over.
 */
public final class EventJson {
    private EventJson() {}

    static Jackson3SerializerCustomizer shape() {
        return json -> json.disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
                .changeDefaultPropertyInclusion(inclusion -> inclusion.withValueInclusion(JsonInclude.Include.NON_NULL))
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .addMixIn(Target.class, TargetJson.class);
    }

    /** A target says first what it is; the language itself knows nothing of JSON. */
    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
    @JsonSubTypes({
        @JsonSubTypes.Type(value = Target.OfContent.class, name = "content"),
        @JsonSubTypes.Type(value = Target.OfComment.class, name = "comment"),
        @JsonSubTypes.Type(value = Target.OfMessage.class, name = "message")
    })
    private interface TargetJson {}

    /** The same serializer as the server's, for those who read logs without one. */
    public static Serializer serializer() {
        return Jackson3Serializer.builder().jsonMapperBuilderCustomizer(shape()).build();
    }
}
