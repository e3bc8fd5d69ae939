package io.ovation.cluster;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;

import io.ovation.Addressed;
import io.ovation.Rejection;
import io.ovation.Unavailable;
import io.ovation.WrittenByNewer;
import io.ovation.cluster.CommandEnvelope.NotOpen;
import org.axonframework.commandhandling.CommandBus;
import org.axonframework.commandhandling.CommandCallback;
import org.axonframework.commandhandling.CommandMessage;
import org.axonframework.commandhandling.CommandResultMessage;
import org.axonframework.commandhandling.callbacks.LoggingCallback;
import org.axonframework.common.Registration;
import org.axonframework.messaging.MessageDispatchInterceptor;
import org.axonframework.messaging.MessageHandler;
import org.axonframework.messaging.MessageHandlerInterceptor;
import org.axonframework.messaging.MetaData;
import org.jgroups.Address;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import static org.axonframework.commandhandling.GenericCommandResultMessage.asCommandResultMessage;

/**
 * Brings each command to the node that decides for its aggregate; what is for no aggregate stays here. A command whose
 * node leaves before it answers is sent once more, to the next: as a second try, so that what was recorded by the first
 * is found under the command's own ids. A node that starts or stops takes none; the next one decides meanwhile, as it
 * does where a node is of too old a version. For any number of threads.
 */
final class RoutedCommandBus implements CommandBus {
    /** As the command side marks a command that is handled again ({@code SecondTry}). */
    private static final MetaData SECOND_TRY = MetaData.with("secondTry", true);

    private static final Logger LOG = LoggerFactory.getLogger(RoutedCommandBus.class);

    private final CommandBus local;
    private final JGroupsNodes nodes;

    RoutedCommandBus(CommandBus local, JGroupsNodes nodes) {
        this.local = local;
        this.nodes = nodes;
        nodes.commandsTo(local);
    }

    @Override
    public <C> void dispatch(CommandMessage<C> command) {
        dispatch(command, LoggingCallback.INSTANCE);
    }

    @Override
    public <C, R> void dispatch(CommandMessage<C> command, CommandCallback<? super C, ? super R> callback) {
        route(command, callback, Set.of(), false);
    }

    /**
     * Brings a command to whoever decides.
     *
     * @param not who took no commands, or has gone
     * @param isSecond whether one of these may have recorded something
     */
    private <C, R> void route(
            CommandMessage<C> command,
            CommandCallback<? super C, ? super R> callback,
            Set<Address> not,
            boolean isSecond) {
        Address owner = command.getPayload() instanceof Addressed addressed
                ? nodes.otherOwner(addressed.target(), not)
                : null;
        // a ring of nobody is the ring of all
        if (owner == null || not.contains(owner)) {
            here(isSecond ? command.andMetaData(SECOND_TRY) : command, callback, not, isSecond);
            return;
        }
        nodes.send(owner, isSecond ? command.andMetaData(SECOND_TRY) : command)
                .whenComplete((result, failure) -> {
                    if (failure == null) {
                        callback.onResult(command, cast(result));
                    } else {
                        again(command, callback, with(not, owner), isSecond, failure);
                    }
                });
    }

    /** Decides here, unless that takes a newer version of this server: then whoever is next may be one. */
    private <C, R> void here(
            CommandMessage<C> command,
            CommandCallback<? super C, ? super R> callback,
            Set<Address> not,
            boolean isSecond) {
        Address self = nodes.self();
        if (self == null || not.contains(self)) {
            local.dispatch(command, callback);
            return;
        }
        local.<C, Object>dispatch(command, (message, result) -> {
            if (result.isExceptional() && result.exceptionResult() instanceof WrittenByNewer) {
                route(command, callback, with(not, self), isSecond);
            } else {
                callback.onResult(command, cast(result));
            }
        });
    }

    private <C, R> void again(
            CommandMessage<C> command,
            CommandCallback<? super C, ? super R> callback,
            Set<Address> not,
            boolean isSecond,
            Throwable failure) {
        Throwable cause = failure instanceof CompletionException && failure.getCause() != null
                ? failure.getCause()
                : failure;
        if (cause instanceof NotOpen) {
            route(command, callback, not, isSecond);
        } else if (cause instanceof TimeoutException || isSecond) {
            callback.onResult(command, asCommandResultMessage(unknown()));
        } else {
            LOG.debug("The node that decides has gone; its next one is asked", cause);
            route(command, (message, result) -> callback.onResult(command, cast(undoubted(result))), not, true);
        }
    }

    /**
     * A second try that is refused may be so for what the first has recorded: who was removed is no member any more. So
     * nobody knows; whoever asks again is told how it is. Also one that was turned away unheard says nothing of the
     * first.
     */
    static CommandResultMessage<?> undoubted(CommandResultMessage<?> result) {
        return result.isExceptional()
                        && result.exceptionResult() instanceof Rejection rejection
                        && rejection.outcome() == null
                ? asCommandResultMessage(unknown())
                : result;
    }

    private static Set<Address> with(Set<Address> some, Address one) {
        Set<Address> more = new HashSet<>(some);
        more.add(one);
        return Set.copyOf(more);
    }

    private static Unavailable unknown() {
        return Unavailable.withUnknownOutcome("The node that decides did not answer", 1);
    }

    @SuppressWarnings("unchecked") // whoever sends a command knows what it is answered with
    private static <R> CommandResultMessage<R> cast(CommandResultMessage<?> result) {
        return (CommandResultMessage<R>) result;
    }

    @Override
    public Registration subscribe(String commandName, MessageHandler<? super CommandMessage<?>> handler) {
        return local.subscribe(commandName, handler);
    }

    @Override
    public Registration registerDispatchInterceptor(
            MessageDispatchInterceptor<? super CommandMessage<?>> dispatchInterceptor) {
        return local.registerDispatchInterceptor(dispatchInterceptor);
    }

    @Override
    public Registration registerHandlerInterceptor(
            MessageHandlerInterceptor<? super CommandMessage<?>> handlerInterceptor) {
        return local.registerHandlerInterceptor(handlerInterceptor);
    }
}
