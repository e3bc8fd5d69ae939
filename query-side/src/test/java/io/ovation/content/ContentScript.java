package io.ovation.content;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

import io.ovation.AppData;
import io.ovation.content.ContentEvent.CommentAdded;
import io.ovation.content.ContentEvent.CommentRedacted;
import io.ovation.content.ContentEvent.ContentEdited;
import io.ovation.content.ContentEvent.ContentPublished;
import io.ovation.content.ContentEvent.ContentRetracted;
import io.ovation.content.ReactionEvent.LikeWithdrawn;
import io.ovation.content.ReactionEvent.Liked;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.GenericDomainEventMessage;

/**
 * Writes the events that contents, reactions and tallies would record; numbers them as the aggregates would, and
 * records nothing where those would not.
 */
final class ContentScript {
    private static final Instant START = Instant.parse("2026-01-02T03:04:05.123Z");

    private final List<DomainEventMessage<Object>> events = new ArrayList<>();
    private final Map<String, Long> sequences = new HashMap<>();
    private final Map<String, Long> seqs = new HashMap<>();
    private final Set<String> given = new HashSet<>();
    private final Set<String> redacted = new HashSet<>();
    private long time;
    private int windows;
    private int applauses;

    static String id(String name) {
        return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)).toString();
    }

    static Target target(String content) {
        return new Target.OfContent(id(content));
    }

    static Target comment(String content, long seq) {
        return new Target.OfComment(id(content), id(content + "#" + seq));
    }

    ContentScript publish(String content) {
        return record(
                "Content",
                id(content),
                new ContentPublished(id(content), "About " + content, "text", "ann", now(), null));
    }

    ContentScript edit(String content, String body) {
        return record(
                "Content",
                id(content),
                new ContentEdited(id(content), "About " + content, body, "ann", now(), null));
    }

    ContentScript retract(String content) {
        return record("Content", id(content), new ContentRetracted(id(content), "ann", now(), "ann"));
    }

    ContentScript comment(String content, String author, String body) {
        long seq = seqs.merge(content, 1L, Long::sum);
        return record(
                "Content",
                id(content),
                new CommentAdded(
                        id(content),
                        id(content + "#" + seq),
                        seq,
                        author,
                        body,
                        null,
                        "ann",
                        null,
                        now(),
                        List.of("eve"),
                        new AppData("{\"b\":1.0}")));
    }

    ContentScript redact(String content, long seq) {
        return redacted.add(content + "#" + seq)
                ? record(
                        "Content",
                        id(content),
                        new CommentRedacted(id(content), id(content + "#" + seq), seq, "ann", now()))
                : this;
    }

    ContentScript like(Target target, String kind, String user) {
        Liked liked = new Liked(target, kind, user, "ann", null, now());
        return given.add(liked.reactionId()) ? record("Reaction", liked.reactionId(), liked) : this;
    }

    ContentScript withdraw(Target target, String kind, String user) {
        LikeWithdrawn withdrawn = new LikeWithdrawn(target, kind, user, "ann", null, now());
        return given.remove(withdrawn.reactionId()) ? record("Reaction", withdrawn.reactionId(), withdrawn) : this;
    }

    ContentScript tally(Target target, TallyKind kind, long delta) {
        return record(
                "Tally",
                TallyRecorded.tallyId(target, kind),
                new TallyRecorded(target, kind, delta, "w" + windows++, now()));
    }

    ContentScript applaud(Target target, int count) {
        String id = id("applause " + applauses++);
        return record("Applause", Applauded.aggregateId(id), new Applauded(id, target, "ann", count, now()));
    }

    /** Something that is none of the contents'. */
    ContentScript other() {
        return record("Other", "other", "something else");
    }

    long lastSeq(String content) {
        return seqs.getOrDefault(content, 0L);
    }

    /** What was written since the last call. */
    List<DomainEventMessage<Object>> take() {
        List<DomainEventMessage<Object>> taken = List.copyOf(events);
        events.clear();
        return taken;
    }

    private ContentScript record(String type, String aggregate, Object event) {
        long sequence = sequences.merge(aggregate, 1L, Long::sum) - 1;
        events.add(new GenericDomainEventMessage<>(type, aggregate, sequence, event));
        return this;
    }

    private Instant now() {
        return START.plusMillis(time++);
    }
}
