package io.ovation.conversation;

import io.ovation.eventstore.OwnTypeFactory;
import io.ovation.eventstore.RecordedEvents;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.axonframework.modelling.command.Repository;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/** The conversations of the command side. */
@AutoConfiguration(beforeName = "org.axonframework.springboot.autoconfig.AxonAutoConfiguration")
@Import(Conversation.class)
class ConversationCommandConfiguration {
    @Bean
    OwnTypeFactory<Conversation> conversationAggregateFactory() {
        return new OwnTypeFactory<>(Conversation.class, Conversation::new);
    }

    @Bean
    OpenConversationHandler openConversationHandler(
            Repository<Conversation> conversationRepository, EventStore eventStore, RecordedEvents recorded) {
        return new OpenConversationHandler(conversationRepository, eventStore, recorded);
    }

    @Bean
    ReadableMessages readableMessages(EventStore eventStore, RecordedEvents recorded) {
        return new ReadableMessages(eventStore, recorded);
    }
}
