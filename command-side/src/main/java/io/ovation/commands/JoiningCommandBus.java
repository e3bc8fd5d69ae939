package io.ovation.commands;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

import io.ovation.Addressed;
import io.ovation.Rejection;
import io.ovation.Unavailable;
import org.axonframework.commandhandling.CommandCallback;
import org.axonframework.commandhandling.CommandMessage;
import org.axonframework.commandhandling.CommandResultMessage;
import org.axonframework.commandhandling.SimpleCommandBus;
import org.axonframework.common.Registration;
import org.axonframework.messaging.DefaultInterceptorChain;
import org.axonframework.messaging.Message;
import org.axonframework.messaging.MessageHandler;
import org.axonframework.messaging.MessageHandlerInterceptor;
import org.axonframework.messaging.correlation.CorrelationDataProvider;
import org.axonframework.messaging.unitofwork.BatchingUnitOfWork;
import org.axonframework.messaging.unitofwork.ExecutionResult;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import static org.axonframework.commandhandling.GenericCommandResultMessage.asCommandResultMessage;

/**
 * Axon's command bus, on threads of its own, with the commands to one aggregate that take a {@link Turn} handled in
 * the order in which they came, and those of {@link Turn#TOGETHER} decided together under load. While one is under way,
 * until it is durable, those that come wait, and are then handled in one unit of work, which is one append. Without
 * this, a busy aggregate would take one command a flush. Commands that ask ({@link Turn#ASKING}) join them. Any thread
 * may use it; a lane belongs to one thread at a time.
 *
 * <p>Each command is answered for itself: a rejection leaves the others as they are. Where a unit of work fails as a
 * whole, nothing of it is durable, and it is tried again in halves, down to the command at fault; when the store is out
 * of reach, all are told so.
 *
 * <p>A {@link Rejection} is an answer and not a fault: nothing was applied, so there is nothing to roll back, and the
 * aggregate stays in the cache.
 */
final class JoiningCommandBus extends SimpleCommandBus {
    private static final Logger LOG = LoggerFactory.getLogger(JoiningCommandBus.class);

    /** No more than an aggregate remembers by itself: what is decided together is not in the log until all of it is. */
    static final int MOST_TOGETHER = 64;

    /** Commands that ask are not in the log, so that only memory bounds how many there are of them. */
    private static final int MOST_ASKING = 1_024;

    private final Executor threads;
    private final Turns turns;
    private final List<MessageHandlerInterceptor<? super CommandMessage<?>>> interceptors =
            new CopyOnWriteArrayList<>();

    /** By the aggregate that a command is under way to: what has come for it since. */
    private final Map<String, Deque<Joining<?, ?>>> lanes = new ConcurrentHashMap<>();

    /**
     * @param threads gets a task for each command, or for all that are joined with it, which blocks for the store
     * @param turns which commands wait for others
     */
    JoiningCommandBus(Executor threads, Turns turns) {
        super(SimpleCommandBus.builder().rollbackConfiguration(JoiningCommandBus::rollsBack));
        this.threads = threads;
        this.turns = turns;
    }

    /** Where a store cannot be reached, the others of a unit would wait for it as long, one after the other. */
    private static boolean rollsBack(Throwable failure) {
        return !(failure instanceof Rejection) || failure instanceof Unavailable;
    }

    @Override
    public Registration registerHandlerInterceptor(MessageHandlerInterceptor<? super CommandMessage<?>> interceptor) {
        interceptors.add(interceptor);
        Registration alone = super.registerHandlerInterceptor(interceptor);
        return () -> interceptors.remove(interceptor) && alone.cancel();
    }

    @Override
    protected <C, R> void handle(
            CommandMessage<C> command,
            MessageHandler<? super CommandMessage<?>> handler,
            CommandCallback<? super C, ? super R> callback) {
        Turn turn = turns.of(command.getPayload());
        if (turn != null && command.getPayload() instanceof Addressed addressed) {
            enter(addressed.target(), new Joining<>(turn, command, handler, guarded(callback)));
        } else {
            threads.execute(() -> super.handle(command, handler, callback));
        }
    }

    /** One who fails to hear the answer leaves the others theirs. */
    private static <C, R> CommandCallback<C, R> guarded(CommandCallback<? super C, ? super R> callback) {
        return (command, result) -> {
            try {
                callback.onResult(command, result);
            } catch (RuntimeException e) {
                LOG.error("The answer to a command could not be given", e);
            }
        };
    }

