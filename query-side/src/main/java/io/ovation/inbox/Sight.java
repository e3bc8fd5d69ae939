package io.ovation.inbox;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

import io.ovation.content.Retractions;
import io.ovation.conversation.Readership;
import io.ovation.inbox.Inboxes.Inbox;
import org.bson.Document;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Which of an inbox's notifications its owner may see now, and which of these are read: nothing is told of what one may
 * not read any more, and it is back when one is let in again. So this is asked whenever an inbox is read, and no
 * notification changes by it. Thread-safe.
 */
final class Sight {
    /** How many are looked at together. */
    private static final int CHUNK = 64;

    private final Readership readership;
    private final Retractions retractions;

    Sight(Readership readership, Retractions retractions) {
        this.readership = readership;
        this.retractions = retractions;
    }

    /** A notification that may be seen. */
    record Seen(Document entry, boolean read) {}

    /** Those that may be seen, in the same order; looks at a few more than are asked for. */
    Flux<Seen> of(Inbox inbox, Flux<Document> entries) {
        return entries.buffer(CHUNK).concatMap(chunk -> of(inbox, chunk), 1);
    }

    /** How many of these may be seen and are not read. */
    Mono<Long> unread(Inbox inbox, Flux<Document> entries) {
        return of(inbox, entries.filter(entry -> !inbox.hasRead(entry)))
                .filter(seen -> !seen.read())
                .count();
    }

    private Flux<Seen> of(Inbox inbox, List<Document> entries) {
        return Mono.zipDelayError(
                        readership.readUpTo(ids(entries, "conversationId"), inbox.user()),
                        retractions.of(ids(entries, "contentId")))
                .flatMapIterable(found -> entries.stream()
                        .map(entry -> seen(inbox, entry, found.getT1(), found.getT2()))
                        .filter(Objects::nonNull)
                        .toList());
    }

    private static @Nullable Seen seen(
            Inbox inbox, Document entry, Map<String, Long> readable, Set<String> retracted) {
        Document target = entry.get("target", Document.class);
        String conversationId = target.getString("conversationId");
        if (conversationId == null) {
            return retracted.contains(target.getString("contentId")) ? null : new Seen(entry, inbox.hasRead(entry));
        }
        Long readUpTo = readable.get(conversationId);
        return readUpTo == null
                ? null
                : new Seen(entry, inbox.hasRead(entry) || NotificationDocuments.isReadWith(entry, readUpTo));
    }

    private static Set<String> ids(List<Document> entries, String field) {
        return entries.stream()
                .map(entry -> entry.get("target", Document.class).getString(field))
                .filter(Objects::nonNull)
                .collect(Collectors.toSet());
    }
}
