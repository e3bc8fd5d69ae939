package io.ovation.cli;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Writes events: as they came, a line each, or as a table to read. */
final class EventPrinter {
    private static final int PAYLOAD_WIDTH = 100;

    private final JsonMapper json = new JsonMapper();
    private final OutputStream out;
    private final boolean table;

    EventPrinter(OutputStream out, boolean table) {
        this.out = new BufferedOutputStream(out, 64 * 1024);
        this.table = table;
    }

    /** @throws IOException if nobody reads any more */
    void print(String event) throws IOException {
        out.write((table ? row(json.readTree(event)) : event).getBytes(StandardCharsets.UTF_8));
        out.write('\n');
        if (table) {
            out.flush();
        }
    }

    void flush() throws IOException {
        out.flush();
    }

    private static String row(JsonNode event) {
        boolean undecodable = event.path("undecodable").asBoolean(false);
        return String.format(
                Locale.ROOT,
                "%9d  %s  %-20s %s  %s",
                event.path("position").asLong(),
                event.path("timestamp").asString(""),
                Printable.text(event.path("type").asString(""), 20),
                Printable.text(event.path("aggregateId").asString(""), 36),
                undecodable
                        ? "(undecodable)"
                        : Printable.text(event.path("payload").toString(), PAYLOAD_WIDTH));
    }
}
