package io.ovation.content;

import java.util.List;
import java.util.regex.Pattern;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Which reactions there are.
 *
 * @param reactions kinds of reactions that users may give besides {@code like}, as in {@code thanks,wow}: each 1 to 32
 *     small letters, digits, {@code -} and {@code _}
 */
@ConfigurationProperties("ovation.content")
record ReactionSettings(@DefaultValue List<String> reactions) {
    private static final Pattern KIND = Pattern.compile("[a-z0-9_-]{1,32}");

    ReactionSettings {
        reactions = List.copyOf(reactions);
        for (String kind : reactions) {
            if (!KIND.matcher(kind).matches()) {
                throw new IllegalArgumentException(
                        "ovation.content.reactions may name kinds of 1 to 32 small letters, digits, - and _, but not '"
                                + kind + "'");
            }
        }
    }
}
