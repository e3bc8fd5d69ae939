package io.ovation.reference;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import io.ovation.AppData;
import io.ovation.limits.LimitSettings;
import io.ovation.live.Frame;
import org.jspecify.annotations.Nullable;

/**
 * The JSON Schemas of the records of the wire, each under one name. What may be absent is not required, and has no type
 * {@code null}: generators of clients lose it. For one thread.
 */
final class Shapes {
    private static final String TYPE = "type";
    private static final String STRING = "string";
    private static final String OBJECT = "object";
    private static final String ITEMS = "items";

    /** UTC with three digits of fraction, the same text wherever it appears. */
    private static final String TIME = "^\\d{4,}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z$";

    private final Map<String, Object> schemas = new TreeMap<>();
    private final Map<String, Class<?>> owners = new HashMap<>();
    private final String prefix;
    private final LimitSettings limits;

    /** @param prefix of the references to schemas, such as {@code #/components/schemas/} */
    Shapes(String prefix, LimitSettings limits) {
        this.prefix = prefix;
        this.limits = limits;
    }

    /** All that were asked for, by name. */
    Map<String, Object> schemas() {
        return schemas;
    }

    /** A schema that is written by hand. */
    void put(String name, Map<String, Object> schema) {
        schemas.put(name, schema);
    }

    Map<String, Object> named(String name) {
        return Map.of("$ref", prefix + name);
    }

    /** What is answered, or stands in an answer: fields may be added to it. */
    Map<String, Object> answer(Class<? extends Record> type) {
        return named(define(type, false));
    }

    /** The fields of a request, and those of its path that stand among them: it takes no others. */
    Map<String, Object> request(Class<? extends Record> type, List<String> names) {
        if (names.isEmpty()) {
            return named(define(type, true));
        }
        Map<String, Object> schema = object(type, true);
        Map<String, Object> properties = new LinkedHashMap<>(properties(schema));
        names.forEach(name -> properties.put(name, described(type, name, string())));
        List<String> required = new ArrayList<>(required(schema));
        required.addAll(names);
        schema.put("properties", properties);
        schema.put("required", required);
        return schema;
    }

    /** A frame of a stream; a line of the log is one as it stands. */
    Map<String, Object> frame(Class<? extends Record> type) {
        if (!Frame.class.isAssignableFrom(type)) {
            return answer(type);
        }
        String name = type.getSimpleName() + "Frame";
        if (owners.putIfAbsent(name, type) == null) {
            Map<String, Object> body = object(type, false);
            schemas.put(
                    name,
                    frame(wireName(type), !Frame.State.class.isAssignableFrom(type), properties(body), required(body)));
        }
        return named(name);
    }

