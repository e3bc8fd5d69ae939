package io.ovation.conversation;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import io.ovation.Caller;
import io.ovation.conversation.ConversationCommand.OpenConversation;
import io.ovation.conversation.ConversationCommand.SendMessage;
import io.ovation.eventstore.RecordedEvents;
import io.ovation.people.Blocking;
import org.axonframework.commandhandling.CommandMessage;
import org.axonframework.commandhandling.GenericCommandMessage;
import org.axonframework.eventhandling.SimpleEventBus;
import org.axonframework.eventsourcing.EventSourcedAggregate;
import org.axonframework.eventsourcing.NoSnapshotTriggerDefinition;
import org.axonframework.messaging.annotation.ClasspathHandlerDefinition;
import org.axonframework.messaging.annotation.ClasspathParameterResolverFactory;
import org.axonframework.messaging.annotation.MultiParameterResolverFactory;
import org.axonframework.messaging.annotation.SimpleResourceParameterResolverFactory;
import org.axonframework.messaging.unitofwork.DefaultUnitOfWork;
import org.axonframework.messaging.unitofwork.UnitOfWork;
import org.axonframework.modelling.command.inspection.AggregateModel;
import org.axonframework.modelling.command.inspection.AnnotatedAggregateMetaModelFactory;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What the decision costs: a send to an aggregate in memory, in a unit of work, with an event bus that nobody listens
 * to.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class ConversationBenchmark {
    @Param({"2", "5000"})
    public int members;

    private final Caller sender = new Caller("user-0", false);
    private final String conversationId = UUID.randomUUID().toString();
    private final String text = "o".repeat(100);
    private EventSourcedAggregate<Conversation> aggregate = open(2);

    @Setup
    public void open() {
        aggregate = open(members);
    }

    private EventSourcedAggregate<Conversation> open(int size) {
        RecordedEvents nothing = identifier -> Optional.empty();
        Blocking nobody = (users, one) -> false;
        ClassLoader loader = Conversation.class.getClassLoader();
        AggregateModel<Conversation> model = AnnotatedAggregateMetaModelFactory.inspectAggregate(
                Conversation.class,
                MultiParameterResolverFactory.ordered(
                        ClasspathParameterResolverFactory.forClassLoader(loader),
                        new SimpleResourceParameterResolverFactory(List.of(nothing, nobody))),
                ClasspathHandlerDefinition.forClassLoader(loader));
        List<String> others =
                IntStream.range(1, size).mapToObj(i -> "user-" + i).toList();
        OpenConversation open =
                new OpenConversation(conversationId, Kind.group, null, others, Posting.members, sender, Instant.now());
        UnitOfWork<CommandMessage<?>> unit =
                DefaultUnitOfWork.startAndGet(GenericCommandMessage.asCommandMessage(open));
        try {
            EventSourcedAggregate<Conversation> opened = EventSourcedAggregate.initialize(
                    (Callable<Conversation>) () -> new Conversation(open),
                    model,
                    SimpleEventBus.builder().build(),
                    NoSnapshotTriggerDefinition.TRIGGER);
            unit.commit();
            return opened;
        } catch (Exception e) {
            throw new IllegalStateException("the conversation could not be opened", e);
        }
    }

    @Benchmark
    public Object send() throws Exception {
        CommandMessage<SendMessage> command = new GenericCommandMessage<>(new SendMessage(
                conversationId, UUID.randomUUID().toString(), text, null, List.of(), sender, Instant.now()));
        UnitOfWork<CommandMessage<?>> unit = DefaultUnitOfWork.startAndGet(command);
        Object sent = aggregate.handle(command);
        unit.commit();
        return sent;
    }
}
