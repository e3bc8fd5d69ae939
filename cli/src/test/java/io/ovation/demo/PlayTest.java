package io.ovation.demo;

import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class PlayTest {
    @Test
    void longLinesAreSaidInPartsAndRepliesStillFindTheirLine() {
        Play play = new Play(
                "a play",
                true,
                List.of(
                        new Line("Ada", "one two three", Duration.ofSeconds(1), null, List.of("Bela")),
                        new Line("Bela", "why?", Duration.ofSeconds(2), 0, List.of()),
                        new Line("Ada", "so", Duration.ofSeconds(3), 1, List.of())));

        assertThat(play.fitting(9).lines())
                .containsExactly(
                        new Line("Ada", "one two ", Duration.ofSeconds(1), null, List.of("Bela")),
                        Line.of("Ada", "three"),
                        new Line("Bela", "why?", Duration.ofSeconds(2), 0, List.of()),
                        new Line("Ada", "so", Duration.ofSeconds(3), 2, List.of()));
    }

    @Test
    void theFingerprintIsThatOfTheTextsAlone() {
        String fingerprint = new Play("a", false, List.of(Line.of("Ada", "one"), Line.of("Ada", "two"))).fingerprint();

        assertThat(new Play("b", true, List.of(Line.of("Bela", "one"), Line.of("Ada", "two"))).fingerprint())
                .isEqualTo(fingerprint);
        assertThat(new Play("a", false, List.of(Line.of("Ada", "onetwo"))).fingerprint())
                .isNotEqualTo(fingerprint);
        assertThat(new Play("a", false, List.of(Line.of("Ada", "two"), Line.of("Ada", "one"))).fingerprint())
                .isNotEqualTo(fingerprint);
    }

    @Test
    void theShortScriptIsPleasantAndOfSixPeople() {
        Play play = Source.shortScript();

        assertThat(play.title()).isEqualTo("Shooting stars on Thursday");
        assertThat(play.cast()).hasSize(6);
        assertThat(play.lines()).hasSizeBetween(60, 90);
        assertThat(play.lines()).anyMatch(line -> line.replyTo() != null).anyMatch(line -> !line.mentions()
                .isEmpty());
        for (int i = 0; i < play.lines().size(); i++) {
            Integer replyTo = play.lines().get(i).replyTo();
            assertThat(replyTo == null ? -1 : replyTo).isLessThan(i);
        }
    }

    @Test
    void aCastIsOfDifferentPeopleHoweverLarge() {
        assertThat(Cast.of(Cast.LARGEST)).hasSize(Cast.LARGEST).doesNotHaveDuplicates();
    }
}
