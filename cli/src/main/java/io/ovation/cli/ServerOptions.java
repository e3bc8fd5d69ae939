package io.ovation.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which server a command speaks to: the one that is named, or the one that runs on a data directory. One thread's. */
final class ServerOptions {
    /** A server keeps its address in there while it runs. */
    static final String ADDRESS_FILE = "server.url";

    static final String USUAL = "http://127.0.0.1:8080";

    @Option(
            names = "--url",
            paramLabel = "URL",
            description = "The server (default: the one that runs on --data, else " + USUAL + ").")
    private @Nullable String url;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "The data directory of a running server, to find its address (default: ./data).")
    private @Nullable Path data;

    /** The address as it was given or found, not checked. */
    String address() {
        if (url != null) {
            return url;
        }
        Path directory = data == null ? usualData() : data;
        Path file = directory.resolve(ADDRESS_FILE);
        try {
            return Files.isReadable(file) ? Files.readString(file).strip() : absent(file);
        } catch (IOException unreadable) {
            return absent(file);
        }
    }

    private String absent(Path file) {
        if (data != null) {
            throw new IllegalArgumentException("No server runs on " + data + ": there is no " + file);
        }
        return USUAL;
    }

    private static Path usualData() {
        return Path.of(System.getProperty("ovation.data", "data"));
    }
}
