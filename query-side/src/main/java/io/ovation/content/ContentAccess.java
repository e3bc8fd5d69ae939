package io.ovation.content;

import io.ovation.content.ContentRejection.ContentNotFound;
import io.ovation.documents.DocumentStore;
import org.bson.Document;
import reactor.core.publisher.Mono;

import static io.ovation.content.ContentDocuments.CONTENTS;
import static io.ovation.content.ContentDocuments.COUNTERS;

/** What can be read: any signed-in user may read any content that was not retracted. */
final class ContentAccess {
    private final DocumentStore documents;

    ContentAccess(DocumentStore documents) {
        this.documents = documents;
    }

    /**
     * A content that is there.
     *
     * @param lastSeq of its last comment; 0 when there is none
     * @param last the sequence of its last event
     */
    record There(long lastSeq, long last) {}

    /** The content; fails with {@link ContentNotFound}. */
    Mono<There> there(String contentId) {
        return documents
                .find(CONTENTS, contentId, "lastSeq", "last", "retracted")
                .filter(content -> !content.containsKey("retracted"))
                .map(content -> new There(content.getLong("lastSeq"), content.getLong("last")))
                .switchIfEmpty(Mono.error(ContentNotFound::new));
    }

    /** Its counters, and the position of the last event that they took. */
    Mono<Document> counters(String contentId) {
        return documents.find(
                COUNTERS,
                new Target.OfContent(contentId).key(),
                "views",
                "likes",
                "applause",
                "comments",
                DocumentStore.POSITION);
    }
}
