package io.ovation.reference;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.ovation.ErrorCode;
import io.ovation.limits.LimitSettings;
import io.ovation.operation.Operation.Nothing;
import io.ovation.operation.Problem;
import io.ovation.reference.Reference.Entry;

/**
 * The table of features as AsyncAPI 3: a channel for each RSocket route with what is asked and what is answered or
 * told, and one for each stream over SSE. For one thread.
 */
final class AsyncApi {
    private static final Pattern NAME = Pattern.compile("\\{(\\w+)}");
    private static final String SSE = "sse";
    private static final String RSOCKET = "rsocket";
    private static final String MESSAGES = "messages";
    private static final String REQUEST = "request";
    private static final String PROBLEM = "problem";
    private static final String REF = "$ref";

    private final Reference reference;
    private final LimitSettings limits;
    private final Shapes shapes;
    private final Map<String, Object> channels = new LinkedHashMap<>();
    private final Map<String, Object> operations = new LinkedHashMap<>();

    AsyncApi(Reference reference, LimitSettings limits) {
        this.reference = reference;
        this.limits = limits;
        this.shapes = new Shapes("#/components/schemas/", limits);
    }

    Map<String, Object> document() {
        shapes.answer(Problem.class);
        for (Signal signal : Signal.values()) {
            shapes.put(signal.schema(), signal.shape());
        }
        for (Entry entry : reference.entries()) {
            String route = entry.route();
            if (route != null) {
                asked(entry, route);
            }
            if (entry instanceof Entry.Watched watched && watched.path() != null) {
                told(watched, watched.path());
            }
        }
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("asyncapi", "3.0.0");
        document.put("info", Info.of("Ovation over RSocket and SSE", limits));
        document.put("defaultContentType", "application/json");
        document.put("servers", servers());
        document.put("channels", channels);
        document.put("operations", operations);
        document.put("components", Map.of("schemas", shapes.schemas(), "securitySchemes", Map.of("token", token())));
        return document;
    }

    private static Map<String, Object> servers() {
        Map<String, Object> host = Map.of("host", Map.of("default", "localhost:8080", "description", "This server"));
        return Map.of(
                RSOCKET,
                Map.of(
                        "host",
                        "{host}",
                        "variables",
                        host,
                        "pathname",
                        "/rsocket",
                        "protocol",
                        "ws",
                        "description",
                        "RSocket over WebSocket: metadata message/x.rsocket.composite-metadata.v0 with the route as"
                                + " message/x.rsocket.routing.v0, data application/json",
                        "security",
                        List.of(Map.of(REF, "#/components/securitySchemes/token"))),
                SSE,
                Map.of(
                        "host",
                        "{host}",
                        "variables",
                        host,
                        "protocol",
                        "http",
                        "description",
                        "Server-Sent Events: each data is one frame, each id its cursor; Last-Event-ID resumes",
                        "security",
                        List.of(Map.of(REF, "#/components/securitySchemes/token"))));
    }

    private static Map<String, Object> token() {
        return Map.of(
                "type",
                "http",
                "scheme",
                "bearer",
                "bearerFormat",
                "JWT",
                "description",
                "In the Authorization header, in access_token, or in SETUP as message/x.rsocket.authentication.v0");
    }

    /** A route: what is asked, and what comes of it. */
    private void asked(Entry entry, String route) {
        List<String> names = new ArrayList<>();
        Map<String, Object> messages = new LinkedHashMap<>();
        messages.put(REQUEST, message(shapes.request(entry.body(), missing(entry, route)), request(entry, route)));
        if (!(entry instanceof Entry.Watched)) {
            entry.description().answers().values().stream().limit(1).forEach(type -> {
                messages.put("answer", answer(type));
                names.add("answer");
            });
        } else {
            names.addAll(frames(entry, messages, false));
        }
        Map<String, Object> problem = message(shapes.named("Problem"), Refusals.example(ErrorCode.NOT_FOUND));
        problem.put("x-codes", Refusals.of(entry, true).stream().map(ErrorCode::text).toList());
        messages.put(PROBLEM, problem);
        names.add(PROBLEM);
        String key = key(route);
        channels.put(key, channel(route, RSOCKET, entry, messages));
        Map<String, Object> operation = operation("receive", key, entry, List.of(REQUEST));
        operation.put(
                "reply",
                Map.of("channel", channelRef(key), MESSAGES, names.stream().map(name -> ref(key, name)).toList()));
        operations.put(key, operation);
    }

