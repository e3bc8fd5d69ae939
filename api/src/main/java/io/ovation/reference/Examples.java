package io.ovation.reference;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.ovation.AppData;
import io.ovation.live.Frame;
import org.jspecify.annotations.Nullable;

/**
 * Examples of the records of the wire, made of the examples of their fields: those that are always there, and those
 * optional ones whose {@link Vocabulary.Word} has an example. Stateless, so safe for any thread.
 */
final class Examples {
    private static final String CURSOR = "AAAAAAAAAAE";

    private Examples() {}

    static Map<String, Object> of(Class<? extends Record> type) {
        Map<String, Object> example = new LinkedHashMap<>();
        for (RecordComponent component : type.getRecordComponents()) {
            Object value = value(type, component);
            if (value != null) {
                example.put(component.getName(), value);
            }
        }
        return example;
    }

    static Map<String, Object> frame(Class<? extends Record> type) {
        Map<String, Object> example = new LinkedHashMap<>();
        if (Frame.class.isAssignableFrom(type)) {
            example.put("type", Shapes.wireName(type));
            if (!Frame.State.class.isAssignableFrom(type)) {
                example.put("cursor", CURSOR);
            }
        }
        example.putAll(of(type));
        return example;
    }

    private static @Nullable Object value(Class<?> owner, RecordComponent component) {
        Vocabulary.Word word = Vocabulary.of(owner.getSimpleName(), component.getName());
        Object known = word == null ? null : word.example();
        if (known != null && fits(known, component.getType())) {
            return known;
        }
        return Shapes.isOptional(component) ? null : any(component.getName(), component.getGenericType());
    }

    private static boolean fits(Object example, Class<?> type) {
        return switch (example) {
            case String text -> type == String.class || type == Instant.class;
            case Integer number -> type == long.class || type == Long.class || type == int.class
                    || type == Integer.class;
            case Boolean truth -> type == boolean.class || type == Boolean.class;
            case List<?> list -> type == List.class;
            default -> type == Map.class || type == Object.class;
        };
    }

    private static Object any(String name, Type type) {
        return switch (type) {
            case ParameterizedType of when of.getRawType() == List.class ->
                List.of(any(name, of.getActualTypeArguments()[0]));
            case ParameterizedType of -> Map.of();
            case Class<?> plain when plain.isEnum() -> String.valueOf(plain.getEnumConstants()[0]);
            case Class<?> plain when plain == AppData.class -> Map.of();
            case Class<?> plain when plain.isRecord() -> of(plain.asSubclass(Record.class));
            case Class<?> plain when plain == boolean.class || plain == Boolean.class -> false;
            case Class<?> plain when plain == String.class -> name;
            case Class<?> plain when plain.isPrimitive() || Number.class.isAssignableFrom(plain) -> 1;
            case Class<?> plain when plain == Instant.class -> "2026-11-30T09:15:00.000Z";
            default -> Map.of();
        };
    }
}
