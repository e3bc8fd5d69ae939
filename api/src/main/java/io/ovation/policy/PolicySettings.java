package io.ovation.policy;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Who may do what brings something new into the world. The claim {@code may} of a token adds to it for its user, as in
 * {@code ["open:channel","publish"]}.
 *
 * @param open who may open conversations
 * @param publish who may publish contents: {@code anyone} or {@code admin}
 */
@ConfigurationProperties("ovation.policy")
record PolicySettings(@DefaultValue Open open, @DefaultValue("anyone") Who publish) {
    /**
     * Who may open conversations of each kind.
     *
     * @param direct who may open direct ones: {@code anyone} or {@code admin}
     * @param group who may open groups: {@code anyone} or {@code admin}
     * @param channel who may open channels: {@code anyone} or {@code admin}
     */
    record Open(
            @DefaultValue("anyone") Who direct,
            @DefaultValue("anyone") Who group,
            @DefaultValue("anyone") Who channel) {}

    /** For whom it is. */
    enum Who {
        anyone,
        admin
    }
}