    private void told(Entry.Watched watched, String path) {
        Map<String, Object> messages = new LinkedHashMap<>();
        List<String> names = frames(watched, messages, true);
        String key = key(path.substring(1).replace('/', '.'));
        channels.put(key, channel(path, SSE, watched, messages));
        operations.put(key, operation("send", key, watched, names));
    }

    private Map<String, Object> answer(Class<? extends Record> type) {
        return type == Nothing.class
                ? message(Map.of("type", "object"), Map.of())
                : message(shapes.answer(type), Examples.of(type));
    }

    private List<String> frames(Entry entry, Map<String, Object> messages, boolean overSse) {
        List<String> names = new ArrayList<>();
        for (Signal signal : Signal.values()) {
            if (overSse || signal != Signal.ERROR) {
                Map<String, Object> message = message(shapes.named(signal.schema()), signal.example());
                message.put("summary", signal.meaning());
                messages.put(signal.schema(), message);
                names.add(signal.schema());
            }
        }
        for (Class<? extends Record> type : entry.description().frames()) {
            Map<String, Object> schema = shapes.frame(type);
            String ref = String.valueOf(schema.get(REF));
            String name = ref.substring(ref.lastIndexOf('/') + 1);
            messages.put(name, message(schema, Examples.frame(type)));
            names.add(name);
        }
        return names;
    }

    /** The names of HTTP's path that the route lacks are fields. */
    private static List<String> missing(Entry entry, String route) {
        List<String> names = names(entry.path() == null ? route : entry.path());
        names.removeAll(names(route));
        return names;
    }

    private static Map<String, Object> request(Entry entry, String route) {
        Map<String, Object> example = Examples.of(entry.body());
        missing(entry, route).forEach(name -> {
            Vocabulary.Word word = Vocabulary.of("", name);
            example.put(name, word == null || word.example() == null ? name : word.example());
        });
        return example;
    }

    private static Map<String, Object> message(Map<String, Object> payload, Map<String, Object> example) {
        Map<String, Object> message = new LinkedHashMap<>();
        message.put("payload", payload);
        message.put("examples", List.of(Map.of("payload", example)));
        return message;
    }

    private static Map<String, Object> channel(
            String address, String server, Entry entry, Map<String, Object> messages) {
        Map<String, Object> channel = new LinkedHashMap<>();
        channel.put("address", address);
        channel.put("summary", entry.description().summary());
        channel.put("servers", List.of(Map.of(REF, "#/servers/" + server)));
        channel.put(MESSAGES, messages);
        List<String> names = names(address);
        if (!names.isEmpty()) {
            Map<String, Object> parameters = new LinkedHashMap<>();
            names.forEach(name -> {
                Vocabulary.Word word = Vocabulary.of("", name);
                parameters.put(name, Map.of("description", word == null ? name : word.meaning()));
            });
            channel.put("parameters", parameters);
        }
        return channel;
    }

    private static Map<String, Object> operation(String action, String key, Entry entry, List<String> messages) {
        Map<String, Object> operation = new LinkedHashMap<>();
        operation.put("action", action);
        operation.put("channel", channelRef(key));
        operation.put("summary", entry.description().summary());
        operation.put(MESSAGES, messages.stream().map(name -> ref(key, name)).toList());
        return operation;
    }

    private static Map<String, Object> channelRef(String key) {
        return Map.of(REF, "#/channels/" + key);
    }

    private static Map<String, Object> ref(String key, String message) {
        return Map.of(REF, "#/channels/" + key + "/messages/" + message);
    }

    private static String key(String address) {
        return NAME.matcher(address).replaceAll("$1");
    }

    private static List<String> names(String address) {
        List<String> names = new ArrayList<>();
        Matcher matcher = NAME.matcher(address);
        while (matcher.find()) {
            names.add(matcher.group(1));
        }
        return names;
    }
}
