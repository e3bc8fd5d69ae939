package io.ovation.demo;

import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * An IRC log as irssi, WeeChat and ZNC write it, and every {@code [HH:MM] <nick> text}. What people say and do is
 * played; joins, parts, notices and the log's own
 * remarks are not.
 */
final class IrcLog {
    private static final int SAMPLE_LINES = 400;
    /** A clock that goes back by more than this has passed midnight; by less, it was set, or summer ended. */
    private static final Duration CLOCK_SET_BACK = Duration.ofHours(2);

    private static final String TIME =
            "\\[?(?:(?<date>\\d{4}-\\d{2}-\\d{2})[ "
                    + "T])?(?<time>\\d{1,2}:\\d{2}(?::\\d{2})?)(?:[.,]\\d+)?(?:Z|[+-]\\d{2}:?\\d{2})?]?";
    private static final String RANK = "[ @+%&~!]?";
    private static final String NICK = "(?<nick>[^\\s<>]+)";
    private static final Pattern SAID =
            Pattern.compile("(?:" + TIME + "\\s+)?<" + RANK + NICK + ">(?:\\s(?<text>.*))?");
    private static final Pattern DONE = Pattern.compile("(?:" + TIME + "\\s+)?\\*\\s" + NICK + "(?:\\s(?<text>.*))?");
    private static final Pattern WEECHAT = Pattern.compile(TIME + "\t(?<prefix>[^\t]*)\t(?<text>.*)");
    private static final Pattern REMARK = Pattern.compile(
            "--- (?:Log|Day) .*|(?:" + TIME + "\\s+)(?:-!-|\\*{3}|-->|<--|--|-[^\\s-]\\S*-|!)(?:\\s.*)?");
    private static final Pattern ADDRESSED = Pattern.compile("(?<nick>[^\\s:,]+)[:,]\\s.*", Pattern.DOTALL);
    private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("H:mm[:ss]");
    /** Bold, italic, underline, strike-through, monospace, reverse, reset, and colours with their numbers. */
    private static final Pattern FORMATTING = Pattern.compile(
            "\u0003(?:\\d{1,2}(?:,\\d{1,2})?)?|\u0004(?:[0-9A-Fa-f]{6})?|[\u0002\u000F\u0011\u0016\u001D-\u001F]");

    /** What a line of a log is. */
    private sealed interface Entry {}

    private record Said(@Nullable LocalDate date, @Nullable LocalTime time, String nick, String text)
            implements Entry {}

    private record Remark() implements Entry {}

    private IrcLog() {}

    /** Whether most of the lines are a log's, and some of them, with a time, what somebody says. */
    static boolean looksLike(List<String> lines) {
        List<Optional<Entry>> sample = lines.stream()
                .filter(line -> !line.isBlank())
                .limit(SAMPLE_LINES)
                .map(IrcLog::entry)
                .toList();
        long known = sample.stream().filter(Optional::isPresent).count();
        boolean saidWithTime = sample.stream()
                .flatMap(Optional::stream)
                .anyMatch(entry -> entry instanceof Said said && said.time != null);
        return saidWithTime && known * 2 > sample.size();
    }

    static Play read(String title, List<String> lines) {
        List<Said> said = lines.stream()
                .map(IrcLog::entry)
                .flatMap(Optional::stream)
                .filter(Said.class::isInstance)
                .map(Said.class::cast)
                .filter(entry -> !entry.text.isBlank())
                .toList();
        Set<String> nicks = new HashSet<>();
        said.forEach(entry -> nicks.add(entry.nick));
        Times times = new Times();
        List<Line> played = new ArrayList<>(said.size());
        for (Said entry : said) {
            played.add(new Line(entry.nick, entry.text, times.pauseBefore(entry), null, addressed(entry.text, nicks)));
        }
        return new Play(title, said.stream().anyMatch(entry -> entry.time != null), played);
    }

    private static List<String> addressed(String text, Set<String> nicks) {
        Matcher matcher = ADDRESSED.matcher(text);
        return matcher.matches() && nicks.contains(matcher.group("nick")) ? List.of(matcher.group("nick")) : List.of();
    }

    private static Optional<Entry> entry(String raw) {
        String line = FORMATTING.matcher(raw).replaceAll("");
        Matcher weechat = WEECHAT.matcher(line);
        if (weechat.matches()) {
            return Optional.of(weechat(weechat));
        }
        // before "* nick text": ZNC's remarks begin with stars too
        if (REMARK.matcher(line).matches()) {
            return Optional.of(new Remark());
        }
        Matcher said = SAID.matcher(line);
        if (said.matches()) {
            return Optional.of(said(said, said.group("nick"), orEmpty(said.group("text"))));
        }
        Matcher done = DONE.matcher(line);
        if (done.matches()) {
            return Optional.of(said(done, done.group("nick"), action(orEmpty(done.group("text")))));
        }
        return Optional.empty();
    }

    /** WeeChat parts time, prefix and text by tabs; the prefix is the nick, or a sign for what is nobody's word. */
    private static Entry weechat(Matcher line) {
        String prefix = line.group("prefix").strip();
        String text = line.group("text");
        if (prefix.equals("*")) {
            String[] words = text.split(" ", 2);
            return said(line, words[0], action(words.length > 1 ? words[1] : ""));
        }
        String nick = prefix.replaceFirst("^" + RANK, "");
        boolean remark = nick.isEmpty()
                || prefix.equals("-->")
                || prefix.equals("<--")
                || prefix.equals("--")
                || prefix.startsWith("=!=");
        return remark || nick.contains(" ") ? new Remark() : said(line, nick, text);
    }

    private static Entry said(Matcher line, String nick, String text) {
        try {
            String date = line.group("date");
            String time = line.group("time");
            return new Said(
                    date == null ? null : LocalDate.parse(date),
                    time == null ? null : LocalTime.parse(time, CLOCK),
                    nick,
                    text);
        } catch (DateTimeParseException e) {
            // 25:61 is no time, so this is no line of a log
            return new Remark();
        }
    }

    private static String action(String text) {
        return text.isBlank() ? "" : "*" + text.strip() + "*";
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }

    /** Most logs have the time of day only. */
    private static final class Times {
        private LocalDate day = LocalDate.EPOCH;
        private @Nullable LocalDateTime last;

        Duration pauseBefore(Said entry) {
            if (entry.time == null) {
                return Duration.ZERO;
            }
            LocalDateTime before = last;
            if (entry.date != null) {
                day = entry.date;
            }
            LocalDateTime at = day.atTime(entry.time);
            if (before != null
                    && entry.date == null
                    && Duration.between(at, before).compareTo(CLOCK_SET_BACK) > 0) {
                day = day.plusDays(1);
                at = day.atTime(entry.time);
            }
            last = at;
            return before == null || at.isBefore(before) ? Duration.ZERO : Duration.between(before, at);
        }
    }
}
