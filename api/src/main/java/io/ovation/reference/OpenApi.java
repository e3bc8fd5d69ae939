package io.ovation.reference;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.ovation.ErrorCode;
import io.ovation.limits.LimitSettings;
import io.ovation.operation.Operation.Nothing;
import io.ovation.operation.Problem;
import io.ovation.reference.Reference.Entry;

/** The table of features as OpenAPI 3.1: HTTP, with the live streams as SSE. For one thread. */
final class OpenApi {
    private static final Pattern NAME = Pattern.compile("\\{(\\w+)}");
    private static final String JSON = "application/json";
    private static final String DESCRIPTION = "description";
    private static final String SCHEMA = "schema";

    private final Reference reference;
    private final LimitSettings limits;
    private final Shapes shapes;

    OpenApi(Reference reference, LimitSettings limits) {
        this.reference = reference;
        this.limits = limits;
        this.shapes = new Shapes("#/components/schemas/", limits);
    }

    Map<String, Object> document() {
        shapes.answer(Problem.class);
        Map<String, Object> paths = new LinkedHashMap<>();
        for (Entry entry : reference.entries()) {
            if (entry.path() != null) {
                at(paths, entry.path()).put(method(entry).toLowerCase(Locale.ROOT), operation(entry, entry.path()));
            }
        }
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("openapi", "3.1.0");
        document.put("info", Info.of("Ovation over HTTP", limits));
        document.put("servers", List.of(Map.of("url", "/")));
        document.put("security", List.of(Map.of("token", List.of())));
        document.put("paths", paths);
        document.put("components", components());
        return document;
    }

    @SuppressWarnings("unchecked") // whatever stands there was put there by this method
    private static Map<String, Object> at(Map<String, Object> paths, String path) {
        return (Map<String, Object>) paths.computeIfAbsent(path, none -> new LinkedHashMap<>());
    }

    private static String method(Entry entry) {
        return entry instanceof Entry.Asked asked ? String.valueOf(asked.operation().method()) : "GET";
    }

    private Map<String, Object> operation(Entry entry, String path) {
        boolean query = method(entry).equals("GET");
        boolean body = !query && Refusals.hasFields(entry);
        Map<String, Object> operation = new LinkedHashMap<>();
        operation.put("operationId", operationId(entry, path));
        operation.put("tags", List.of(path.split("/")[2]));
        operation.put("summary", entry.description().summary());
        if (entry.route() != null) {
            operation.put("x-rsocket-route", entry.route());
        }
        List<Object> parameters = new ArrayList<>(names(path));
        if (query) {
            parameters.addAll(query(entry));
        }
        if (entry instanceof Entry.Watched) {
            parameters.addAll(resumption());
        }
        if (!parameters.isEmpty()) {
            operation.put("parameters", parameters);
        }
        if (body) {
            operation.put(
                    "requestBody",
                    Map.of(
                            "required",
                            true,
                            "content",
                            Map.of(
                                    JSON,
                                    Map.of(
                                            SCHEMA,
                                            shapes.request(entry.body(), List.of()),
                                            "example",
                                            Examples.of(entry.body())))));
        }
        operation.put("responses", responses(entry, body));
        return operation;
    }

