package io.ovation.demo;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Turns the text of a Slack message into what its readers saw: {@code <@U123>} becomes the name, links and channels
 * their labels, entities their characters.
 *
 * @param text plain text
 * @param mentioned the people named in it, without repeats
 */
record SlackText(String text, List<String> mentioned) {
    private static final Pattern REFERENCE = Pattern.compile("<(?<target>[^<>|]+)(?:\\|(?<label>[^<>]*))?>");

    /** Reads a text; {@code names} turns a user's id into the user's name. */
    static SlackText of(String raw, UnaryOperator<String> names) {
        LinkedHashSet<String> mentioned = new LinkedHashSet<>();
        String text =
                REFERENCE.matcher(raw).replaceAll(match -> Matcher.quoteReplacement(resolve(match, names, mentioned)));
        // the ampersand last, so that what was written as &amp;lt; stays &lt;
        text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
        return new SlackText(text, List.copyOf(mentioned));
    }

    private static String resolve(MatchResult match, UnaryOperator<String> names, LinkedHashSet<String> mentioned) {
        String target = match.group("target");
        String label = match.group("label") == null ? "" : match.group("label");
        String rest = target.substring(1);
        return switch (target.charAt(0)) {
            case '@' -> {
                String name = names.apply(rest);
                mentioned.add(name);
                yield "@" + name;
            }
            case '#' -> "#" + (label.isEmpty() ? rest : label);
            case '!' -> special(rest, label);
            default -> link(target, label);
        };
    }

    /** {@code <!here>}, {@code <!subteam^S1|@team>}, {@code <!date^1700000000^{date}|14 November>}. */
    private static String special(String command, String label) {
        if (!label.isEmpty()) {
            return command.startsWith("date^") || label.startsWith("@") ? label : "@" + label;
        }
        int end = command.indexOf('^');
        return "@" + (end < 0 ? command : command.substring(0, end));
    }

    private static String link(String address, String label) {
        String plain = address.startsWith("mailto:") ? address.substring("mailto:".length()) : address;
        return label.isEmpty() || label.equals(plain) || plain.endsWith("//" + label)
                ? plain
                : label + " (" + plain + ")";
    }
}
