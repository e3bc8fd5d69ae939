package io.ovation.backup;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What a back-up holds. It is written last, so that a back-up that was cut short has none. Immutable.
 *
 * <p>As text: a line each for what is said of the whole, then one for each file with its SHA-256, its bytes and its
 * path, then the SHA-256 of all that stands above.
 *
 * @param version of the Ovation that took it
 * @param taken when it began: what was acknowledged before is in it
 * @param log what has to be there of the write-ahead log
 * @param directories all of them, since PostgreSQL needs the empty ones too, and not every copy of a back-up keeps them
 */
record Manifest(String version, Instant taken, LogRange log, List<String> directories, List<Entry> files) {
    static final String FILE = "manifest";
    private static final String FORMAT = "ovation-backup 1";
    private static final String FILE_LINE = "file";
    private static final String DIRECTORY_LINE = "directory";
    private static final String LAST_LINE = "sha256";

    /**
     * A file of it.
     *
     * @param path from the back-up's directory, parted by slashes
     */
    record Entry(String sha256, long bytes, String path) {}

    Manifest {
        directories = List.copyOf(directories);
        files = List.copyOf(files);
    }

    long bytes() {
        return files.stream().mapToLong(Entry::bytes).sum();
    }

    String text() {
        StringBuilder text = new StringBuilder();
        line(text, FORMAT);
        line(text, "version " + version);
        line(text, "taken " + taken);
        line(text, "log-timeline " + log.timeline());
        line(text, "log-segment-bytes " + log.segmentBytes());
        line(text, "log-start " + LogRange.text(log.start()));
        line(text, "log-stop " + LogRange.text(log.stop()));
        for (String each : directories) {
            line(text, DIRECTORY_LINE + " " + each);
        }
        for (Entry each : files) {
            line(text, FILE_LINE + " " + each.sha256() + " " + each.bytes() + " " + each.path());
        }
        line(text, LAST_LINE + " " + digest(text.toString()));
        return text.toString();
    }

    private static void line(StringBuilder text, String line) {
        text.append(line).append('\n');
    }

    /** Reads what {@link #text} wrote; anything else is {@link BackupFailed}. */
    static Manifest parse(String text) {
        int last = text.lastIndexOf(LAST_LINE + " ");
        if (!text.startsWith(FORMAT + "\n") || last < 0) {
            throw new BackupFailed("The manifest is damaged, or of another version of Ovation");
        }
        String body = text.substring(0, last);
        if (!text.substring(last).equals(LAST_LINE + " " + digest(body) + "\n")) {
            throw new BackupFailed("The manifest is damaged: it is not what was written");
        }
        try {
            Map<String, String> said = new HashMap<>();
            List<String> directories = new ArrayList<>();
            List<Entry> files = new ArrayList<>();
            for (String line : body.lines().skip(1).toList()) {
                int space = line.indexOf(' ');
                String rest = line.substring(space + 1);
                switch (line.substring(0, space)) {
                    case FILE_LINE -> {
                        String[] words = rest.split(" ", 3);
                        files.add(new Entry(words[0], Long.parseLong(words[1]), words[2]));
                    }
                    case DIRECTORY_LINE -> directories.add(rest);
                    case String name -> said.put(name, rest);
                }
            }
            LogRange log = new LogRange(
                    Long.parseLong(known(said, "log-timeline")),
                    Long.parseLong(known(said, "log-segment-bytes")),
                    LogRange.place(known(said, "log-start")),
                    LogRange.place(known(said, "log-stop")));
            return new Manifest(known(said, "version"), Instant.parse(known(said, "taken")), log, directories, files);
        } catch (IndexOutOfBoundsException | IllegalArgumentException | NullPointerException | DateTimeException odd) {
            throw new BackupFailed("The manifest is damaged: it cannot be read", odd);
        }
    }

    private static String known(Map<String, String> said, String name) {
        return Objects.requireNonNull(said.get(name), name);
    }

    private static String digest(String text) {
        MessageDigest digest = CheckedFiles.sha256();
        return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
    }
}
