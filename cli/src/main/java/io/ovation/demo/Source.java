package io.ovation.demo;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipException;

import org.jspecify.annotations.Nullable;

/**
 * Where a play comes from, and how to read it.
 *
 * @param file a text, a log, or an export's folder or zip
 * @param format what the file is
 * @param unit how a text is parted
 * @param channel the channel of an export; null for the busiest
 * @param cast who reads a text out; empty for the usual cast
 */
public record Source(
        Path file, Format format, Unit unit, @Nullable String channel, List<String> cast) {
    private static final long LARGEST_TEXT = 256L << 20;

    /** What a file is. The names are the words of the command line. */
    public enum Format {
        auto,
        text,
        irc,
        slack
    }

    /** What of a text is one message. The names are the words of the command line. */
    public enum Unit {
        line,
        sentence
    }

    /** The script that comes with the program. */
    public static Play shortScript() {
        return ShortScript.bundled();
    }

    /**
     * Reads the whole source. Throws {@link DemoFailure} where it can't be read, has nothing to play, or was given a
     * cast that it has itself.
     */
    public Play read() {
        Play play;
        try {
            play = readAs(known());
        } catch (ZipException e) {
            throw new DemoFailure(file + " is no zip that can be read", e);
        } catch (IOException | UncheckedIOException e) {
            throw new DemoFailure("Cannot read " + file + ": " + reason(e), e);
        }
        if (play.lines().isEmpty()) {
            throw new DemoFailure("There is nothing to play in " + file);
        }
        return play;
    }

    private Format known() throws IOException {
        if (!Files.exists(file)) {
            throw new DemoFailure("There is no file " + file);
        }
        if (format != Format.auto) {
            return format;
        }
        if (SlackExport.looksLike(file, Files.isDirectory(file) ? new byte[0] : start())) {
            return Format.slack;
        }
        return IrcLog.looksLike(lines()) ? Format.irc : Format.text;
    }

    private byte[] start() throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(4);
        }
    }

    private Play readAs(Format known) throws IOException {
        if (known != Format.text && !cast.isEmpty()) {
            throw new DemoFailure("A cast is for a plain text: the people of " + file + " are those that it names");
        }
        if (known != Format.slack && channel != null) {
            throw new DemoFailure("A channel is one of a Slack export, and " + file + " is none");
        }
        return switch (known) {
            case slack -> SlackExport.read(file, channel);
            case irc -> IrcLog.read(title(), lines());
            case text, auto -> {
                List<String> people = cast.isEmpty() ? Cast.of(Cast.USUAL_SIZE) : cast;
                yield switch (unit) {
                    case line -> PlainText.byLine(title(), lines(), people);
                    case sentence -> PlainText.bySentence(title(), lines(), people);
                };
            }
        };
    }

    private String title() {
        String name = String.valueOf(file.getFileName());
        int end = name.lastIndexOf('.');
        return end > 0 ? name.substring(0, end) : name;
    }

    private List<String> lines() throws IOException {
        if (Files.isDirectory(file)) {
            throw new DemoFailure(file + " is a folder, and no text");
        }
        if (Files.size(file) > LARGEST_TEXT) {
            throw new DemoFailure(file + " has more than " + (LARGEST_TEXT >> 20) + " MiB");
        }
        return TextDecoder.lines(Files.readAllBytes(file));
    }

    private static String reason(Exception e) {
        Throwable cause = e instanceof UncheckedIOException && e.getCause() != null ? e.getCause() : e;
        return cause instanceof java.nio.file.AccessDeniedException
                ? "permission denied"
                : String.valueOf(cause.getMessage());
    }
}
