package io.ovation.operation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * What is served under which route: a tree of the parts between the dots. A part that is written out goes before a
 * {@code {name}}, and there is no way back from it. Built at the start, then only read, by any thread.
 */
public final class Routes<T> {
    private final Map<String, Routes<T>> literals = new HashMap<>();
    private @Nullable Routes<T> named;
    private @Nullable T target;
    private List<String> names = List.of();

    /** What a route led to, and what stood in it for each name. */
    public record Match<T>(T target, Map<String, String> names) {}

    /** Adds a route such as {@code conversations.{conversationId}.send}. */
    public void add(String route, T served) {
        Routes<T> node = this;
        List<String> found = new ArrayList<>();
        for (String part : route.split("\\.", -1)) {
            if (part.startsWith("{") && part.endsWith("}")) {
                found.add(part.substring(1, part.length() - 1));
                if (node.named == null) {
                    node.named = new Routes<>();
                }
                node = node.named;
            } else {
                node = node.literals.computeIfAbsent(part, literal -> new Routes<>());
            }
        }
        if (node.target != null) {
            throw new IllegalStateException("Two features serve the route " + route);
        }
        node.target = served;
        node.names = List.copyOf(found);
    }

    /** What serves a route; null for nothing. */
    @Nullable
    public Match<T> match(String route) {
        Routes<T> node = this;
        List<String> values = new ArrayList<>(2);
        int start = 0;
        while (start <= route.length()) {
            int dot = route.indexOf('.', start);
            int end = dot < 0 ? route.length() : dot;
            String part = route.substring(start, end);
            Routes<T> next = node.literals.get(part);
            if (next == null && !part.isEmpty()) {
                next = node.named;
                values.add(part);
            }
            if (next == null) {
                return null;
            }
            node = next;
            start = end + 1;
        }
        T served = node.target;
        if (served == null) {
            return null;
        }
        Map<String, String> named = HashMap.newHashMap(values.size());
        for (int i = 0; i < values.size(); i++) {
            named.put(node.names.get(i), values.get(i));
        }
        return new Match<>(served, named);
    }
}
