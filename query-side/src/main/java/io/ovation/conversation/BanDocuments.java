package io.ovation.conversation;

import java.time.Instant;

import io.ovation.conversation.ConversationEvent.MemberBanned;
import io.ovation.conversation.ConversationQuery.BanView;
import org.bson.Document;
import org.jspecify.annotations.Nullable;

/** A ban as a part of a document, and back. It has no state, and any thread may use it. */
final class BanDocuments {
    private BanDocuments() {}

    static Document document(MemberBanned event) {
        Document ban = new Document("user", event.user())
                .append("by", event.by())
                .append("at", event.at().toString());
        if (event.until() != null) {
            ban.append("until", event.until().toString());
        }
        if (event.reason() != null) {
            ban.append("reason", event.reason());
        }
        return ban;
    }

    static boolean isOf(Document ban, String user) {
        return ban.getString("user").equals(user);
    }

    /** Whether it has not ended by itself. */
    static boolean holds(Document ban, Instant at) {
        Instant until = until(ban);
        return until == null || at.isBefore(until);
    }

    static BanView view(Document ban) {
        return new BanView(
                ban.getString("user"),
                until(ban),
                ban.getString("reason"),
                ban.getString("by"),
                Instant.parse(ban.getString("at")));
    }

    private static @Nullable Instant until(Document ban) {
        String until = ban.getString("until");
        return until == null ? null : Instant.parse(until);
    }
}
