package io.ovation.inbox;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import io.ovation.content.ContentEvent.CommentAdded;
import io.ovation.content.ReactionEvent.Liked;
import io.ovation.content.Target;
import io.ovation.conversation.ConversationEvent.MessageSent;
import io.ovation.inbox.InboxEvent.InboxRead;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.GenericDomainEventMessage;
import org.jspecify.annotations.Nullable;

/** Writes events that concern people. The index of an event is its position where it is written first in a log. */
final class Happenings {
    private static final Instant START = Instant.parse("2026-01-02T03:04:05.678Z");

    private final List<DomainEventMessage<?>> events = new ArrayList<>();
    private final String mark = UUID.randomUUID().toString();

    static String id(String name) {
        return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)).toString();
    }

    Happenings direct(String conversation, String sender, @Nullable String recipient) {
        return message(conversation, sender, null, recipient);
    }

    Happenings reply(String conversation, String sender, String replyToSender) {
        return message(conversation, sender, replyToSender, null);
    }

    Happenings mention(String conversation, String sender, String... mentions) {
        return message(conversation, sender, null, null, mentions);
    }

    Happenings message(
            String conversation,
            String sender,
            @Nullable String replyToSender,
            @Nullable String recipient,
            String... mentions) {
        long seq = events.size() + 1;
        return add(new MessageSent(
                id(conversation),
                id(conversation + seq),
                seq,
                sender,
                "text",
                replyToSender == null ? null : id("old"),
                List.of(mentions),
                at(),
                replyToSender,
                recipient));
    }

    Happenings comment(String content, String author, String contentAuthor, @Nullable String replyToAuthor) {
        long seq = events.size() + 1;
        return add(new CommentAdded(
                id(content),
                id(content + seq),
                seq,
                author,
                "text",
                replyToAuthor == null ? null : id("old"),
                contentAuthor,
                replyToAuthor,
                at()));
    }

    Happenings like(Target target, String user, String author) {
        return add(new Liked(target, "like", user, author, target instanceof Target.OfMessage ? 7L : null, at()));
    }

    Happenings read(String user, long upTo) {
        return add(new InboxRead(user, id("a notification"), upTo, at()));
    }

    List<DomainEventMessage<?>> events() {
        return List.copyOf(events);
    }

    /** The last one. */
    Object last() {
        return events.getLast().getPayload();
    }

    private Instant at() {
        return START.plusSeconds(events.size());
    }

    private Happenings add(Object event) {
        events.add(new GenericDomainEventMessage<>("Happening", id(mark + events.size()), 0, event));
        return this;
    }
}