    /** A frame of that type with those fields. */
    static Map<String, Object> frame(
            String type, boolean cursor, Map<String, Object> properties, List<String> required) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put(TYPE, Map.of("const", type));
        if (cursor) {
            all.put("cursor", Map.of(TYPE, STRING, "description", "Where to resume after this frame"));
        }
        all.putAll(properties);
        List<String> needed = new ArrayList<>(List.of(TYPE));
        if (cursor) {
            needed.add("cursor");
        }
        needed.addAll(required);
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put(TYPE, OBJECT);
        schema.put("properties", all);
        schema.put("required", needed);
        return schema;
    }

    /** The word of the contract: a frame's own, of one that says nothing else. */
    static String wireName(Class<? extends Record> type) {
        return ((Frame) Instances.empty(type)).type();
    }

    /** The fields of a record, each with its schema, in the order of its declaration. */
    Map<String, Map<String, Object>> fields(Class<? extends Record> type) {
        Map<String, Map<String, Object>> fields = new LinkedHashMap<>();
        for (RecordComponent component : type.getRecordComponents()) {
            fields.put(
                    component.getName(),
                    described(type, component.getName(), schema(component.getGenericType(), true)));
        }
        return fields;
    }

    static boolean isOptional(RecordComponent component) {
        return component.getAnnotatedType().isAnnotationPresent(Nullable.class);
    }

    private String define(Class<? extends Record> type, boolean request) {
        String name = name(type);
        if (owners.putIfAbsent(name, type) == null) {
            schemas.put(name, Map.of());
            schemas.put(name, object(type, request));
        }
        return name;
    }

    /** Records of a feature are named after its context, and so is whatever would have another's name. */
    private String name(Class<?> type) {
        String simple = type.getSimpleName();
        String[] packages = type.getPackageName().split("\\.");
        String context = packages[packages.length - 1];
        String full = Character.toUpperCase(context.charAt(0)) + context.substring(1);
        Class<?> outer = type.getEnclosingClass();
        boolean ofFeature = outer != null && outer.getSimpleName().endsWith("Feature");
        Class<?> owner = owners.get(simple);
        if (ofFeature || owner != null && owner != type) {
            String name = simple.startsWith(full) ? simple : full + simple;
            Class<?> other = owners.get(name);
            return other == null || other == type ? name : full + simple + "Of" + outerName(outer);
        }
        return simple;
    }

    private static String outerName(@Nullable Class<?> outer) {
        return outer == null ? "" : outer.getSimpleName();
    }

    private Map<String, Object> object(Class<? extends Record> type, boolean request) {
        Map<String, Object> properties = new LinkedHashMap<>();
        List<String> required = new ArrayList<>();
        for (RecordComponent component : type.getRecordComponents()) {
            properties.put(
                    component.getName(),
                    described(type, component.getName(), schema(component.getGenericType(), request)));
            if (!isOptional(component)) {
                required.add(component.getName());
            }
        }
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put(TYPE, OBJECT);
        schema.put("properties", properties);
        if (!required.isEmpty()) {
            schema.put("required", required);
        }
        if (request) {
            schema.put("additionalProperties", false);
        }
        return schema;
    }

    private Map<String, Object> described(Class<?> type, String field, Map<String, Object> schema) {
        Vocabulary.Word word = Vocabulary.of(type.getSimpleName(), field);
        if (word == null) {
            return schema;
        }
        Map<String, Object> described = new LinkedHashMap<>(schema);
        described.put("description", word.meaning());
        if (word.format() != null && STRING.equals(schema.get(TYPE))) {
            described.put("format", word.format());
        }
        limit(type, field, described);
        return described;
    }

    /** What a request is turned down for; the limits are those of this server. */
    private void limit(Class<?> type, String field, Map<String, Object> schema) {
        boolean request = outerName(type.getEnclosingClass()).endsWith("Feature");
        if (!request) {
            return;
        }
        switch (field) {
            case "limit" -> schema.put("minimum", 1);
            case "body" -> schema.put("maxLength", limits.bodySize().toBytes());
            case "title" -> schema.put("maxLength", limits.titleLength());
            case "user" -> schema.put("maxLength", limits.userLength());
            case "mentions" -> schema.put("maxItems", limits.mentions());
            case "members" -> schema.put("maxItems", limits.groupMembers());
            default -> {}
        }
    }

    private Map<String, Object> schema(Type type, boolean request) {
        return switch (type) {
            case ParameterizedType of when of.getRawType() == List.class -> array(of, request);
            case ParameterizedType of when of.getRawType() == Map.class ->
                Map.of(TYPE, OBJECT, "additionalProperties", schema(of.getActualTypeArguments()[1], request));
            case Class<?> plain -> schema(plain, request);
            default -> Map.of();
        };
    }

    private Map<String, Object> array(ParameterizedType list, boolean request) {
        return Map.of(TYPE, "array", ITEMS, schema(list.getActualTypeArguments()[0], request));
    }

    private Map<String, Object> schema(Class<?> type, boolean request) {
        if (type == String.class) {
            return string();
        }
        if (type == long.class || type == Long.class) {
            return Map.of(TYPE, "integer", "format", "int64");
        }
        if (type == int.class || type == Integer.class) {
            return Map.of(TYPE, "integer", "format", "int32");
        }
        if (type == boolean.class || type == Boolean.class) {
            return Map.of(TYPE, "boolean");
        }
        if (type == Instant.class) {
            return request
                    ? Map.of(TYPE, STRING, "format", "date-time")
                    : Map.of(TYPE, STRING, "format", "date-time", "pattern", TIME);
        }
        if (type == Object.class) {
            return Map.of();
        }
        if (type == AppData.class) {
            return Map.of(TYPE, OBJECT);
        }
        if (type.isEnum()) {
            return Map.of(
                    TYPE,
                    STRING,
                    "enum",
                    Arrays.stream(type.getEnumConstants()).map(String::valueOf).toList());
        }
        return type.isRecord() ? named(define(type.asSubclass(Record.class), request)) : Map.of(TYPE, OBJECT);
    }

    private static Map<String, Object> string() {
        return Map.of(TYPE, STRING);
    }

    @SuppressWarnings("unchecked") // it was put there by object(…)
    private static Map<String, Object> properties(Map<String, Object> schema) {
        return (Map<String, Object>) schema.getOrDefault("properties", Map.of());
    }

    @SuppressWarnings("unchecked") // it was put there by object(…)
    private static List<String> required(Map<String, Object> schema) {
        return (List<String>) schema.getOrDefault("required", List.of());
    }
}
