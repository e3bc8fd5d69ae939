package io.ovation.content;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;

import io.ovation.content.ContentEvent.ContentPublished;
import io.ovation.documents.Changes;
import io.ovation.documents.DocumentStore;
import io.ovation.live.Frame;
import org.bson.Document;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import static io.ovation.content.ContentDocuments.FEED;

/**
 * What was published, by its position in the log: a tree of documents, each with {@value #WIDTH} slots. A publication
 * has the slot of its position in a leaf, and each level above says which of the documents below are there. So the feed
 * is read in either direction from any place without a scan, however much else stands in the log between; and each
 * event changes its documents whatever stands in others, as a projection has to.
 */
final class FeedIndex {
    private static final int BITS = 6;
    private static final int WIDTH = 1 << BITS;
    /** Enough for four million million events. */
    private static final int TOP = 6;
    /** Leaves that are read at once. */
    private static final int AT_A_TIME = 8;

    private final DocumentStore documents;

    FeedIndex(DocumentStore documents) {
        this.documents = documents;
    }

    /**
     * A publication, as it was told.
     *
     * @param position its place in the log
     */
    record Entry(long position, Frame.Published published) {}

    private record Bounds(long above, long below, Comparator<Long> order) {
        /** Whether there may be anything of them in a slot. */
        boolean touch(int level, long slot) {
            return slot << BITS * level < below && (slot + 1 << BITS * level) - 1 > above;
        }
    }

    static void add(Changes changes, long position, ContentPublished event) {
        Document entry = new Document("id", event.contentId())
                .append("title", event.title())
                .append("author", event.author())
                .append("at", event.publishedAt().toString());
        changes.add(FEED, nodeId(0, position >> BITS), position, leaf -> leaf.set("slots." + slot(position), entry));
        for (int level = 1; level <= TOP; level++) {
            long slot = position >> BITS * level;
            boolean top = level == TOP;
            changes.add(FEED, nodeId(level, slot >> BITS), position, node -> {
                node.set("slots." + slot(slot), true);
                if (top) {
                    node.set("last", position);
                }
            });
        }
    }

    /** The position of the latest publication; -1 when there is none. */
    Mono<Long> last() {
        return documents
                .find(FEED, nodeId(TOP, 0), "last")
                .map(top -> top.getLong("last"))
                .defaultIfEmpty(-1L);
    }

    /** The publications below a position, newest first; reads little more than is asked for. */
    Flux<Entry> newestBelow(long position) {
        return within(TOP, 0, new Bounds(-1, position, Comparator.reverseOrder()));
    }

    /** The publications above a position and up to another, oldest first; reads little more than is asked for. */
    Flux<Entry> oldestAbove(long position, long last) {
        return within(TOP, 0, new Bounds(position, last + 1, Comparator.naturalOrder()));
    }

    private Flux<Entry> within(int level, long node, Bounds bounds) {
        return documents.find(FEED, nodeId(level, node), "slots").flatMapMany(found -> {
            Document slots = found.get("slots", Document.class);
            List<Long> touched = slots.keySet().stream()
                    .map(slot -> (node << BITS) + Long.parseLong(slot))
                    .filter(slot -> bounds.touch(level, slot))
                    .sorted(bounds.order())
                    .toList();
            Flux<Long> below = Flux.fromIterable(touched);
            return switch (level) {
                case 0 -> below.map(position -> entry(position, slots.get(slot(position), Document.class)));
                case 1 -> below.flatMapSequential(slot -> within(0, slot, bounds), AT_A_TIME, WIDTH);
                default -> below.concatMap(slot -> within(level - 1, slot, bounds), 1);
            };
        });
    }

    private static Entry entry(long position, Document entry) {
        return new Entry(
                position,
                new Frame.Published(
                        entry.getString("id"),
                        entry.getString("title"),
                        entry.getString("author"),
                        Instant.parse(entry.getString("at"))));
    }

    private static String nodeId(int level, long number) {
        return level + "/" + number;
    }

    private static String slot(long number) {
        return Long.toString(number % WIDTH);
    }
}
