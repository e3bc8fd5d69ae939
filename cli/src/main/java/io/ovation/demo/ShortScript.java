package io.ovation.demo;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The script that comes with the program. A line is {@code 1.5 Name: text}, after a pause in seconds, or
 * {@code 1.5 Name ^3: text}, which answers what was said
 * three lines before; {@code @Name} mentions. The first line, {@code # title}, names the room.
 */
final class ShortScript {
    private static final String RESOURCE = "short-script.txt";
    private static final Pattern LINE =
            Pattern.compile("(?<pause>\\d+(?:\\.\\d+)?) (?<name>\\S+)(?: \\^(?<back>\\d+))?: (?<text>.+)");
    private static final Pattern MENTION = Pattern.compile("@(?<name>\\p{L}+)");

    private ShortScript() {}

    static Play bundled() {
        try (InputStream in = Objects.requireNonNull(ShortScript.class.getResourceAsStream(RESOURCE), RESOURCE)) {
            return read(new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Play read(List<String> script) {
        List<Matcher> said = script.stream()
                .skip(1)
                .filter(line -> !line.isBlank())
                .map(ShortScript::matched)
                .toList();
        Set<String> cast = new LinkedHashSet<>();
        said.forEach(line -> cast.add(line.group("name")));
        List<Line> lines = new ArrayList<>(said.size());
        for (Matcher line : said) {
            String back = line.group("back");
            String text = line.group("text");
            List<String> mentions = MENTION.matcher(text)
                    .results()
                    .map(match -> match.group("name"))
                    .filter(cast::contains)
                    .distinct()
                    .toList();
            lines.add(new Line(
                    line.group("name"),
                    text,
                    Duration.ofMillis(Math.round(Double.parseDouble(line.group("pause")) * 1000)),
                    back == null ? null : Integer.valueOf(lines.size() - Integer.parseInt(back)),
                    mentions));
        }
        return new Play(script.getFirst().substring("# ".length()), true, lines);
    }

    private static Matcher matched(String line) {
        Matcher matcher = LINE.matcher(line);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("No line of a script: " + line);
        }
        return matcher;
    }
}
