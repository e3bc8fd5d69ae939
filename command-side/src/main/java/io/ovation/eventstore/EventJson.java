package io.ovation.eventstore;

import java.util.Collection;
import java.util.List;

import com.fasterxml.jackson.annotation.JsonInclude;
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

    /** @param contexts what single contexts add */
    static Jackson3SerializerCustomizer shape(Collection<EventShape> contexts) {
        return json -> {
            json.disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
                    .changeDefaultPropertyInclusion(
                            inclusion -> inclusion.withValueInclusion(JsonInclude.Include.NON_NULL))
                    .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
            new AppDataShape().addTo(json);
            contexts.forEach(each -> each.addTo(json));
        };
    }

    /** The same serializer as the server's, for those who read logs without one. */
    public static Serializer serializer(EventShape... contexts) {
        return Jackson3Serializer.builder()
                .jsonMapperBuilderCustomizer(shape(List.of(contexts)))
                .build();
    }
}
