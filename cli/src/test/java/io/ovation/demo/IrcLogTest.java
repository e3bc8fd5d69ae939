package io.ovation.demo;

import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class IrcLogTest {
    private static final List<String> IRSSI = """
            --- Log opened Mon Mar 04 23:58:01 2024
            23:58 -!- lark [lark@example.org] has joined #garden
            23:58 -!- Irssi: #garden: Total of 3 nicks [1 ops, 0 halfops, 0 voices, 2 normal]
            23:58 < lark> the beans are up
            23:59 <@mole> lark: already?
            23:59  * mole digs
            --- Day changed Tue Mar 05 2024
            00:02 <+wren> good <b>night</b>
            00:03 -!- mole is now known as mole_away
            00:03 -lark(lark@example.org)- psst
            --- Log closed Tue Mar 05 00:04:00 2024
            """.lines().toList();

    private static final List<String> WEECHAT = """
            2024-03-04 23:58:00\t-->\tlark (~lark@example.org) has joined #garden
            2024-03-04 23:58:10\tlark\tthe beans are up
            2024-03-04 23:58:12\t@mole\tlark: already?
            2024-03-04 23:59:00\t *\tmole digs
            2024-03-05 00:02:00\t+wren\tgood\tnight
            2024-03-05 00:02:01\t--\tMode #garden [+o mole] by wren
            2024-03-05 00:02:02\t<--\tlark (~lark@example.org) has quit (bye)
            2024-03-05 00:02:03\t\tnobody said this
            """.lines().toList();

    private static final List<String> ZNC = """
            [23:58:00] *** Joins: lark (~lark@example.org)
            [23:58:10] <lark> the beans are up
            [23:58:12] <mole> lark, already?
            [23:59:00] * mole digs
            [23:59:30] -NickServ- who are you?
            [00:02:00] <wren> good night
            [00:02:01] *** Quits: lark (~lark@example.org) (bye)
            """.lines().toList();

    @Test
    void irssi() {
        assertThat(IrcLog.looksLike(IRSSI)).isTrue();
        assertThat(IrcLog.read("garden", IRSSI).lines())
                .containsExactly(
                        line("lark", "the beans are up", 0),
                        line("mole", "lark: already?", 60, "lark"),
                        line("mole", "*digs*", 0),
                        line("wren", "good <b>night</b>", 180));
    }

    @Test
    void weechat() {
        assertThat(IrcLog.looksLike(WEECHAT)).isTrue();
        assertThat(IrcLog.read("garden", WEECHAT).lines())
                .containsExactly(
                        line("lark", "the beans are up", 0),
                        line("mole", "lark: already?", 2, "lark"),
                        line("mole", "*digs*", 48),
                        line("wren", "good\tnight", 180));
    }

    @Test
    void znc() {
        assertThat(IrcLog.looksLike(ZNC)).isTrue();
        assertThat(IrcLog.read("garden", ZNC).lines())
                .containsExactly(
                        line("lark", "the beans are up", 0),
                        line("mole", "lark, already?", 2, "lark"),
                        line("mole", "*digs*", 48),
                        line("wren", "good night", 180));
    }

    @Test
    void timesInBracketsWithAndWithoutADate() {
        List<String> log = List.of(
                "[9:05] <a> one",
                "[09:06] <b>  two",
                "[2024-03-05 09:06:30] <a> three",
                "[2024-03-05T09:06:31.5Z] <a> four",
                "09:07:00 <~b>");

        assertThat(IrcLog.looksLike(log)).isTrue();
        assertThat(IrcLog.read("log", log).lines())
                .extracting(Line::speaker, Line::body)
                .containsExactly(tuple("a", "one"), tuple("b", " two"), tuple("a", "three"), tuple("a", "four"));
    }

    @Test
    void aLogWithoutTimesIsOneOnlyWhenSaidSo() {
        List<String> log = List.of("<a> one", "<b> two");

        assertThat(IrcLog.looksLike(log)).isFalse();
        Play play = IrcLog.read("log", log);
        assertThat(play.timed()).isFalse();
        assertThat(play.lines()).containsExactly(Line.of("a", "one"), Line.of("b", "two"));
    }

    @Test
    void proseAndMarkupAreNoLog() {
        assertThat(IrcLog.looksLike(
                        List.of("Call me by my name.", "At 12:30 we sailed.", "* a list", "<p> a paragraph</p>")))
                .isFalse();
        assertThat(IrcLog.looksLike(List.of())).isFalse();
    }

    @Test
    void coloursAndOtherFormattingAreTakenOut() {
        assertThat(IrcLog.read("log", List.of("[10:00] <\u00034,12lark\u000F> \u0002bold\u0002 and \u000304red\u0003"))
                        .lines())
                .containsExactly(line("lark", "bold and red", 0));
    }

    @Test
    void aClockThatWasSetBackIsNoNewDay() {
        List<String> log = List.of(
                "[02:59] <a> one",
                "[02:00] <a> two",
                "[01:00] <a> three",
                "[00:10] <a> four",
                "[22:00] <a> five",
                "[01:00] <a> six");

        assertThat(IrcLog.read("log", log).lines())
                .extracting(Line::pause)
                .containsExactly(
                        Duration.ZERO,
                        Duration.ZERO,
                        Duration.ZERO,
                        Duration.ZERO,
                        Duration.ofMinutes(21 * 60 + 50),
                        Duration.ofHours(3));
    }

    @Test
    void whatIsNoTimeIsNoLineOfALog() {
        assertThat(IrcLog.read("log", List.of("[25:61] <a> one", "[2024-13-01 10:00] <a> two", "[10:00] <a> three"))
                        .lines())
                .extracting(Line::body)
                .containsExactly("three");
    }

    private static Line line(String speaker, String body, long seconds, String... mentions) {
        return new Line(speaker, body, Duration.ofSeconds(seconds), null, List.of(mentions));
    }

    private static org.assertj.core.groups.Tuple tuple(Object... values) {
        return org.assertj.core.groups.Tuple.tuple(values);
    }
}
