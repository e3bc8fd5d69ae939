package io.ovation.policy;

import io.ovation.Caller;
import io.ovation.ErrorCode;
import io.ovation.Rejection;
import io.ovation.policy.PolicySettings.Who;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.stereotype.Component;

/** Says who may open conversations and publish contents. Immutable; for any number of threads. */
@Component
@EnableConfigurationProperties(PolicySettings.class)
public final class Policies {
    private final PolicySettings settings;

    Policies(PolicySettings settings) {
        this.settings = settings;
    }

    /** Where everybody may do everything. */
    public static Policies open() {
        return new Policies(new PolicySettings(
                new PolicySettings.Open(Who.anyone, Who.anyone, Who.anyone), Who.anyone));
    }

    /**
     * Lets the caller open a conversation.
     *
     * @param kind {@code direct}, {@code group} or {@code channel}
     * @throws Rejection with {@code forbidden}, if they may not
     */
    public void mayOpen(String kind, Caller caller) {
        Who who = switch (kind) {
            case "direct" -> settings.open().direct();
            case "group" -> settings.open().group();
            default -> settings.open().channel();
        };
        check(who, "open:" + kind, caller, "Only admins open a " + kind + " here");
    }

    /**
     * Lets the caller publish a content.
     *
     * @throws Rejection with {@code forbidden}, if they may not
     */
    public void mayPublish(Caller caller) {
        check(settings.publish(), "publish", caller, "Only admins publish here");
    }

    private static void check(Who who, String what, Caller caller, String otherwise) {
        if (who == Who.admin && !caller.admin() && !caller.may().contains(what)) {
            throw new NotPermitted(otherwise);
        }
    }

    /** The server's policy, and what the token adds to it, do not let the caller do it. */
    private static final class NotPermitted extends Rejection {
        private static final long serialVersionUID = 1L;

        NotPermitted(String detail) {
            super(ErrorCode.FORBIDDEN, detail);
        }
    }
}
