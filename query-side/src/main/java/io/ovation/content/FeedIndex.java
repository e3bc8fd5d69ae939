package io.ovation.content;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;

import io.ovation.documents.Changes;
import io.ovation.documents.DocumentStore;
import io.ovation.documents.DocumentType;
import io.ovation.live.Frame;
import org.bson.Document;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * What was published, and in a tree of its own what of it was edited and retracted, by position in the log: a tree of
 * documents, each with {@value #WIDTH} slots. An entry has the slot of its position in a leaf, and each level above
 * says which of the documents below are there. So the feed is read in either direction from any place without a scan,
 * however much else stands in the log between; and each event changes its documents whatever stands in others, as a
 * projection has to.
 */
final class FeedIndex {
    private static final int BITS = 6;
    private static final int WIDTH = 1 << BITS;
    /** Enough for four million million events. */
    private static final int TOP = 6;
    /** Leaves that are read at once. */
    private static final int AT_A_TIME = 8;

    /** The publications: what pages of the feed are made of. */
    static final Tree FEED = new Tree(ContentDocuments.FEED);

    /** The edits and retractions, beside them: pages of the feed pass over none. */
    static final Tree CHANGES = new Tree(ContentDocuments.FEED_CHANGES);

    private final DocumentStore documents;
    private final Tree tree;

    FeedIndex(DocumentStore documents, Tree tree) {
        this.documents = documents;
        this.tree = tree;
    }

    /**
     * What was recorded of a content.
     *
     * @param position its place in the log
     */
    record Entry(long position, Document entry) {
        String contentId() {
            return entry.getString("id");
        }

        /** Whether it says anything of the content but that it is gone. */
        boolean saysText() {
            return !entry.containsKey("retracted");
        }

        /** As it was told. */
        Frame frame() {
            if (!saysText()) {
                return new Frame.ContentRetracted(contentId());
            }
            Instant at = Instant.parse(entry.getString("at"));
            String author = entry.getString("author");
            String title = entry.getString("title");
            return author == null
                    ? new Frame.ContentEdited(contentId(), title, at)
                    : new Frame.Published(contentId(), title, author, at);
        }
    }

    /** One tree, as it is written. */
    record Tree(DocumentType type) {
        /** @param said adds what the entry says beside whose it is */
        void add(Changes changes, long position, String contentId, Consumer<Document> said) {
            Document entry = new Document("id", contentId);
            said.accept(entry);
            changes.add(
                    type, nodeId(0, position >> BITS), position, leaf -> leaf.set("slots." + slot(position), entry));
            for (int level = 1; level <= TOP; level++) {
                long slot = position >> BITS * level;
                boolean top = level == TOP;
                changes.add(type, nodeId(level, slot >> BITS), position, node -> {
                    node.set("slots." + slot(slot), true);
                    if (top) {
                        node.set("last", position);
                    }
                });
            }
        }
    }

    private record Bounds(long above, long below, Comparator<Long> order) {
        /** Whether there may be anything of them in a slot. */
        boolean touch(int level, long slot) {
            return slot << BITS * level < below && (slot + 1 << BITS * level) - 1 > above;
        }
    }

    /** The position of the latest entry; -1 when there is none. */
    Mono<Long> last() {
        return documents
                .find(tree.type(), nodeId(TOP, 0), "last")
                .map(top -> top.getLong("last"))
                .defaultIfEmpty(-1L);
    }

    /** The entries below a position, newest first; reads little more than is asked for. */
    Flux<Entry> newestBelow(long position) {
        return within(TOP, 0, new Bounds(-1, position, Comparator.reverseOrder()));
    }

    /** The entries above a position and up to another, oldest first; reads little more than is asked for. */
    Flux<Entry> oldestAbove(long position, long last) {
        return within(TOP, 0, new Bounds(position, last + 1, Comparator.naturalOrder()));
    }

    private Flux<Entry> within(int level, long node, Bounds bounds) {
        return documents.find(tree.type(), nodeId(level, node), "slots").flatMapMany(found -> {
            Document slots = found.get("slots", Document.class);
            List<Long> touched = slots.keySet().stream()
                    .map(slot -> (node << BITS) + Long.parseLong(slot))
                    .filter(slot -> bounds.touch(level, slot))
                    .sorted(bounds.order())
                    .toList();
            Flux<Long> below = Flux.fromIterable(touched);
            return switch (level) {
                case 0 -> below.map(position -> new Entry(position, slots.get(slot(position), Document.class)));
                case 1 -> below.flatMapSequential(slot -> within(0, slot, bounds), AT_A_TIME, WIDTH);
                default -> below.concatMap(slot -> within(level - 1, slot, bounds), 1);
            };
        });
    }

    private static String nodeId(int level, long number) {
        return level + "/" + number;
    }

    private static String slot(long number) {
        return Long.toString(number % WIDTH);
    }
}
