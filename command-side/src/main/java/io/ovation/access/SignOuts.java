package io.ovation.access;

import io.ovation.access.AccessCommand.SignOutUser;
import io.ovation.access.AccessEvent.UserSignedOut;
import io.ovation.access.AccessRejection.AdminsOnly;
import org.axonframework.commandhandling.CommandHandler;
import org.axonframework.eventsourcing.EventSourcingHandler;
import org.axonframework.modelling.command.AggregateCreationPolicy;
import org.axonframework.modelling.command.AggregateIdentifier;
import org.axonframework.modelling.command.CreationPolicy;
import org.axonframework.spring.stereotype.Aggregate;

import static org.axonframework.modelling.command.AggregateLifecycle.apply;

/** All that admins have signed out, whom and when. Each time counts, for it is a later moment. */
@Aggregate(lockFactory = "aggregateLock")
@SuppressWarnings("NullAway.Init") // Axon makes it empty; its first event fills it
class SignOuts {
    @AggregateIdentifier
    private String id;

    SignOuts() {}

    @CommandHandler
    @CreationPolicy(AggregateCreationPolicy.CREATE_IF_MISSING)
    void handle(SignOutUser command) {
        isAsAdmin(command);
        apply(new UserSignedOut(command.user(), command.by().user(), command.at()));
    }

    private static void isAsAdmin(AccessCommand command) {
        if (!command.by().admin()) {
            throw new AdminsOnly();
        }
    }

    @EventSourcingHandler
    void on(UserSignedOut event) {
        id = SignOutUser.SIGN_OUTS;
    }
}
