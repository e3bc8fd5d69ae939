package io.ovation.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;

/** What a scenario has measured: single figures, and a table of steps where it goes through several. */
final class Figures {
    private final Map<String, Object> single = new LinkedHashMap<>();
    private final List<Map<String, Object>> steps = new ArrayList<>();

    Figures put(String name, Object value) {
        single.put(name, value);
        return this;
    }

    /** Adds a row to the table, and shows it at once, since a run may take minutes. */
    void step(Map<String, Object> step) {
        steps.add(step);
        Console.say("  "
                + flatten(step).entrySet().stream()
                        .map(entry -> entry.getKey() + "=" + entry.getValue())
                        .collect(Collectors.joining(" ")));
    }

    List<Map<String, Object>> steps() {
        return steps;
    }

    /** As in the JSON line. */
    Map<String, Object> all() {
        Map<String, Object> all = new LinkedHashMap<>(single);
        if (!steps.isEmpty()) {
            all.put("steps", steps);
        }
        return all;
    }

    /** As a table to read. */
    String table() {
        StringBuilder text = new StringBuilder();
        Map<String, Object> flat = flatten(single);
        int width = flat.keySet().stream().mapToInt(String::length).max().orElse(0);
        flat.forEach((name, value) -> text.append("  ")
                .append(name)
                .append(" ".repeat(width - name.length() + 2))
                .append(value)
                .append(System.lineSeparator()));
        if (!steps.isEmpty()) {
            text.append(System.lineSeparator()).append(stepTable());
        }
        return text.toString();
    }

    private String stepTable() {
        List<Map<String, Object>> rows = steps.stream().map(Figures::flatten).toList();
        Set<String> columns = new LinkedHashSet<>();
        rows.forEach(row -> columns.addAll(row.keySet()));
        ToIntFunction<String> width = column -> rows.stream()
                .mapToInt(row -> String.valueOf(row.getOrDefault(column, "")).length())
                .max()
                .orElse(0);
        StringBuilder text = new StringBuilder();
        columns.forEach(
                column -> text.append("  ").append(pad(column, Math.max(column.length(), width.applyAsInt(column)))));
        text.append(System.lineSeparator());
        for (Map<String, Object> row : rows) {
            columns.forEach(column -> text.append("  ")
                    .append(pad(
                            String.valueOf(row.getOrDefault(column, "")),
                            Math.max(column.length(), width.applyAsInt(column)))));
            text.append(System.lineSeparator());
        }
        return text.toString();
    }

    /** A figure of a step, or of one of its nested figures. */
    static double number(Map<?, ?> figures, String... path) {
        Object value = figures;
        for (String name : path) {
            value = value instanceof Map<?, ?> map ? map.get(name) : null;
        }
        return value instanceof Number number ? number.doubleValue() : Double.NaN;
    }

    private static String pad(String text, int width) {
        return " ".repeat(Math.max(0, width - text.length())) + text;
    }

    /** For the eye: the JSON line has all of it. */
    private static Map<String, Object> flatten(Map<String, Object> nested) {
        Map<String, Object> flat = new LinkedHashMap<>();
        nested.forEach((name, value) -> {
            if (value instanceof Map<?, ?> inner && inner.containsKey("p50")) {
                flat.put(name + " p50/p99/max", inner.get("p50") + "/" + inner.get("p99") + "/" + inner.get("max"));
            } else if (value instanceof Map<?, ?> inner && inner.containsKey("generator")) {
                flat.put(
                        "cores server/postgres/generator/other",
                        inner.get("server") + "/" + inner.get("postgres") + "/" + inner.get("generator") + "/"
                                + inner.get("other"));
                flat.put(
                        "CPU µs each server+postgres",
                        inner.get("serverMicrosEach") + "+" + inner.get("postgresMicrosEach"));
            } else if (value instanceof Map<?, ?> inner) {
                inner.forEach((key, figure) -> flat.put(name + "." + key, String.valueOf(figure)));
            } else {
                flat.put(name, value);
            }
        });
        return flat;
    }
}
