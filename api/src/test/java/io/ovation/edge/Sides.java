package io.ovation.edge;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

import io.ovation.access.AccessCommand;
import io.ovation.cluster.Nodes;
import io.ovation.conversation.ConversationCommand;
import io.ovation.conversation.ConversationCommand.OpenConversation;
import io.ovation.conversation.ConversationCommand.Opened;
import io.ovation.conversation.ConversationCommand.SendMessage;
import io.ovation.conversation.ConversationCommand.Sent;
import io.ovation.conversation.ConversationQuery.BanPage;
import io.ovation.conversation.ConversationQuery.ConversationDetails;
import io.ovation.conversation.ConversationQuery.ConversationPage;
import io.ovation.conversation.ConversationQuery.FindBans;
import io.ovation.conversation.ConversationQuery.FindConversation;
import io.ovation.conversation.ConversationQuery.FindConversations;
import io.ovation.conversation.ConversationQuery.FindHistory;
import io.ovation.conversation.ConversationQuery.FindMembers;
import io.ovation.conversation.ConversationQuery.FindReceipts;
import io.ovation.conversation.ConversationQuery.HistoryPage;
import io.ovation.conversation.ConversationQuery.MemberPage;
import io.ovation.conversation.ConversationQuery.ReceiptPage;
import io.ovation.conversation.ReceiptCommand;
import io.ovation.inbox.InboxCommand;
import io.ovation.inbox.InboxQuery.FindInbox;
import io.ovation.inbox.InboxQuery.FindNotification;
import io.ovation.inbox.InboxQuery.FindTold;
import io.ovation.inbox.InboxQuery.InboxPage;
import io.ovation.inbox.InboxQuery.Located;
import io.ovation.inbox.InboxQuery.Told;
import io.ovation.people.BlockCommand;
import io.ovation.people.BlockQuery.BlockPage;
import io.ovation.people.BlockQuery.FindBlocks;
import io.ovation.presence.SessionCommand;
import org.axonframework.commandhandling.CommandBus;
import org.axonframework.commandhandling.SimpleCommandBus;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.axonframework.commandhandling.gateway.DefaultCommandGateway;
import org.axonframework.messaging.Message;
import org.axonframework.queryhandling.DefaultQueryGateway;
import org.axonframework.queryhandling.QueryBus;
import org.axonframework.queryhandling.QueryGateway;
import org.axonframework.queryhandling.QueryUpdateEmitter;
import org.axonframework.queryhandling.SimpleQueryBus;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.ReactiveHealthIndicator;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import reactor.core.publisher.Mono;

/** Two sides on Axon's own buses which note what they are asked, and answer what a test has set. */
@TestConfiguration(proxyBeanMethods = false)
public class Sides {
    /** What the sides were asked, and what they answer. */
    public static final class Script {
        private final List<Message<?>> asked = new CopyOnWriteArrayList<>();
        private volatile @Nullable Throwable failure;
        private volatile @Nullable Object answer;

        public void reset() {
            asked.clear();
            failure = null;
            answer = null;
        }

        public void fail(Throwable with) {
            failure = with;
        }

        public void answer(Object with) {
            answer = with;
        }

        /** The messages that came, in their order. */
        public List<Message<?>> messages() {
            return new ArrayList<>(asked);
        }

        /** What they carried. */
        public List<Object> asked() {
            return messages().stream().<Object>map(Message::getPayload).toList();
        }

        private @Nullable Object take(Message<?> message) throws Exception {
            asked.add(message);
            Throwable failed = failure;
            if (failed instanceof Exception exception) {
                throw exception;
            }
            if (failed instanceof Error error) {
                throw error;
            }
            return answer != null
                    ? answer
                    : switch (message.getPayload()) {
                        case OpenConversation open -> new Opened(open.conversationId(), false);
                        case SendMessage send -> new Sent(send.messageId(), 1, send.at());
                        case FindConversations find -> new ConversationPage(List.of(), null);
                        case FindHistory find -> new HistoryPage(List.of(), 0);
                        default -> null;
                    };
        }
    }

    @Bean
    Nodes nodes() {
        return Nodes.ALONE;
    }

    @Bean
    Script script() {
        return new Script();
    }

    @Bean
    CommandBus commandBus(Script script) {
        SimpleCommandBus bus = SimpleCommandBus.builder().build();
        Stream.of(
                        ConversationCommand.class,
                        ReceiptCommand.class,
                        InboxCommand.class,
                        AccessCommand.class,
                        BlockCommand.class)
                .flatMap(commands -> Arrays.stream(commands.getPermittedSubclasses()))
                .forEach(command -> bus.subscribe(command.getName(), script::take));
        // who comes and goes is no part of any script; what is not recorded would be tried again for 5 s at the end
        Arrays.stream(SessionCommand.class.getPermittedSubclasses())
                .forEach(command -> bus.subscribe(command.getName(), message -> null));
        return bus;
    }

    @Bean
    CommandGateway commandGateway(CommandBus bus) {
        return DefaultCommandGateway.builder().commandBus(bus).build();
    }

    @Bean
    QueryBus queryBus(Script script) {
        SimpleQueryBus bus = SimpleQueryBus.builder().build();
        Map.<Class<?>, Class<?>>of(
                        FindConversation.class, ConversationDetails.class,
                        FindMembers.class, MemberPage.class,
                        FindBans.class, BanPage.class,
                        FindConversations.class, ConversationPage.class,
                        FindHistory.class, HistoryPage.class,
                        FindReceipts.class, ReceiptPage.class,
                        FindInbox.class, InboxPage.class,
                        FindNotification.class, Located.class,
                        FindTold.class, Told.class,
                        FindBlocks.class, BlockPage.class)
                .forEach((query, answer) -> bus.subscribe(query.getName(), answer, script::take));
        return bus;
    }

    @Bean
    QueryGateway queryGateway(QueryBus bus) {
        return DefaultQueryGateway.builder().queryBus(bus).build();
    }

    @Bean
    QueryUpdateEmitter queryUpdateEmitter(QueryBus bus) {
        return bus.queryUpdateEmitter();
    }

    @Bean
    ReactiveHealthIndicator historyHealthIndicator() {
        return () -> Mono.just(Health.up().build());
    }

    @Bean
    ReactiveHealthIndicator eventStoreHealthIndicator() {
        return () -> Mono.just(Health.up().build());
    }
}
