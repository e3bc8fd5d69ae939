package io.ovation.commands;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

import io.ovation.Caller;
import io.ovation.Unavailable;
import io.ovation.admission.FairAdmission;
import io.ovation.admission.FairAdmission.Work;
import org.axonframework.commandhandling.CommandBus;
import org.axonframework.commandhandling.CommandCallback;
import org.axonframework.commandhandling.CommandMessage;
import org.axonframework.commandhandling.CommandResultMessage;
import org.axonframework.commandhandling.callbacks.LoggingCallback;
import org.axonframework.common.Registration;
import org.axonframework.messaging.MessageDispatchInterceptor;
import org.axonframework.messaging.MessageHandler;
import org.axonframework.messaging.MessageHandlerInterceptor;
import org.axonframework.modelling.command.ConcurrencyException;
import org.jspecify.annotations.Nullable;

import static org.axonframework.commandhandling.GenericCommandResultMessage.asCommandResultMessage;

/**
 * The command bus as the edges see it: so many commands are handled at a time, so that what is under way does not fight
 * over locks and memory, and so many more wait for their turn. A user's commands wait behind that user's own, and the
 * users take turns; beyond the places one is {@link Unavailable} at once instead of waiting in a queue without end. A
 * command that lost a race, or used an id again, is handled once more, marked as {@link SecondTry}, so that it sees
 * what was recorded. Thread-safe.
 *
 * <p>A handler may answer a {@link CompletionStage}: the command is then no longer under way, and answered when that
 * completes, with no thread waiting meanwhile.
 */
final class CommandAdmission implements CommandBus {
    private static final long FIRST_PAUSE_MILLIS = 2;

    private final CommandBus bus;
    private final FairAdmission places;
    private final Semaphore answers;
    private final int tries;

    /** For a node that is alone: who loses a race has seen by then what won it. */
    CommandAdmission(CommandBus bus, int mostInFlight, int mostWaiting, int mostUnanswered) {
        this(bus, mostInFlight, mostWaiting, mostUnanswered, 2);
    }

    /**
     * @param bus handles commands on threads of its own
     * @param mostInFlight how many commands may be under way
     * @param mostWaiting how many may wait to be
     * @param mostUnanswered how many may wait, be under way or have been handled with an answer that is still to come
     * @param tries how often a command is handled that loses a race each time
     */
    CommandAdmission(CommandBus bus, int mostInFlight, int mostWaiting, int mostUnanswered, int tries) {
        this.tries = tries;
        this.bus = bus;
        this.places = new FairAdmission(mostInFlight, mostWaiting);
        this.answers = new Semaphore(mostUnanswered);
    }

    @Override
    public <C> void dispatch(CommandMessage<C> command) {
        dispatch(command, LoggingCallback.INSTANCE);
    }

    @Override
    public <C, R> void dispatch(CommandMessage<C> command, CommandCallback<? super C, ? super R> callback) {
        if (!answers.tryAcquire()) {
            answer(callback, command, new Unavailable("Too many commands wait for their answer", 1));
            return;
        }
        places.enter(user(command), new Work() {
            @Override
            public void begin() {
                handle(command, callback);
            }

            @Override
            public void refuse() {
                answers.release();
                answer(callback, command, new Unavailable("Too many commands are under way", 1));
            }
        });
    }

    /** For whom it is, as the edge says; the empty text for what the server does of its own accord. */
    private static String user(CommandMessage<?> command) {
        return command.getMetaData().get(Caller.METADATA) instanceof String user ? user : "";
    }

    /** Handles a command that has got a place, and gives it back. */
    private <C, R> void handle(CommandMessage<C> command, CommandCallback<? super C, ? super R> callback) {
        CommandCallback<C, R> last = (message, result) -> {
            places.leave();
            if (!result.isExceptional() && result.getPayload() instanceof CompletionStage<?> later) {
                later.whenComplete((value, failure) -> {
                    answers.release();
                    answer(callback, command, failure == null ? value : cause(failure));
                });
            } else {
                answers.release();
                callback.onResult(command, result);
            }
        };
        attempt(command, last, 1);
    }

    private <C, R> void attempt(CommandMessage<C> command, CommandCallback<C, R> last, int attempt) {
        CommandCallback<C, R> next = (message, result) -> {
            boolean lost = result.isExceptional() && result.exceptionResult() instanceof ConcurrencyException;
            if (!lost || attempt == tries) {
                last.onResult(message, result);
            } else if (attempt == 1) {
                attempt(command, last, 2);
            } else {
                // two nodes that fight over an aggregate must not keep step
                long pause = ThreadLocalRandom.current().nextLong(1, FIRST_PAUSE_MILLIS << Math.min(attempt, 6));
                CompletableFuture.delayedExecutor(pause, TimeUnit.MILLISECONDS)
                        .execute(() -> attempt(command, last, attempt + 1));
            }
        };
        try {
            bus.dispatch(attempt == 1 ? command : command.andMetaData(SecondTry.METADATA), next);
        } catch (RuntimeException e) {
            last.onResult(command, asCommandResultMessage(e));
        }
    }

    private static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    /** @param result a value, or why there is none */
    @SuppressWarnings("NullAway") // Axon takes null for a handler that answers nothing
    private static <C, R> void answer(
            CommandCallback<? super C, ? super R> callback, CommandMessage<C> command, @Nullable Object result) {
        CommandResultMessage<R> message =
                result instanceof Throwable failure ? asCommandResultMessage(failure) : asCommandResultMessage(result);
        callback.onResult(command, message);
    }

    @Override
    public Registration subscribe(String commandName, MessageHandler<? super CommandMessage<?>> handler) {
        return bus.subscribe(commandName, handler);
    }

    @Override
    public Registration registerDispatchInterceptor(
            MessageDispatchInterceptor<? super CommandMessage<?>> dispatchInterceptor) {
        return bus.registerDispatchInterceptor(dispatchInterceptor);
    }

    @Override
    public Registration registerHandlerInterceptor(
            MessageHandlerInterceptor<? super CommandMessage<?>> handlerInterceptor) {
        return bus.registerHandlerInterceptor(handlerInterceptor);
    }
}
