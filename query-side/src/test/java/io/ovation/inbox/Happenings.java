package io.ovation.inbox;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import io.ovation.content.ContentEvent.CommentAdded;
import io.ovation.content.ContentEvent.ContentRetracted;
import io.ovation.content.ReactionEvent.LikeWithdrawn;
import io.ovation.content.ReactionEvent.Liked;
import io.ovation.content.Target;
import io.ovation.conversation.ConversationEvent.ConversationOpened;
import io.ovation.conversation.ConversationEvent.MemberAdded;
import io.ovation.conversation.ConversationEvent.MemberRemoved;
import io.ovation.conversation.ConversationEvent.MessageSent;
import io.ovation.conversation.Kind;
import io.ovation.conversation.Posting;
import io.ovation.conversation.ReceiptEvent.ConversationRead;
import io.ovation.conversation.Role;
import io.ovation.inbox.InboxEvent.InboxRead;
import io.ovation.people.BlockEvent.UserBlocked;
import io.ovation.people.BlockEvent.UserUnblocked;
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

    Happenings comment(
            String content,
            String author,
            String contentAuthor,
            @Nullable String replyToAuthor,
            String... mentions) {
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
                at(),
                List.of(mentions),
                null));
    }

    Happenings like(Target target, String user, String author) {
        return add(new Liked(target, "like", user, author, target instanceof Target.OfMessage ? 7L : null, at()));
    }

    Happenings read(String user, long upTo) {
        return add(new InboxRead(user, id("a notification"), upTo, null, at()));
    }

    /** Reads what began up to a position. */
    Happenings readFirst(String user, long first) {
        return add(new InboxRead(user, id("a notification"), -1, first, at()));
    }

    Happenings unlike(Target target, String user, String author) {
        return add(new LikeWithdrawn(target, "like", user, author, null, at()));
    }

    /** Reads the messages of a conversation up to the one that the event with that index sent. */
    Happenings readMessages(String conversation, String user, long index) {
        return add(new ConversationRead(id(conversation), user, index + 1, at()));
    }

    Happenings open(String conversation, String owner, String... members) {
        return add(new ConversationOpened(
                id(conversation), Kind.group, null, owner, List.of(members), Posting.members, at()));
    }

    Happenings join(String conversation, String user) {
        return add(new MemberAdded(id(conversation), user, Role.member, "owner", at()));
    }

    Happenings leave(String conversation, String user) {
        return add(new MemberRemoved(id(conversation), user, "owner", at()));
    }

    Happenings retract(String content, String author) {
        return add(new ContentRetracted(id(content), author, at(), author));
    }

    Happenings block(String user, String blocked) {
        return add(new UserBlocked(user, blocked, at()));
    }

    Happenings unblock(String user, String blocked) {
        return add(new UserUnblocked(user, blocked, at()));
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
