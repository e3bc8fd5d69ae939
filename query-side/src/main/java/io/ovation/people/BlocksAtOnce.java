package io.ovation.people;

import java.util.stream.Stream;

import io.ovation.documents.Interest;
import io.ovation.documents.Interest.User;
import io.ovation.documents.ShownAtOnce;

/** Of blocks: one's own. Thread-safe: it holds nothing. */
final class BlocksAtOnce implements ShownAtOnce {
    @Override
    public String projection() {
        return BlockDocuments.PROJECTION;
    }

    @Override
    public Stream<Interest> to(Object event) {
        return event instanceof BlockEvent block ? Stream.of(new User(block.user())) : Stream.empty();
    }
}
