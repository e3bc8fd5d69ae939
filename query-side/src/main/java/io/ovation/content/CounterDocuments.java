package io.ovation.content;

import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

import io.ovation.content.ContentQuery.Counters;
import io.ovation.documents.Draft;
import io.ovation.live.Frame;
import io.ovation.live.Topic;
import io.ovation.live.Update;
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

    /** The frame of the reactions to a target, whose key and document these are; empty where nobody ever reacted. */
    static Optional<Update> reactions(String key, Map<String, Object> document) {
        return document.get("owner") instanceof String owner
                        && document.get("reacted") instanceof Long reacted
                        && document.get("redacted") == null
                ? Optional.of(reactions(key, owner, reacted, counts(document)))
                : Optional.empty();
    }

    /**
     * The frame that takes back the reactions to what was redacted at a position: they may be told after the redaction
     * itself, which waits for no read model. Empty where there were never any, or nothing was redacted.
     */
    static Optional<Update> withdrawn(String key, long position, Map<String, Object> document) {
        return document.get("owner") instanceof String owner && document.get("redacted") != null
                ? Optional.of(reactions(key, owner, position, Map.of()))
                : Optional.empty();
    }

    private static Map<String, Long> counts(Map<String, Object> document) {
        return Objects.requireNonNullElse(reactions(document), Map.of());
    }

    private static Update reactions(String key, String owner, long position, Map<String, Long> counts) {
        String id = key.substring(key.indexOf('/') + 1);
        return switch (key.substring(0, key.indexOf('/'))) {
            case "message" ->
                new Update(Topic.conversation(owner), position, new Frame.Reactions(id, null, null, counts));
            case "comment" -> new Update(Topic.content(owner), position, new Frame.Reactions(null, id, null, counts));
            default -> new Update(Topic.content(owner), position, new Frame.Reactions(null, null, id, counts));
        };
    }

    /** Takes one more, or one fewer, reaction. The kinds are in one field, whose names the operator chose. */
    static void react(Draft counters, ReactionEvent event, long delta, long position) {
        if (counters.state("redacted", Boolean.class) != null) {
            return;
        }
        if (event.kind().equals(LIKE)) {
            Long before = counters.state("likes", Long.class);
            counters.set("likes", (before == null ? 0 : before) + delta);
        } else {
            Document before = counters.state("reactions", Document.class);
            Document after = before == null ? new Document() : new Document(before);
            Long count = after.getLong(event.kind());
            long now = (count == null ? 0 : count) + delta;
            if (now == 0) {
                after.remove(event.kind());
            } else {
                after.put(event.kind(), now);
            }
            counters.set("reactions", after);
        }
        counters.set("owner", event.target().owner()).set("reacted", position);
    }

    /** What is redacted has no reactions any more, and gets none. */
    static void redact(Draft counters) {
        counters.set("redacted", true).set("likes", 0L).set("reactions", new Document());
    }

    private static Map<String, Long> others(Map<String, Object> document) {
        Map<String, Long> others = new TreeMap<>();
        if (document.get("reactions") instanceof Document kinds) {
            kinds.forEach((kind, count) -> others.put(kind, ((Number) count).longValue()));
        }
        return others;
    }

    /** How many there are of each kind, likes among them; null for none. */
    static @Nullable Map<String, Long> reactions(Map<String, Object> document) {
        Map<String, Long> all = others(document);
        long likes = number(document, "likes");
        if (likes != 0) {
            all.put(LIKE, likes);
        }
        return all.isEmpty() ? null : all;
    }

    private static long number(Map<String, Object> document, String field) {
        return document.get(field) instanceof Number number ? number.longValue() : 0;
    }
}
