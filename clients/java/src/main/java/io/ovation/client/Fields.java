package io.ovation.client;

import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/** The fields of a request, without those that are null. Owned by one thread. */
final class Fields {
    private final Map<String, Object> fields = new LinkedHashMap<>();

    static Fields none() {
        return new Fields();
    }

    static Fields of(String name, @Nullable Object value) {
        return none().and(name, value);
    }

    Fields and(String name, @Nullable Object value) {
        if (value != null) {
            fields.put(name, value);
        }
        return this;
    }

    Map<String, Object> map() {
        return fields;
    }
}
