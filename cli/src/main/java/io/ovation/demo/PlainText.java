package io.ovation.demo;

import java.text.BreakIterator;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A plain text, spoken in turn by a cast. */
final class PlainText {
    private PlainText() {}

    /** Each line that is not blank, as it stands. */
    static Play byLine(String title, List<String> lines, List<String> cast) {
        return spoken(title, lines.stream().filter(line -> !line.isBlank()).toList(), cast);
    }

    /**
     * Each sentence; a sentence may run over lines, but not over a blank one, and its white space becomes single
     * spaces.
     */
    static Play bySentence(String title, List<String> lines, List<String> cast) {
        List<String> sentences = new ArrayList<>();
        StringBuilder paragraph = new StringBuilder();
        for (String line : lines) {
            if (line.isBlank()) {
                addSentences(paragraph, sentences);
            } else {
                paragraph
                        .append(paragraph.isEmpty() ? "" : " ")
                        .append(line.strip().replaceAll("\\s+", " "));
            }
        }
        addSentences(paragraph, sentences);
        return spoken(title, sentences, cast);
    }

    private static void addSentences(StringBuilder paragraph, List<String> sentences) {
        String text = paragraph.toString();
        paragraph.setLength(0);
        BreakIterator breaks = BreakIterator.getSentenceInstance(Locale.ROOT);
        breaks.setText(text);
        int start = 0;
        for (int end = breaks.next(); end != BreakIterator.DONE; end = breaks.next()) {
            String sentence = text.substring(start, end).strip();
            if (!sentence.isEmpty()) {
                sentences.add(sentence);
            }
            start = end;
        }
    }

    private static Play spoken(String title, List<String> texts, List<String> cast) {
        List<Line> lines = new ArrayList<>(texts.size());
        for (int i = 0; i < texts.size(); i++) {
            lines.add(Line.of(cast.get(i % cast.size()), texts.get(i)));
        }
        return new Play(title, false, lines);
    }
}
