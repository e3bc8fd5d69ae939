package io.ovation.operation;

import java.lang.reflect.RecordComponent;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.ovation.Rejection.FieldError;
import io.ovation.ValidationFailed;
import io.ovation.json.WireData;
import io.ovation.json.WireText;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamContext;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.cfg.CoercionAction;
import tools.jackson.databind.cfg.CoercionInputShape;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.type.LogicalType;

/**
 * The JSON of the contract, read without any leniency and written in one way; every edge uses it.
 *
 * <p>Reading makes a record of an object, and fails with {@link ValidationFailed} for ill-formed UTF-8, text after the
 * JSON, repeated keys, unknown fields, values of another type (nothing is coerced), and components without
 * {@code @Nullable} that are absent or null. Thread-safe; never blocks for a type that is prepared.
 */
public final class StrictJson {
    private static final String NO_OBJECT = "must be a JSON object";

    /** Objects and lists in each other: data of the app's own may be any, and is to be read again from the log. */
    private static final int DEEPEST = 200;

    /** Characters of a number, for the same reasons. */
    private static final int LONGEST_NUMBER = 500;

    private final JsonMapper mapper = JsonMapper.builder(WireText.factory()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(DEEPEST)
                            .maxNumberLength(LONGEST_NUMBER)
                            .build())
                    .build())
            .enable(
                    DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES,
                    DeserializationFeature.FAIL_ON_TRAILING_TOKENS,
                    DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES,
                    DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            .disable(
                    DeserializationFeature.ACCEPT_FLOAT_AS_INT,
                    DeserializationFeature.ACCEPT_EMPTY_STRING_AS_NULL_OBJECT)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .enable(EnumFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
            .withCoercionConfigDefaults(config -> Arrays.stream(CoercionInputShape.values())
                    .forEach(shape -> config.setCoercion(shape, CoercionAction.Fail)))
            .withCoercionConfig(LogicalType.Textual, config -> List.of(
                            CoercionInputShape.Integer, CoercionInputShape.Float, CoercionInputShape.Boolean)
                    .forEach(shape -> config.setCoercion(shape, CoercionAction.Fail)))
            .addModule(WireText.times())
            .addModule(WireData.module())
            .changeDefaultPropertyInclusion(inclusion -> inclusion.withValueInclusion(JsonInclude.Include.NON_NULL))
            .build();

    private final ClassValue<ObjectReader> readers = new ClassValue<>() {
        @Override
        protected ObjectReader computeValue(Class<?> type) {
            return mapper.readerFor(type);
        }
    };

    /**
     * The fields of a request, and those names of its path that it carried among them.
     *
     * @param names the text of each name that was asked for
     */
    public record Decoded<B extends Record>(B body, Map<String, String> names) {}

    /**
     * Finds out how to read a type, which otherwise the first read of it does: while one type is looked at, no other
     * one can be that has not been yet, and an event loop must not wait for that.
     */
    void prepare(Class<?> type) {
        readers.get(type);
    }

    /** Reads a record from the bytes of a JSON object. */
    public <B extends Record> B read(byte[] json, Class<B> type) {
        return bind(decode(json), type);
    }

    /**
     * Reads a record from the bytes of a JSON object which carries, beside its fields, a text for each of
     * {@code names}.
     */
    public <B extends Record> Decoded<B> read(byte[] json, Class<B> type, Collection<String> names) {
        if (names.isEmpty()) {
            return new Decoded<>(read(json, type), Map.of());
        }
        String text = decode(json);
        JsonNode tree = parse(text);
        if (!(tree instanceof ObjectNode object)) {
            throw new ValidationFailed("", NO_OBJECT);
        }
        Map<String, String> found = new HashMap<>();
        for (String name : names) {
            JsonNode value = object.remove(name);
            if (value == null || value.isNull()) {
                throw new ValidationFailed(name, "is required");
            }
            if (!value.isString()) {
                throw new ValidationFailed(name, "must be a text");
            }
            found.put(name, WellFormed.text(name, value.stringValue()));
        }
        return new Decoded<>(checked(() -> readers.get(type).readValue(object), type, text), found);
    }

    /**
     * Reads a record from a query string: texts and whole numbers, and lists, whose items are parted by commas or given
     * by repeating the parameter, and by that alone where they are {@link Repeated}. Otherwise an unknown or repeated
     * parameter is an error like such a field.
     *
     * @param query as it stood in the address, still encoded; null for none
     * @param besides parameters that are somebody else's, and are passed over
     */
    public <B extends Record> B readQuery(@Nullable String query, Class<B> type, Set<String> besides) {
        ObjectNode object = mapper.createObjectNode();
        QueryString.encoded(query).forEach((name, values) -> {
            if (!besides.contains(name)) {
                object.set(name, parameter(name, values, type));
            }
        });
        return checked(() -> readers.get(type).readValue(object), type, "");
    }

    /** Writes a value: absent for null, times as RFC 3339 in UTC. */
    public byte[] write(Object value) {
        return mapper.writeValueAsBytes(value);
    }

    private JsonNode parameter(String name, List<String> values, Class<?> type) {
        RecordComponent component = Arrays.stream(type.getRecordComponents())
                .filter(each -> each.getName().equals(name))
                .findFirst()
                .orElseThrow(() -> new ValidationFailed(name, "is not a known parameter"));
        Class<?> wanted = component.getType();
        var nodes = mapper.getNodeFactory();
        if (wanted == List.class) {
            var list = nodes.arrayNode();
            (component.isAnnotationPresent(Repeated.class)
                            ? values.stream()
                                    .map(value -> QueryString.decode(value, true))
                                    .toList()
                            : QueryString.items(values))
                    .forEach(list::add);
            return list;
        }
        if (values.size() > 1) {
            throw new ValidationFailed(name, "is given more than once");
        }
        String value = QueryString.decode(values.getFirst(), true);
        if (wanted == Long.class || wanted == long.class || wanted == Integer.class || wanted == int.class) {
            try {
                return nodes.numberNode(Long.parseLong(wholeNumber(name, value)));
            } catch (NumberFormatException tooLarge) {
                throw new ValidationFailed(name, "is out of range");
            }
        }
        if (wanted == Boolean.class || wanted == boolean.class) {
            return switch (value) {
                case "true" -> nodes.booleanNode(true);
                case "false" -> nodes.booleanNode(false);
                default -> throw new ValidationFailed(name, "must be true or false");
            };
        }
        return nodes.stringNode(value);
    }

    private static String wholeNumber(String name, String value) {
        boolean digits = !value.isEmpty()
                && value.chars().skip(value.startsWith("-") ? 1 : 0).allMatch(c -> c >= '0' && c <= '9');
        if (!digits || value.equals("-")) {
            throw new ValidationFailed(name, "must be a whole number");
        }
        return value;
    }

    private static String decode(byte[] json) {
        if (json.length == 0) {
            throw new ValidationFailed("", NO_OBJECT);
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(json))
                    .toString();
        } catch (CharacterCodingException malformed) {
            throw new ValidationFailed("", "is not well-formed UTF-8");
        }
    }

    private <B extends Record> B bind(String text, Class<B> type) {
        return checked(() -> readers.get(type).readValue(text), type, text);
    }

    private JsonNode parse(String text) {
        try {
            return mapper.readTree(text);
        } catch (JacksonException wrong) {
            throw translated(wrong, Record.class);
        }
    }

    private interface Reading {
        @Nullable
        Object read();
    }

    private static <B extends Record> B checked(Reading reading, Class<B> type, String source) {
        Object value;
        try {
            value = reading.read();
        } catch (JacksonException wrong) {
            throw translated(wrong, type);
        }
        if (value == null) {
            throw new ValidationFailed("", NO_OBJECT);
        }
        B body = type.cast(value);
        List<FieldError> errors = new ArrayList<>();
        // well-formed UTF-8 holds no lone surrogate, unless it is written as an escape
        Components.check(body, "", source.contains("\\u"), errors);
        if (!errors.isEmpty()) {
            throw new ValidationFailed(errors);
        }
        return body;
    }

    private static ValidationFailed translated(JacksonException wrong, Class<?> type) {
        return switch (wrong) {
            case UnrecognizedPropertyException unknown -> new ValidationFailed(path(unknown), "is not a known field");
            case MismatchedInputException trailing
            when trailing.getOriginalMessage().startsWith("Trailing token") -> new ValidationFailed("", "is not JSON");
            case MismatchedInputException mismatch
            when mismatch.getPath().isEmpty() && mismatch.getTargetType() == type ->
                new ValidationFailed("", NO_OBJECT);
            case MismatchedInputException mismatch ->
                new ValidationFailed(path(mismatch), expected(mismatch.getTargetType()));
            case DatabindException other
            when other.getCause() instanceof JacksonException cause && cause != wrong -> translated(cause, type);
            case DatabindException other -> new ValidationFailed(path(other), "is not valid");
            case StreamConstraintsException tooMuch -> new ValidationFailed(
                    "",
                    "is nested deeper than " + DEEPEST + ", or has a number of more than " + LONGEST_NUMBER
                            + " characters");
            case StreamReadException unreadable -> unreadable(unreadable);
            default -> new ValidationFailed("", "is not JSON");
        };
    }

    private static ValidationFailed unreadable(StreamReadException wrong) {
        JsonParser parser = wrong.processor();
        if (parser != null && wrong.getOriginalMessage().startsWith("Duplicate")) {
            return new ValidationFailed(path(parser.streamReadContext()), "is given more than once");
        }
        if (wrong.getOriginalMessage().contains("out of range")) {
            return new ValidationFailed(parser == null ? "" : path(parser.streamReadContext()), "is out of range");
        }
        return new ValidationFailed("", "is not JSON");
    }

    private static String expected(@Nullable Class<?> type) {
        if (type == null) {
            return "is not valid";
        }
        if (type.isEnum()) {
            return "must be one of "
                    + String.join(
                            ", ",
                            Arrays.stream(type.getEnumConstants())
                                    .map(String::valueOf)
                                    .toList());
        }
        if (type == String.class) {
            return "must be a text";
        }
        if (type == long.class || type == Long.class || type == int.class || type == Integer.class) {
            return "must be a whole number";
        }
        if (type == boolean.class || type == Boolean.class) {
            return "must be true or false";
        }
        if (Collection.class.isAssignableFrom(type)) {
            return "must be a list";
        }
        return type.isRecord() ? "must be an object" : "is not valid";
    }

    private static String path(DatabindException wrong) {
        StringBuilder path = new StringBuilder();
        for (JacksonException.Reference step : wrong.getPath()) {
            if (step.getPropertyName() == null) {
                path.append('[').append(step.getIndex()).append(']');
            } else {
                path.append(path.isEmpty() ? "" : ".").append(step.getPropertyName());
            }
        }
        return path.toString();
    }

    private static String path(@Nullable TokenStreamContext context) {
        if (context == null || context.inRoot()) {
            return "";
        }
        String parent = path(context.getParent());
        if (context.inArray()) {
            return parent + "[" + context.getCurrentIndex() + "]";
        }
        return context.currentName() == null ? parent : parent + (parent.isEmpty() ? "" : ".") + context.currentName();
    }
}
