package io.ovation.people;

import java.time.Instant;

import io.ovation.documents.DocumentType;
import io.ovation.people.BlockQuery.BlockView;
import org.bson.Document;

/**
 * The documents of blocks: one of each user who blocks somebody, with all whom they block, of whom there are only so
 * many, in the order of their ids. It has no state, and any thread may use it.
 */
final class BlockDocuments {
    /** The processing group of what writes them. */
    static final String PROJECTION = "people";

    /** Of the shape of the documents: raised whenever that changes, so that they are built anew. */
    static final int VERSION = 1;

    static final DocumentType BLOCKS = DocumentType.of(PROJECTION, "blocks", "blocks");

    private BlockDocuments() {}

    static Document document(String user, Instant at) {
        return new Document("user", user).append("at", at.toString());
    }

    static BlockView view(Document block) {
        return new BlockView(block.getString("user"), Instant.parse(block.getString("at")));
    }
}
