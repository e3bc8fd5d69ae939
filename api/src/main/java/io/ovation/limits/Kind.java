package io.ovation.limits;

import java.util.Locale;

/** What there may be too much of. */
enum Kind {
    MESSAGES,
    REQUESTS,
    UNDER_WAY,
    CONNECTS,
    CONNECTIONS_OF_ADDRESS,
    CONNECTIONS_OF_USER;

    /** As metrics name it. */
    String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
