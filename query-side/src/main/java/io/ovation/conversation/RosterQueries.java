package io.ovation.conversation;

import java.util.concurrent.CompletableFuture;

import io.ovation.conversation.ConversationQuery.FindRoster;
import io.ovation.conversation.ConversationQuery.Roster;
import io.ovation.documents.DocumentStore;
import io.ovation.documents.Interest;
import io.ovation.documents.ReadModels;
import org.axonframework.queryhandling.QueryHandler;

import static io.ovation.conversation.ConversationDocuments.ROSTERS;

/** Who is in a conversation. Thread-safe: it holds nothing that changes. */
final class RosterQueries {
    private final ReadModels readModels;
    private final DocumentStore documents;
    private final ConversationAccess access;

    RosterQueries(ReadModels readModels, DocumentStore documents, ConversationAccess access) {
        this.readModels = readModels;
        this.documents = documents;
        this.access = access;
    }

    @QueryHandler
    CompletableFuture<Roster> handle(FindRoster query) {
        return readModels.answer(
                Interest.of(query.by().user(), query.conversationId()),
                () -> access.readable(query.conversationId(), query.by())
                .flatMap(conversation -> documents.find(ROSTERS, query.conversationId(), "members"))
                .map(roster -> new Roster(roster.getList("members", String.class))));
    }
}