    private void enter(String aggregate, Joining<?, ?> command) {
        List<Joining<?, ?>> first = new ArrayList<>(1);
        lanes.compute(aggregate, (key, waiting) -> {
            if (waiting == null) {
                first.add(command);
                return new ArrayDeque<>();
            }
            waiting.add(command);
            return waiting;
        });
        if (!first.isEmpty()) {
            try {
                threads.execute(() -> handleFrom(aggregate, first));
            } catch (RejectedExecutionException e) {
                lanes.remove(aggregate);
                throw e;
            }
        }
    }

    /** Handles the commands to an aggregate until none has come meanwhile. */
    private void handleFrom(String aggregate, List<Joining<?, ?>> first) {
        List<Joining<?, ?>> next = first;
        while (!next.isEmpty()) {
            handle(next);
            next = next(aggregate);
        }
    }

    private List<Joining<?, ?>> next(String aggregate) {
        List<Joining<?, ?>> next = new ArrayList<>();
        lanes.computeIfPresent(aggregate, (key, waiting) -> {
            int recording = 0;
            while (next.size() < MOST_ASKING && !waiting.isEmpty()) {
                Turn turn = waiting.element().turn();
                if (turn == Turn.ALONE && !next.isEmpty() || turn == Turn.TOGETHER && recording == MOST_TOGETHER) {
                    break;
                }
                next.add(waiting.remove());
                if (turn == Turn.ALONE) {
                    break;
                }
                recording += turn == Turn.TOGETHER ? 1 : 0;
            }
            return next.isEmpty() ? null : waiting;
        });
        return next;
    }

    private void handle(List<Joining<?, ?>> commands) {
        if (commands.size() == 1) {
            alone(commands.getFirst());
        } else {
            together(commands);
        }
    }

    private <C, R> void alone(Joining<C, R> command) {
        try {
            super.handle(command.command(), command.handler(), command.callback());
        } catch (RuntimeException | Error e) {
            command.answer(asCommandResultMessage(e));
        }
    }

    private void together(List<Joining<?, ?>> commands) {
        Together unit = new Together(commands);
        Map<Message<?>, ExecutionResult> results = unit.decide(interceptors);
        Throwable failure = unit.failure;
        if (failure == null) {
            commands.forEach(each -> each.answer(asCommandResultMessage(
                    Objects.requireNonNull(results.get(each.command())).getResult())));
        } else if (failure instanceof Unavailable) {
            // also who was rejected because of what is not recorded now
            commands.forEach(each -> each.answer(asCommandResultMessage(failure)));
        } else {
            // whoever is at fault is found in a few steps, and the others stay together
            handle(commands.subList(0, commands.size() / 2));
            handle(commands.subList(commands.size() / 2, commands.size()));
        }
    }

    /** A command, who handles it and who is told. */
    private record Joining<C, R>(
            Turn turn,
            CommandMessage<C> command,
            MessageHandler<? super CommandMessage<?>> handler,
            CommandCallback<? super C, ? super R> callback) {
        void answer(CommandResultMessage<R> result) {
            callback.onResult(command, result);
        }
    }

    /** The unit of work of several commands. */
    private static final class Together extends BatchingUnitOfWork<CommandMessage<?>> {
        private final Map<CommandMessage<?>, MessageHandler<? super CommandMessage<?>>> handlers =
                new IdentityHashMap<>();
        private final Set<CorrelationDataProvider> providers = new HashSet<>();

        /** Why nothing of it is durable; null while all goes well. */
        private @Nullable Throwable failure;

        Together(List<Joining<?, ?>> commands) {
            super(commands.stream().<CommandMessage<?>>map(Joining::command).toList());
            commands.forEach(each -> handlers.put(each.command(), each.handler()));
        }

        Map<Message<?>, ExecutionResult> decide(
                List<MessageHandlerInterceptor<? super CommandMessage<?>>> interceptors) {
            try {
                executeWithResult(
                        () -> new DefaultInterceptorChain<>(
                                        this, interceptors, Objects.requireNonNull(handlers.get(getMessage())))
                                .proceed(),
                        JoiningCommandBus::rollsBack);
            } catch (RuntimeException | Error e) {
                failure = e;
                if (isActive() && phase().isBefore(Phase.ROLLBACK)) {
                    rollback(e);
                }
            }
            return failure == null ? getExecutionResults() : Map.of();
        }

        @Override
        protected void setRollbackCause(Throwable cause) {
            failure = cause;
            super.setRollbackCause(cause);
        }

        /** Once: the interceptor that brings it is passed by every command. */
        @Override
        public void registerCorrelationDataProvider(CorrelationDataProvider provider) {
            if (providers.add(provider)) {
                super.registerCorrelationDataProvider(provider);
            }
        }
    }
}
