package io.ovation.access;

import java.time.Instant;

import io.ovation.Caller;
import io.ovation.NameBasedId;
import org.axonframework.commandhandling.RoutingKey;
import org.axonframework.modelling.command.TargetAggregateIdentifier;

/** What an admin can decide about who may come in. */
public sealed interface AccessCommand {
    Caller by();

    /**
     * Has the tokens of a user count no more that were issued up to that moment; answers nothing. Whoever is no admin
     * is turned down with {@link AccessRejection.AdminsOnly}.
     */
    record SignOutUser(String user, Instant at, Caller by) implements AccessCommand {
        /**
         * All of them are of one aggregate: admins act seldom, and so a node reads all there are at once, by the index
         * of the log.
         */
        public static final String SIGN_OUTS = NameBasedId.reserved("access", "sign-outs");

        @TargetAggregateIdentifier
        @RoutingKey
        public String target() {
            return SIGN_OUTS;
        }
    }
}
