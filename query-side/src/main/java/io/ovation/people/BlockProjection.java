package io.ovation.people;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

import io.ovation.documents.Changes;
import io.ovation.people.BlockEvent.UserBlocked;
import io.ovation.people.BlockEvent.UserUnblocked;
import org.axonframework.config.ProcessingGroup;
import org.axonframework.eventhandling.EventHandler;
import org.axonframework.eventhandling.TrackingToken;
import org.axonframework.messaging.unitofwork.UnitOfWork;
import org.bson.Document;
import org.jspecify.annotations.Nullable;

import static io.ovation.people.BlockDocuments.BLOCKS;

/** Keeps the documents of whom users block. It holds nothing, and any thread may use it. */
@ProcessingGroup(BlockDocuments.PROJECTION)
final class BlockProjection {
    @EventHandler
    void on(BlockEvent event, TrackingToken token, UnitOfWork<?> batch) {
        long position = token.position().orElseThrow();
        switch (event) {
            case UserBlocked blocked -> set(blocked, blocked.at(), position, Changes.of(batch));
            case UserUnblocked unblocked -> set(unblocked, null, position, Changes.of(batch));
        }
    }

    /** @param since null for not at all */
    private static void set(BlockEvent event, @Nullable Instant since, long position, Changes changes) {
        changes.add(BLOCKS, event.user(), position, blocks -> {
            List<Document> after = new ArrayList<>();
            if (blocks.state("blocks", List.class) instanceof List<?> before) {
                before.forEach(each -> after.add((Document) each));
            }
            after.removeIf(block -> block.getString("user").equals(event.blocked()));
            if (since != null) {
                after.add(BlockDocuments.document(event.blocked(), since));
            }
            after.sort(Comparator.comparing(block -> block.getString("user")));
            blocks.set("blocks", List.copyOf(after));
        });
    }
}
