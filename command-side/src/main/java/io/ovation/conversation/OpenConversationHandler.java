package io.ovation.conversation;

import java.util.List;
import java.util.Optional;

import io.ovation.conversation.ConversationCommand.OpenConversation;
import io.ovation.conversation.ConversationCommand.Opened;
import io.ovation.conversation.ConversationEvent.ConversationOpened;
import io.ovation.conversation.ConversationRejection.IdTaken;
import io.ovation.conversation.ConversationRejection.NotWelcome;
import io.ovation.eventstore.RecordedEvents;
import io.ovation.people.Blocking;
import org.axonframework.commandhandling.CommandHandler;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.axonframework.modelling.command.Repository;

/**
 * Opens conversations: each id once, and each pair's direct conversation once. Two openings at the same time are told
 * apart by the store, which takes the identifier of {@link ConversationOpened} once; the loser is handled again and
 * then finds what the winner recorded.
 */
final class OpenConversationHandler {
    private final Repository<Conversation> conversations;
    private final EventStore eventStore;
    private final RecordedEvents recorded;
    private final Blocking blocking;

    OpenConversationHandler(
            Repository<Conversation> conversations,
            EventStore eventStore,
            RecordedEvents recorded,
            Blocking blocking) {
        this.conversations = conversations;
        this.eventStore = eventStore;
        this.recorded = recorded;
        this.blocking = blocking;
    }

    @CommandHandler
    Opened handle(OpenConversation command) throws Exception {
        Optional<ConversationOpened> sameId = opening(command.conversationId());
        if (sameId.isPresent()) {
            if (sameRequest(sameId.get(), command)) {
                return new Opened(command.conversationId(), false);
            }
            if (!samePair(sameId.get(), command)) {
                throw new IdTaken("conversationId");
            }
        } else if (recorded.find(command.conversationId()).isPresent()) {
            throw new IdTaken("conversationId"); // it is a message's
        }
        if (command.kind() == Kind.direct) {
            String pair = ConversationOpened.pairId(
                    command.by().user(), command.members().getFirst());
            Optional<Opened> open = recorded.find(pair)
                    .map(event -> new Opened(((ConversationOpened) event.getPayload()).conversationId(), true));
            if (open.isPresent()) {
                return open.get();
            }
        }
        if (blocking.anyBlocks(command.members(), command.by().user())) {
            throw new NotWelcome();
        }
        conversations.newInstance(() -> new Conversation(command));
        return new Opened(command.conversationId(), false);
    }

    private Optional<ConversationOpened> opening(String conversationId) {
        var events = eventStore.readEvents(conversationId, 0);
        if (!events.hasNext()) {
            return Optional.empty();
        }
        if (events.next().getPayload() instanceof ConversationOpened opened) {
            return Optional.of(opened);
        }
        throw new IdTaken("conversationId"); // it is a content's
    }

    private static boolean sameRequest(ConversationOpened opened, OpenConversation command) {
        return opened.equals(new ConversationOpened(
                command.conversationId(),
                command.kind(),
                command.title(),
                command.by().user(),
                List.copyOf(command.members()),
                command.posting(),
                opened.openedAt(),
                command.joining(),
                command.data()));
    }

    private static boolean samePair(ConversationOpened opened, OpenConversation command) {
        return command.kind() == Kind.direct
                && opened.kind() == Kind.direct
                && opened.uniqueId()
                        .equals(ConversationOpened.pairId(
                                command.by().user(), command.members().getFirst()));
    }
}
