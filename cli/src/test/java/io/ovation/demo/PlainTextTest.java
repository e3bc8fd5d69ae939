package io.ovation.demo;

import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class PlainTextTest {
    @Test
    void everyLineThatIsNotBlankIsSpokenInTurnAsItStands() {
        Play play =
                PlainText.byLine("a text", List.of("  one ", "", "\t", "two", "three—“four”"), List.of("Ada", "Bela"));

        assertThat(play.lines())
                .containsExactly(Line.of("Ada", "  one "), Line.of("Bela", "two"), Line.of("Ada", "three—“four”"));
        assertThat(play.timed()).isFalse();
        assertThat(play.cast()).containsExactly("Ada", "Bela");
    }

    @Test
    void aSentenceRunsOverLinesButNotOverABlankOne() {
        Play play = PlainText.bySentence(
                "a text",
                List.of(
                        "It rained. The ship",
                        "  lay  still!",
                        "“Who",
                        "goes there?”",
                        "",
                        "A heading",
                        "",
                        "The end."),
                List.of("Ada"));

        assertThat(play.lines())
                .extracting(Line::body)
                .containsExactly("It rained.", "The ship lay still!", "“Who goes there?”", "A heading", "The end.");
    }
}
