package io.ovation.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.ProviderNotFoundException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A Slack export, as a folder or a zip: {@code users.json}, {@code channels.json} (and {@code groups.json}) and a
 * folder of days for each channel.
 *
 * <p>A message is played as it was at last: edited texts in their last form, deleted ones not at all. Answers in a
 * thread come when they came, as replies to the
 * thread's first message. Bots speak under the name that they showed; who joined and left, and the like, is left out.
 */
final class SlackExport {
    /** What has a subtype is a remark of Slack's own, but for these. */
    private static final Set<String> SPOKEN =
            Set.of("bot_message", "me_message", "thread_broadcast", "file_share", "file_comment");

    private static final Comparator<Path> BY_NAME =
            Comparator.comparing(path -> path.getFileName().toString());

    private final JsonMapper json = new JsonMapper();
    private final Path root;
    private final Map<String, String> names;

    private SlackExport(Path root) throws IOException {
        this.root = root;
        this.names = names(root.resolve("users.json"));
    }

    /** Whether a folder or zip is to be read as an export: everything that isn't a plain file of text is. */
    static boolean looksLike(Path source, byte[] start) {
        return Files.isDirectory(source)
                || (start.length >= 4 && start[0] == 'P' && start[1] == 'K' && start[2] == 3 && start[3] == 4);
    }

    /**
     * Reads one channel.
     *
     * @param source a folder or a zip
     * @param channel the channel's name; null for the one with the most messages
     */
    static Play read(Path source, @Nullable String channel) throws IOException {
        if (Files.isDirectory(source)) {
            return readFrom(source, source, channel);
        }
        try (FileSystem zip = FileSystems.newFileSystem(source)) {
            return readFrom(zip.getPath("/"), source, channel);
        } catch (ProviderNotFoundException e) {
            throw new DemoFailure(source + " is no Slack export: neither a folder nor a zip", e);
        }
    }

    private static Play readFrom(Path top, Path source, @Nullable String channel) throws IOException {
        Path root = root(top)
                .orElseThrow(() ->
                        new DemoFailure(source + " is no Slack export: it has no users.json and no channels.json"));
        SlackExport export = new SlackExport(root);
        List<String> channels = export.channels();
        if (channel != null) {
            String wanted = channel.startsWith("#") ? channel.substring(1) : channel;
            if (!channels.contains(wanted)) {
                throw new DemoFailure("The export has no channel " + wanted + ", but " + String.join(", ", channels));
            }
            return export.play(wanted);
        }
        Optional<Play> busiest = Optional.empty();
        for (String name : channels) {
            Play play = export.play(name);
            if (busiest.isEmpty() || play.lines().size() > busiest.get().lines().size()) {
                busiest = Optional.of(play);
            }
        }
        return busiest.orElseThrow(() -> new DemoFailure("The export has no channels"));
    }

    /** The folder of the export: the top, or the one folder in it, where somebody has zipped the folder. */
    private static Optional<Path> root(Path top) throws IOException {
        try (Stream<Path> below = Files.list(top)) {
            return Stream.concat(
                            Stream.of(top), below.filter(Files::isDirectory).sorted(BY_NAME))
                    .filter(folder ->
                            Files.exists(folder.resolve("users.json")) || Files.exists(folder.resolve("channels.json")))
                    .findFirst();
        }
    }

    /** User ids with the names that people saw; two of the same name are told apart by their account names. */
    private Map<String, String> names(Path file) throws IOException {
        Map<String, String> found = new HashMap<>();
        if (!Files.exists(file)) {
            return found;
        }
        Set<String> taken = new HashSet<>();
        for (JsonNode user : tree(file)) {
            String id = user.path("id").asString("");
            String account = user.path("name").asString(id);
            JsonNode profile = user.path("profile");
            String name = firstText(
                    profile.path("display_name"), profile.path("real_name"), user.path("real_name"), user.path("name"));
            String shown = name.isEmpty() ? id : name;
            found.put(id, taken.add(shown) ? shown : shown + " (" + account + ")");
        }
        return found;
    }

    private List<String> channels() throws IOException {
        LinkedHashSet<String> found = new LinkedHashSet<>();
        for (String list : List.of("channels.json", "groups.json")) {
            Path file = root.resolve(list);
            if (Files.exists(file)) {
                tree(file).forEach(channel -> found.add(channel.path("name").asString("")));
            }
        }
        return found.stream()
                .filter(name -> !name.isEmpty() && Files.isDirectory(root.resolve(name)))
                .toList();
    }

