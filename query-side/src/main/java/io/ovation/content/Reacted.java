package io.ovation.content;

import java.util.ArrayList;
import java.util.List;

import io.ovation.documents.Changes;
import io.ovation.live.Topic;
import io.ovation.live.Watch.Watchable;
import org.bson.Document;

import static io.ovation.content.ContentDocuments.REACTED;

/**
 * What in a content or conversation has reactions that changed last, with the positions of those changes, so that who
 * comes back is told of it. Stateless.
 */
final class Reacted {
    private Reacted() {}

    static String id(Topic topic) {
        return topic.context() + "/" + topic.id();
    }

    static void add(Changes changes, long position, Target target) {
        changes.add(REACTED, id(target.topic()), position, reacted -> {
            List<?> before = reacted.state("latest", List.class);
            List<Document> latest = new ArrayList<>();
            if (before != null) {
                before.forEach(each -> latest.add((Document) each));
            }
            latest.removeIf(each -> each.getString("target").equals(target.key()));
            latest.add(new Document("target", target.key()).append("at", position));
            int over = Math.max(0, latest.size() - Watchable.MOST_STATES);
            reacted.set("latest", List.copyOf(latest.subList(over, latest.size())));
        });
    }
}
