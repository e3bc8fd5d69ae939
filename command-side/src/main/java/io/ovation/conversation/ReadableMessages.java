package io.ovation.conversation;

import java.util.Optional;
import java.util.Set;

import io.ovation.Caller;
import io.ovation.cluster.Nodes;
import io.ovation.commands.KnownFromLog;
import io.ovation.conversation.ConversationEvent.MemberAdded;
import io.ovation.conversation.ConversationEvent.MemberRemoved;
import io.ovation.conversation.ConversationEvent.MessageRedacted;
import io.ovation.conversation.ConversationEvent.MessageSent;
import io.ovation.conversation.ConversationRejection.ConversationNotFound;
import io.ovation.conversation.ConversationRejection.MessageNotFound;
import io.ovation.conversation.ConversationRejection.NotAMember;
import io.ovation.eventstore.RecordedEvents;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.eventsourcing.eventstore.EventStore;

/**
 * Messages as another context of this room may know them: whose they are, and who may read them. Neither loads nor
 * locks a conversation; may block.
 */
public final class ReadableMessages {
    private final EventStore eventStore;
    private final RecordedEvents recorded;
    private final KnownFromLog<Readers> readers;
    private final KnownFromLog<Message> messages;

    /** For a node that is alone. */
    public ReadableMessages(EventStore eventStore, RecordedEvents recorded) {
        this(eventStore, recorded, Nodes.ALONE);
    }

    public ReadableMessages(EventStore eventStore, RecordedEvents recorded, Nodes nodes) {
        this.eventStore = eventStore;
        this.recorded = recorded;
        this.readers = new KnownFromLog<>(eventStore, nodes, ReadableMessages::changesReaders, this::readers);
        this.messages = new KnownFromLog<>(eventStore, nodes, ReadableMessages::changesMessage, this::message);
    }

    /**
     * A message.
     *
     * @param seq its place in its conversation
     */
    public record Message(String conversationId, String sender, long seq, boolean redacted) {}

    /**
     * The message as the caller may read it.
     *
     * @throws ConversationNotFound if there is no such conversation
     * @throws NotAMember if it isn't for the caller to read
     * @throws MessageNotFound if it has no such message
     */
    public Message find(String conversationId, String messageId, Caller by) {
        if (!readers.find(conversationId).orElseThrow(ConversationNotFound::new).include(by)) {
            throw new NotAMember();
        }
        return messages.find(messageId)
                .filter(message -> message.conversationId().equals(conversationId))
                .orElseThrow(MessageNotFound::new);
    }

    private static Optional<String> changesReaders(EventMessage<?> event) {
        return switch (event.getPayload()) {
            case MemberAdded added -> Optional.of(added.conversationId());
            case MemberRemoved removed -> Optional.of(removed.conversationId());
            default -> Optional.empty();
        };
    }

    private static Optional<String> changesMessage(EventMessage<?> event) {
        return event.getPayload() instanceof MessageRedacted redacted
                ? Optional.of(redacted.messageId())
                : Optional.empty();
    }

    /** From the latest snapshot on. */
    private Optional<Readers> readers(String conversationId) {
        Readers found = new Readers(false, Set.of());
        var events = eventStore.readEvents(conversationId);
        boolean any = false;
        while (events.hasNext()) {
            DomainEventMessage<?> event = events.next();
            if (!Conversation.class.getSimpleName().equals(event.getType())) {
                return Optional.empty();
            }
            found = found.after(event.getPayload());
            any = true;
        }
        return any ? Optional.of(found) : Optional.empty();
    }

    private Optional<Message> message(String messageId) {
        return recorded.find(messageId)
                .map(EventMessage::getPayload)
                .filter(MessageSent.class::isInstance)
                .map(MessageSent.class::cast)
                .map(sent -> new Message(
                        sent.conversationId(),
                        sent.sender(),
                        sent.seq(),
                        recorded.find(MessageRedacted.redactionId(messageId)).isPresent()));
    }
}