    private Play play(String channel) throws IOException {
        List<JsonNode> told = messages(root.resolve(channel));
        List<Line> lines = new ArrayList<>(told.size());
        Map<String, Integer> placeByTs = new HashMap<>();
        BigDecimal last = null;
        for (JsonNode message : told) {
            SlackText text = SlackText.of(rawText(message), id -> names.getOrDefault(id, id));
            if (text.text().isBlank()) {
                continue;
            }
            BigDecimal ts = ts(message);
            Duration pause = last == null
                    ? Duration.ZERO
                    : Duration.ofMillis(ts.subtract(last).movePointRight(3).longValue());
            last = ts;
            placeByTs.put(message.path("ts").asString(""), lines.size());
            Integer parent = placeByTs.get(message.path("thread_ts").asString(""));
            Integer replyTo = parent != null && parent < lines.size() ? parent : null;
            String body =
                    message.path("subtype").asString("").equals("me_message") ? "*" + text.text() + "*" : text.text();
            lines.add(new Line(speaker(message), body, pause, replyTo, text.mentioned()));
        }
        return new Play("#" + channel, true, lines);
    }

    /** What was said in a channel and not taken back, by time; edited texts as they were at last. */
    private List<JsonNode> messages(Path channel) throws IOException {
        Map<String, JsonNode> byTs = new HashMap<>();
        Set<String> deleted = new HashSet<>();
        for (Path day : days(channel)) {
            for (JsonNode entry : tree(day)) {
                String subtype = entry.path("subtype").asString("");
                if (subtype.equals("message_changed")) {
                    JsonNode changed = entry.path("message");
                    byTs.put(changed.path("ts").asString(""), changed);
                } else if (subtype.equals("message_deleted")) {
                    deleted.add(entry.path("deleted_ts").asString(""));
                } else {
                    byTs.putIfAbsent(entry.path("ts").asString(""), entry);
                }
            }
        }
        byTs.keySet().removeAll(deleted);
        return byTs.values().stream()
                .filter(SlackExport::isSpoken)
                .sorted(Comparator.comparing(SlackExport::ts))
                .toList();
    }

    private static List<Path> days(Path channel) throws IOException {
        try (Stream<Path> files = Files.list(channel)) {
            return files.filter(file -> file.getFileName().toString().endsWith(".json"))
                    .sorted(BY_NAME)
                    .toList();
        }
    }

    private static boolean isSpoken(JsonNode message) {
        String subtype = message.path("subtype").asString("");
        return (subtype.isEmpty() || SPOKEN.contains(subtype))
                && message.path("type").asString("message").equals("message")
                && ts(message).signum() > 0;
    }

    private static BigDecimal ts(JsonNode message) {
        String ts = message.path("ts").asString("");
        return ts.matches("\\d{1,12}(\\.\\d{1,9})?") ? new BigDecimal(ts) : BigDecimal.ZERO;
    }

    /** The text, or, where a message is nothing but what hangs on it, the names of that. */
    private static String rawText(JsonNode message) {
        String text = message.path("text").asString("");
        if (!text.isBlank()) {
            return text;
        }
        List<String> parts = new ArrayList<>();
        message.path("files")
                .forEach(file ->
                        parts.add("[" + firstText(file.path("title"), file.path("name"), file.path("mode")) + "]"));
        message.path("attachments")
                .forEach(attachment -> parts.add(firstText(attachment.path("fallback"), attachment.path("text"))));
        return String.join("\n", parts);
    }

    private String speaker(JsonNode message) {
        String user = message.path("user").asString("");
        String known = names.get(user);
        if (known != null) {
            return known;
        }
        JsonNode profile = message.path("user_profile");
        String shown = firstText(
                message.path("username"),
                message.path("bot_profile").path("name"),
                profile.path("display_name"),
                profile.path("real_name"),
                profile.path("name"),
                message.path("user"),
                message.path("bot_id"));
        return shown.isEmpty() ? "somebody" : shown;
    }

    private static String firstText(JsonNode... candidates) {
        for (JsonNode candidate : candidates) {
            String text = candidate.asString("").strip();
            if (!text.isEmpty()) {
                return text;
            }
        }
        return "";
    }

    private JsonNode tree(Path file) throws IOException {
        try {
            return json.readTree(Files.readAllBytes(file));
        } catch (JacksonException e) {
            if (e.getCause() instanceof IOException io) {
                throw new UncheckedIOException(io);
            }
            throw new DemoFailure("The export's " + file.getFileName() + " is no JSON", e);
        }
    }
}
