package io.ovation.wirecheck;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A server's OpenAPI and AsyncAPI documents. What is not described fails, also a field, though clients have to pass
 * over fields that they do not know. Thread-safe.
 */
public final class WireDocuments {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final JsonNode openApi;
    private final JsonNode asyncApi;
    private final Map<Pattern, String> paths;
    private final Map<Pattern, String> channels;
    private final Map<String, Schema> schemas = new ConcurrentHashMap<>();
    private final SchemaRegistry registry = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);

    public WireDocuments(String openApi, String asyncApi) {
        this.openApi = JSON.readTree(openApi);
        this.asyncApi = JSON.readTree(asyncApi);
        strict(this.openApi);
        strict(this.asyncApi);
        this.paths = new ConcurrentHashMap<>();
        this.openApi.path("paths").propertyNames().forEach(path -> paths.put(pattern(path, "[^/]*"), path));
        this.channels = new ConcurrentHashMap<>();
        this.asyncApi
                .path("channels")
                .properties()
                .forEach(channel -> channels.put(
                        pattern(channel.getValue().path("address").asString(), "[^/]+?"), channel.getKey()));
    }

    /**
     * Checks one exchange over HTTP.
     *
     * @param path as it was sent, with or without its query
     * @param request the body; empty where there was none, or where it is not known
     * @param type the media type of the answer
     * @throws AssertionError when the documents say otherwise
     */
    public void http(String method, String path, String request, int status, String type, String answer) {
        String plain = path.split("\\?", 2)[0];
        boolean described = plain.startsWith("/api/") && !plain.startsWith("/api/dev/") && !plain.endsWith("api.json");
        // what a browser asks before a request is no operation, and what its origin forbids reaches none
        boolean ofAnOrigin = status == 403 && answer.contains("\"Pages of this origin");
        if (!described || method.equals("OPTIONS") || ofAnOrigin) {
            return;
        }
        String what = method + " " + plain + " → " + status;
        if (type.startsWith("application/problem+json")) {
            check(what, openApi, "#/components/schemas/Problem", answer);
        }
        String known = find(paths, plain);
        JsonNode operation = openApi.path("paths")
                .path(String.valueOf(known))
                .path(method.equals("HEAD") ? "get" : method.toLowerCase(Locale.ROOT));
        if (status == 405 || status == 408 || operation.isMissingNode() && (status == 404 || status == 401)) {
            return;
        }
        described(!operation.isMissingNode(), what, "there is no such operation in the document");
        JsonNode response = operation.path("responses").path(String.valueOf(status));
        described(!response.isMissingNode(), what, "the document has no such status there: " + answer);
        if (status < 300 && !request.isEmpty()) {
            JsonNode schema = operation.at("/requestBody/content/application~1json/schema");
            described(!schema.isMissingNode() || request.equals("{}"), what, "the document has no body there");
            if (!schema.isMissingNode()) {
                check(what + ", the request", openApi, schema, withoutNulls(request));
            }
        }
        JsonNode body = response.path("content").path("application/json").path("schema");
        if (type.startsWith("application/json") && !answer.isEmpty()) {
            described(!body.isMissingNode(), what, "the document has no answer there: " + answer);
            check(what, openApi, body, answer);
        }
        JsonNode lines = response.path("content").path("application/x-ndjson").path("x-lines");
        if (type.startsWith("application/x-ndjson")) {
            answer.lines().forEach(line -> check(what, openApi, lines.path(0), line));
        }
    }

    /** Checks a request over RSocket and its one answer; throws {@link AssertionError} when it is not as described. */
    public void answer(String route, String request, String answer) {
        JsonNode messages = messages(route);
        check(route + ", the request", asyncApi, messages.at("/request/payload"), withoutNulls(request));
        check(route, asyncApi, messages.at("/answer/payload"), answer);
    }

    /** Checks a refusal over RSocket; throws {@link AssertionError} when it is not as described. */
    public void refusal(String route, String problem) {
        check(route, asyncApi, "#/components/schemas/Problem", problem);
        String code = parse(route, problem).path("code").asString();
        String key = find(channels, route);
        if (key == null) {
            // what names no route, or in no way that can be read
            boolean refused = code.equals("not_found") || code.equals("validation_failed");
            described(refused, route, "there is no such route in the document: " + problem);
            return;
        }
        described(
                messages(route).path("problem").path("x-codes").valueStream()
                        .anyMatch(each -> each.asString().equals(code)),
                route,
                "the document has no such code there: " + problem);
    }

    /**
     * Checks a frame of a stream.
     *
     * @param address the route, or the path of an SSE stream, with or without its query
     * @throws AssertionError when it is not as described
     */
    public void frame(String address, String frame) {
        JsonNode messages = messages(address.split("\\?", 2)[0]);
        List<String> wrong = new ArrayList<>();
        for (Map.Entry<String, JsonNode> message : messages.properties()) {
            if (!message.getKey().equals("request") && !message.getKey().equals("problem")) {
                List<String> errors = errors(asyncApi, message.getValue().path("payload"), parse(address, frame));
                if (errors.isEmpty()) {
                    return;
                }
                wrong.add(message.getKey() + ": " + errors);
            }
        }
        throw new AssertionError(address + " told a frame that the document does not have: " + frame + "\n"
                + String.join("\n", wrong));
    }

    private JsonNode messages(String address) {
        String key = find(channels, address);
        described(key != null, address, "there is no such channel in the document");
        return asyncApi.path("channels").path(String.valueOf(key)).path("messages");
    }

    private static void described(boolean so, String what, String otherwise) {
        if (!so) {
            throw new AssertionError(what + ": " + otherwise);
        }
    }

    private void check(String what, JsonNode document, String ref, String json) {
        check(what, document, JSON.createObjectNode().put("$ref", ref), json);
    }

    private void check(String what, JsonNode document, JsonNode schema, String json) {
        List<String> errors = errors(document, schema, parse(what, json));
        if (!errors.isEmpty()) {
            throw new AssertionError(what + " is not as described: " + errors + " in " + json);
        }
    }

    private List<String> errors(JsonNode document, JsonNode schema, JsonNode json) {
        Schema compiled = schemas.computeIfAbsent(
                System.identityHashCode(document) + schema.toString(), key -> {
                    ObjectNode whole = ((ObjectNode) schema).deepCopy();
                    whole.set("components", document.path("components"));
                    return registry.getSchema(whole);
                });
        return compiled.validate(json).stream().map(Object::toString).toList();
    }

    private static JsonNode parse(String what, String json) {
        try {
            return JSON.readTree(json);
        } catch (JacksonException e) {
            throw new AssertionError(what + " is no JSON: " + json, e);
        }
    }

    /** An optional field may be null, and then counts as absent. */
    private static String withoutNulls(String request) {
        JsonNode json = JSON.readTree(request.isEmpty() ? "{}" : request);
        if (json instanceof ObjectNode object) {
            object.propertyNames().stream()
                    .filter(name -> object.path(name).isNull())
                    .toList()
                    .forEach(object::remove);
        }
        return json.toString();
    }

    private static @Nullable String find(Map<Pattern, String> patterns, String text) {
        @Nullable String found = null;
        int most = -1;
        for (Map.Entry<Pattern, String> each : patterns.entrySet()) {
            // the one that says most in words of its own: a name alone would match what follows it, too
            int said = each.getKey().pattern().replaceAll("\\[\\^/]\\+\\??", "").length();
            if (each.getKey().matcher(text).matches() && said > most) {
                found = each.getValue();
                most = said;
            }
        }
        return found;
    }

    private static Pattern pattern(String address, String name) {
        StringBuilder pattern = new StringBuilder();
        for (String part : address.split("(?=\\{)|(?<=})")) {
            pattern.append(part.startsWith("{") ? name : Pattern.quote(part));
        }
        return Pattern.compile(pattern.toString());
    }

    /** No object has a field that is not named. */
    private static void strict(JsonNode node) {
        if (node instanceof ObjectNode object
                && object.path("properties").isObject()
                && !object.has("additionalProperties")) {
            object.put("additionalProperties", false);
        }
        node.forEach(WireDocuments::strict);
    }
}
