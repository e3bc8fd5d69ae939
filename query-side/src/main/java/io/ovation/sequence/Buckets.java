package io.ovation.sequence;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedSet;
import java.util.function.Function;
import java.util.function.LongPredicate;
import java.util.stream.Collectors;

import io.ovation.documents.Changes;
import io.ovation.documents.DocumentStore;
import io.ovation.documents.DocumentType;
import io.ovation.documents.Draft;
import org.bson.Document;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The documents of numbered entries, {@value #SIZE} to a document, each in the slot of its seq. The seqs have no gap,
 * so that the documents of a page are known from its bounds: its cost does not grow with what there is.
 *
 * <p>Beside the entries a bucket says which of them are redacted, for who has only this to ask.
 *
 * @param type the documents' type; it has no state
 * @param entries the field of the entries
 */
public record Buckets(DocumentType type, String entries) {
    /**
     * Entries in a document. More makes each write dearer, for the embedded server copies the whole document; fewer
     * makes a page span more documents.
     */
    public static final int SIZE = 8;

    private static final String REDACTED = "redacted";

    /** Documents that are read at once, where a range may be any length. */
    private static final int AT_A_TIME = 32;

    /** Changes an entry, which stands at a path in its document. */
    @FunctionalInterface
    public interface Part {
        void change(Draft draft, String path);
    }

    /**
     * Entries, oldest first.
     *
     * @param lastSeq of the owner's last entry
     */
    public record Page<V>(List<V> entries, long lastSeq) {}

    /** The bucket of a seq of an owner, which is a conversation or a content. */
    public static String bucketId(String owner, long seq) {
        return owner + "/" + (seq - 1) / SIZE;
    }

    /** The field of an entry in its bucket. */
    public static String slot(long seq) {
        return Long.toString((seq - 1) % SIZE);
    }

    /** Has an event change an entry. */
    public void add(Changes changes, String owner, long seq, long position, Part step) {
        changes.add(type, bucketId(owner, seq), position, bucket -> step.change(bucket, entries + "." + slot(seq)));
    }

    /** Has an event redact an entry. */
    public void redact(Changes changes, String owner, long seq, long position, Part step) {
        changes.add(type, bucketId(owner, seq), position, bucket -> {
            step.change(bucket, entries + "." + slot(seq));
            bucket.set(REDACTED + "." + slot(seq), true);
        });
    }

    /**
     * A page of an owner's entries.
     *
     * @param lastSeq of the owner's last entry
     */
    public <V> Mono<Page<V>> page(
            DocumentStore documents, String owner, Range range, long lastSeq, Function<Document, V> view) {
        if (range.isEmpty()) {
            return Mono.just(new Page<>(List.of(), lastSeq));
        }
        return documents
                .find(type, bucketIds(owner, range.first(), range.last()), entries)
                .collectMap(bucket -> bucket.getString("_id"), bucket -> bucket.get(entries, Document.class))
                .map(buckets -> page(owner, range, buckets, lastSeq, view));
    }

    /** One entry of each of some owners, by owner; those that are there. */
    public Mono<Map<String, Document>> each(DocumentStore documents, Map<String, Long> seqs) {
        Map<String, String> owners = new HashMap<>();
        seqs.forEach((owner, seq) -> owners.put(bucketId(owner, seq), owner));
        return documents.find(type, owners.keySet(), entries).collect(HashMap::new, (found, bucket) -> {
            String owner = Objects.requireNonNull(owners.get(bucket.getString("_id")));
            @Nullable
            Document entry = bucket.get(entries, Document.class)
                    .get(slot(Objects.requireNonNull(seqs.get(owner))), Document.class);
            if (entry != null) {
                found.put(owner, entry);
            }
        });
    }

    /**
     * An owner's entries from {@code first} to {@code last}, which are both in it, some documents at a time; in no
     * order.
     */
    public Flux<Document> between(DocumentStore documents, String owner, long first, long last) {
        return Flux.fromIterable(bucketIds(owner, first, last))
                .buffer(AT_A_TIME)
                .concatMap(chunk -> documents.find(type, chunk, entries), 1)
                .flatMapIterable(bucket -> bucket.get(entries, Document.class).values())
                .cast(Document.class)
                .filter(entry -> entry.getLong("seq") >= first && entry.getLong("seq") <= last);
    }

    /** Which of an owner's entries have been redacted up to now. */
    Mono<LongPredicate> redacted(DocumentStore documents, String owner, Collection<Long> seqs) {
        SequencedSet<String> buckets =
                seqs.stream().map(seq -> bucketId(owner, seq)).collect(Collectors.toCollection(LinkedHashSet::new));
        return documents
                .find(type, buckets, REDACTED)
                .filter(bucket -> bucket.containsKey(REDACTED))
                .collectMap(bucket -> bucket.getString("_id"), bucket -> bucket.get(REDACTED, Document.class))
                .map(redacted -> seq -> {
                    Document slots = redacted.get(bucketId(owner, seq));
                    return slots != null && slots.containsKey(slot(seq));
                });
    }

    private static <V> Page<V> page(
            String owner, Range range, Map<String, Document> buckets, long lastSeq, Function<Document, V> view) {
        List<V> page = new ArrayList<>((int) (range.last() - range.first() + 1));
        for (long seq = range.first(); seq <= range.last(); seq++) {
            @Nullable Document bucket = buckets.get(bucketId(owner, seq));
            @Nullable Document entry = bucket == null ? null : bucket.get(slot(seq), Document.class);
            if (entry == null) {
                // Being written just now: the owner has it already, the bucket not yet. As if it came after this
                // answer.
                return new Page<>(page, seq - 1);
            }
            page.add(view.apply(entry));
        }
        return new Page<>(page, lastSeq);
    }

    /** The buckets of all seqs from {@code first} to {@code last}, which are both in it. */
    private static SequencedSet<String> bucketIds(String owner, long first, long last) {
        SequencedSet<String> ids = new LinkedHashSet<>();
        for (long seq = first - (first - 1) % SIZE; seq <= last; seq += SIZE) {
            ids.add(bucketId(owner, seq));
        }
        return ids;
    }
}
