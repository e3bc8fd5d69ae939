package io.ovation.people;

import java.util.concurrent.CompletableFuture;

import io.ovation.documents.DocumentStore;
import io.ovation.documents.Interest;
import io.ovation.documents.ReadModels;
import io.ovation.page.UserPage;
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
                .collectList()
                .map(blocks -> UserPage.of(blocks, BlockView::user, query.after(), query.limit()))
                .map(page -> new BlockPage(page.shown(), page.next())));
    }
}
