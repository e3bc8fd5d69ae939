package io.ovation.inbox;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

import io.ovation.conversation.ConversationEvent.MessageSent;
import org.jspecify.annotations.Nullable;

/**
 * Of messages: who is named, whose message is replied to, and to whom it goes in a direct conversation; whoever is more
 * than one of these is told of the first.
 */
final class MessageNotices implements Notices {
    @Override
    public Stream<Notice> of(Object event) {
        return event instanceof MessageSent sent ? of(sent) : Stream.empty();
    }

    private static Stream<Notice> of(MessageSent sent) {
        Map<String, NotificationKind> concerned = new LinkedHashMap<>();
        sent.mentions().forEach(user -> concerned.put(user, NotificationKind.mention));
        add(concerned, sent.replyToSender(), NotificationKind.reply);
        add(concerned, sent.recipient(), NotificationKind.message);
        concerned.remove(sent.sender());
        NotificationTarget target = NotificationTarget.message(sent.conversationId(), sent.messageId(), sent.seq());
        return concerned.entrySet().stream()
                .map(each -> new Notice(
                        each.getKey(),
                        each.getValue(),
                        "conversation/" + sent.conversationId(),
                        sent.sender(),
                        target,
                        sent.sentAt()));
    }

    private static void add(Map<String, NotificationKind> concerned, @Nullable String user, NotificationKind kind) {
        if (user != null) {
            concerned.putIfAbsent(user, kind);
        }
    }
}
