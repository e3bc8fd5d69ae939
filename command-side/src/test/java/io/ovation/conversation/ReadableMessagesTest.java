package io.ovation.conversation;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import io.ovation.Caller;
import io.ovation.UniqueEvent;
import io.ovation.conversation.ConversationEvent.ConversationOpened;
import io.ovation.conversation.ConversationEvent.MemberAdded;
import io.ovation.conversation.ConversationEvent.MemberRemoved;
import io.ovation.conversation.ConversationEvent.MessageRedacted;
import io.ovation.conversation.ConversationEvent.MessageSent;
import io.ovation.conversation.ConversationRejection.ConversationNotFound;
import io.ovation.conversation.ConversationRejection.MessageNotFound;
import io.ovation.conversation.ConversationRejection.NotAMember;
import io.ovation.conversation.ReadableMessages.Message;
import io.ovation.eventstore.RecordedEvents;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.GenericDomainEventMessage;
import org.axonframework.eventsourcing.eventstore.EmbeddedEventStore;
import org.axonframework.eventsourcing.eventstore.inmemory.InMemoryEventStorageEngine;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Who may read which message, at once after it changed. */
class ReadableMessagesTest {
    private static final String ID = "018f0000-0000-7000-8000-000000000001";
    private static final String MESSAGE = "018f0000-0000-7000-9000-000000000001";
    private static final Instant AT = Instant.parse("2026-01-02T03:04:05.678Z");
    private static final Caller BOB = new Caller("bob", false);
    private static final Caller EVE = new Caller("eve", false);
    private static final Caller ROOT = new Caller("root", true);

    private final List<DomainEventMessage<?>> log = new ArrayList<>();
    private final EmbeddedEventStore store = EmbeddedEventStore.builder()
            .storageEngine(new InMemoryEventStorageEngine())
            .build();
    private final RecordedEvents recorded = id -> log.stream()
            .filter(event -> event.getPayload() instanceof UniqueEvent unique
                    && unique.uniqueId().equals(id))
            .findFirst()
            .map(event -> (DomainEventMessage<?>) event);
    private final ReadableMessages messages = new ReadableMessages(store, recorded);

    private void record(ConversationEvent event) {
        DomainEventMessage<?> message =
                new GenericDomainEventMessage<>("Conversation", event.conversationId(), log.size(), event);
        log.add(message);
        store.publish(message);
    }

    private void open(Kind kind) {
        record(new ConversationOpened(ID, kind, null, "ada", List.of("bob"), Posting.members, AT));
        record(new MessageSent(ID, MESSAGE, 1, "ada", "text", null, List.of(), AT, null, null));
    }

    @Test
    void membersReadAGroupFromTheMomentTheyAreAddedToTheMomentTheyAreRemoved() {
        open(Kind.group);
        assertThat(messages.find(ID, MESSAGE, BOB)).isEqualTo(new Message(ID, "ada", 1, false));
        assertThat(messages.find(ID, MESSAGE, ROOT)).isEqualTo(new Message(ID, "ada", 1, false));
        assertThatThrownBy(() -> messages.find(ID, MESSAGE, EVE)).isInstanceOf(NotAMember.class);
        record(new MemberAdded(ID, "eve", Role.member, "ada", AT));
        assertThat(messages.find(ID, MESSAGE, EVE)).isEqualTo(new Message(ID, "ada", 1, false));
        record(new MemberRemoved(ID, "eve", "ada", AT));
        assertThatThrownBy(() -> messages.find(ID, MESSAGE, EVE)).isInstanceOf(NotAMember.class);
    }

    @Test
    void everyoneReadsAChannel() {
        open(Kind.channel);
        assertThat(messages.find(ID, MESSAGE, EVE)).isEqualTo(new Message(ID, "ada", 1, false));
    }

    @Test
    void aRedactionIsKnownAtOnce() {
        open(Kind.group);
        assertThat(messages.find(ID, MESSAGE, BOB).redacted()).isFalse();
        record(new MessageRedacted(ID, MESSAGE, 1, "ada", AT));
        assertThat(messages.find(ID, MESSAGE, BOB).redacted()).isTrue();
    }

    @Test
    void whatIsNotThereIsNotFoundUntilItIs() {
        assertThatThrownBy(() -> messages.find(ID, MESSAGE, BOB)).isInstanceOf(ConversationNotFound.class);
        open(Kind.group);
        assertThatThrownBy(() -> messages.find(ID, ID, BOB)).isInstanceOf(MessageNotFound.class);
        assertThat(messages.find(ID, MESSAGE, BOB).seq()).isEqualTo(1);
    }

    @Test
    void whatIsOfAnotherTypeIsNoConversation() {
        store.publish(new GenericDomainEventMessage<>("Content", ID, 0, "published"));
        assertThatThrownBy(() -> messages.find(ID, MESSAGE, BOB)).isInstanceOf(ConversationNotFound.class);
    }
}
