package io.ovation.people;

import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.ovation.documents.DocumentStore;
import io.ovation.documents.Interest;
import io.ovation.documents.ReadModels;
import io.ovation.people.BlockQuery.BlockPage;
import io.ovation.people.BlockQuery.BlockView;
import io.ovation.people.BlockQuery.FindBlocks;
import org.axonframework.queryhandling.QueryHandler;
import org.bson.Document;

import static io.ovation.people.BlockDocuments.BLOCKS;

/** Pages of those whom a user blocks. It has no state that changes, and any thread may use it. */
final class BlockQueries {
    private final ReadModels readModels;
    private final DocumentStore documents;

    BlockQueries(ReadModels readModels, DocumentStore documents) {
        this.readModels = readModels;
        this.documents = documents;
    }

    @QueryHandler
    CompletableFuture<BlockPage> handle(FindBlocks query) {
        return readModels.answer(Interest.of(query.by().user()), () -> documents
                .find(BLOCKS, query.by().user(), "blocks")
                .flatMapIterable(found -> found.getList("blocks", Document.class))
                .map(BlockDocuments::view)
                .filter(block -> query.after() == null || block.user().compareTo(query.after()) > 0)
                .take(query.limit() + 1L)
                .collectList()
                .map(blocks -> page(blocks, query.limit())));
    }

    /** @param blocks one more than the page, where there are more */
    private static BlockPage page(List<BlockView> blocks, int limit) {
        if (blocks.size() <= limit) {
            return new BlockPage(blocks, null);
        }
        List<BlockView> page = List.copyOf(blocks.subList(0, limit));
        return new BlockPage(page, page.getLast().user());
    }
}
