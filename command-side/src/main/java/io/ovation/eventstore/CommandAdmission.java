package io.ovation.eventstore;

import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

import io.ovation.Unavailable;
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

import static org.axonframework.commandhandling.GenericCommandResultMessage.asCommandResultMessage;

/**
 * The command bus as the edges see it: so many commands at a time, beyond which each is {@link Unavailable} at once instead of waiting in a queue without end; and a
 * command that lost a race, or used an id again, is handled once more, marked as {@link SecondTry}, so that it sees what was recorded. A handler may answer a
 * {@link CompletionStage}: the command is answered when that completes, and is under way no more from then on that the handler has returned.
 */
final class CommandAdmission implements CommandBus {
    private final CommandBus bus;
    private final Semaphore places;

    /**
     * @param bus handles commands on threads of its own
     * @param mostInFlight how many commands may be under way
     */
    CommandAdmission(CommandBus bus, int mostInFlight) {
        this.bus = bus;
        this.places = new Semaphore(mostInFlight);
    }

    @Override
    public <C> void dispatch(CommandMessage<C> command) {
        dispatch(command, LoggingCallback.INSTANCE);
    }

    @Override
    public <C, R> void dispatch(CommandMessage<C> command, CommandCallback<? super C, ? super R> callback) {
        if (!places.tryAcquire()) {
            answer(callback, command, () -> new Unavailable("Too many commands are under way", 1));
            return;
        }
        CommandCallback<C, R> last = (message, result) -> {
            places.release();
            pass(callback, command, result);
        };
        CommandCallback<C, R> first = (message, result) -> {
            if (result.isExceptional() && result.exceptionResult() instanceof ConcurrencyException) {
                bus.dispatch(command.andMetaData(SecondTry.METADATA), last);
            } else {
                last.onResult(message, result);
            }
        };
        try {
            bus.dispatch(command, first);
        } catch (RuntimeException e) {
            places.release();
            throw e;
        }
    }

    /** Passes a result on; that of a handler that answers later, whose thread is free meanwhile, when it is there. */
    private static <C, R> void pass(
            CommandCallback<? super C, ? super R> callback, CommandMessage<C> command, CommandResultMessage<? extends R> result) {
        if (!result.isExceptional() && result.getPayload() instanceof CompletionStage<?> later) {
            later.whenComplete((answer, failure) -> callback.onResult(
                    command, failure == null ? asCommandResultMessage(answer) : asCommandResultMessage(cause(failure))));
        } else {
            callback.onResult(command, result);
        }
    }

    private static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    private static <C, R> void answer(
            CommandCallback<? super C, ? super R> callback, CommandMessage<C> command, Supplier<Throwable> failure) {
        CommandResultMessage<R> result = asCommandResultMessage(failure.get());
        callback.onResult(command, result);
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