    /** The route in words: {@code conversations.{conversationId}.members.add} is {@code conversationMembersAdd}. */
    private static String operationId(Entry entry, String path) {
        String from = entry.route() == null ? path.replace("/api/", "").replace('/', '.') : entry.route();
        String one = from.replaceFirst("^(\\w+)s\\.\\{\\w+}", "$1");
        StringBuilder id = new StringBuilder();
        for (String word : NAME.matcher(one).replaceAll("").split("[.\\-]+")) {
            id.append(
                    id.isEmpty() || word.isEmpty()
                            ? word
                            : word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1));
        }
        return id.toString();
    }

    private static List<Map<String, Object>> names(String path) {
        List<Map<String, Object>> names = new ArrayList<>();
        Matcher matcher = NAME.matcher(path);
        while (matcher.find()) {
            names.add(parameter("path", matcher.group(1), true, Map.of("type", "string")));
        }
        return names;
    }

    private List<Map<String, Object>> query(Entry entry) {
        List<Map<String, Object>> parameters = new ArrayList<>();
        Map<String, Map<String, Object>> fields = shapes.fields(entry.body());
        for (var component : entry.body().getRecordComponents()) {
            Map<String, Object> parameter = parameter(
                    "query",
                    component.getName(),
                    !Shapes.isOptional(component),
                    fields.getOrDefault(component.getName(), Map.of()));
            if (component.getType() == List.class) {
                parameter.put("style", "form");
                parameter.put("explode", false);
            }
            parameters.add(parameter);
        }
        return parameters;
    }

    private static Map<String, Object> parameter(String in, String name, boolean required, Map<String, Object> schema) {
        Map<String, Object> parameter = new LinkedHashMap<>();
        parameter.put("name", name);
        parameter.put("in", in);
        if (required) {
            parameter.put("required", true);
        }
        Vocabulary.Word word = Vocabulary.of("", name);
        if (word != null) {
            parameter.put(DESCRIPTION, word.meaning());
            if (word.example() != null && required) {
                parameter.put("example", word.example());
            }
        }
        Map<String, Object> shape = new LinkedHashMap<>(schema);
        shape.remove(DESCRIPTION);
        parameter.put(SCHEMA, shape);
        return parameter;
    }

    private static List<Map<String, Object>> resumption() {
        Map<String, Object> text = Map.of("type", "string");
        Map<String, Object> last = parameter("header", "Last-Event-ID", false, text);
        last.put(DESCRIPTION, "The cursor to go on from; it wins over after");
        Map<String, Object> inQuery = parameter("query", "lastEventId", false, text);
        inQuery.put(DESCRIPTION, "The same for clients that cannot set a header");
        Map<String, Object> token = parameter("query", "access_token", false, text);
        token.put(DESCRIPTION, "The token, for browsers' own EventSource, which cannot set a header");
        return List.of(last, inQuery, token);
    }

    private Map<String, Object> responses(Entry entry, boolean body) {
        Map<String, Object> responses = new LinkedHashMap<>();
        switch (entry) {
            case Entry.Asked asked ->
                asked.description().answers().forEach((status, type) -> responses.put(
                        String.valueOf(status), answer(status, type)));
            case Entry.Watched watched -> responses.put("200", frames(watched));
            case Entry.Listed listed -> responses.put("200", lines(listed));
            case Entry.BuiltIn builtIn -> throw new IllegalStateException(builtIn.route() + " is not on HTTP");
        }
        for (ErrorCode code : Refusals.of(entry, body)) {
            responses.put(String.valueOf(code.status()), Map.of("$ref", "#/components/responses/" + code.text()));
        }
        return responses;
    }

    private Map<String, Object> answer(int status, Class<? extends Record> type) {
        String meaning = switch (status) {
            case 201 -> "Recorded, and durable";
            case 202 -> "Taken, and not durable yet";
            case 204 -> "Done, and durable";
            default -> "The answer";
        };
        return type == Nothing.class
                ? Map.of(DESCRIPTION, meaning)
                : Map.of(
                        DESCRIPTION,
                        meaning,
                        "content",
                        Map.of(JSON, Map.of(SCHEMA, shapes.answer(type), "example", Examples.of(type))));
    }

    /** A stream is a text to most generators; its frames are named beside it. */
    private Map<String, Object> frames(Entry.Watched watched) {
        List<Object> frames = new ArrayList<>();
        for (Signal signal : Signal.values()) {
            shapes.put(signal.schema(), signal.shape());
            frames.add(shapes.named(signal.schema()));
        }
        watched.description().frames().forEach(type -> frames.add(shapes.frame(type)));
        return Map.of(
                DESCRIPTION,
                "Server-Sent Events: each data is one frame, each id its cursor",
                "content",
                Map.of("text/event-stream", Map.of(SCHEMA, Map.of("type", "string"), "x-frames", frames)));
    }

    private Map<String, Object> lines(Entry.Listed listed) {
        List<Map<String, Object>> lines =
                listed.description().frames().stream().map(shapes::answer).toList();
        return Map.of(
                DESCRIPTION,
                "One JSON object a line",
                "content",
                Map.of("application/x-ndjson", Map.of(SCHEMA, Map.of("type", "string"), "x-lines", lines)));
    }

    private Map<String, Object> components() {
        Map<String, Object> responses = new LinkedHashMap<>();
        for (ErrorCode code : ErrorCode.values()) {
            responses.put(code.text(), problem(code));
        }
        return Map.of(
                "securitySchemes",
                Map.of("token", Map.of("type", "http", "scheme", "bearer", "bearerFormat", "JWT")),
                "responses",
                responses,
                "schemas",
                shapes.schemas());
    }

    private Map<String, Object> problem(ErrorCode code) {
        Map<String, Object> response = new LinkedHashMap<>();
        response.put(DESCRIPTION, code.text() + ": " + Refusals.advice(code));
        if (Refusals.waits(code)) {
            response.put(
                    "headers",
                    Map.of(
                            "Retry-After",
                            Map.of(DESCRIPTION, "Seconds", SCHEMA, Map.of("type", "integer", "minimum", 1))));
        }
        response.put(
                "content",
                Map.of(
                        "application/problem+json",
                        Map.of(SCHEMA, shapes.named("Problem"), "example", Refusals.example(code))));
        return response;
    }
}
