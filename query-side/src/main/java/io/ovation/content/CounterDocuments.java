package io.ovation.content;

import java.util.Map;
import java.util.TreeMap;

import io.ovation.content.ContentQuery.Counters;
import io.ovation.live.Frame;
import org.bson.Document;
import org.jspecify.annotations.Nullable;

import static io.ovation.content.ContentDocuments.LIKE;

/** What a document of counters says. */
final class CounterDocuments {
    private CounterDocuments() {}

    static Counters counters(Map<String, Object> document) {
        return new Counters(
                number(document, "views"),
                number(document, "likes"),
                number(document, "applause"),
                number(document, "comments"));
    }

    static Frame.Counters frame(String contentId, Map<String, Object> document) {
        Counters counters = counters(document);
        return new Frame.Counters(
                contentId, counters.views(), counters.likes(), counters.applause(), counters.comments());
    }

    /** How many there are of each kind besides likes; null for none. */
    static @Nullable Map<String, Long> others(Map<String, Object> document) {
        Map<String, Long> others = new TreeMap<>();
        if (document.get("reactions") instanceof Document kinds) {
            kinds.forEach((kind, count) -> others.put(kind, ((Number) count).longValue()));
        }
        return others.isEmpty() ? null : others;
    }

    /** How many there are of each kind, likes among them; null for none. */
    static @Nullable Map<String, Long> reactions(Map<String, Object> document) {
        Map<String, Long> others = others(document);
        long likes = number(document, "likes");
        if (likes == 0) {
            return others;
        }
        Map<String, Long> all = others == null ? new TreeMap<>() : others;
        all.put(LIKE, likes);
        return all;
    }

    private static long number(Map<String, Object> document, String field) {
        return document.get(field) instanceof Number number ? number.longValue() : 0;
    }
}
