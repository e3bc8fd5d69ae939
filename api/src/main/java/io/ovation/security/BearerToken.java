package io.ovation.security;

import java.util.List;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

/** The token that a request carries. Stateless. */
public final class BearerToken {
    /** The parameter of the address that carries a token where a browser cannot set a header. */
    public static final String PARAMETER = "access_token";

    private static final String SCHEME = "bearer ";

    private BearerToken() {}

    /**
     * The one token of a request; null for none. Throws {@link Unauthenticated} where there are several, or only
     * something else that was meant to say who asks. Beside a token in the address a header of another scheme is passed
     * over: it is for a proxy on the way.
     *
     * @param headers the headers {@code Authorization}
     * @param parameters what the address has as {@link #PARAMETER}
     */
    public static @Nullable String of(List<String> headers, List<String> parameters) {
        List<String> tokens = headers.stream()
                .filter(BearerToken::isBearer)
                .map(header -> header.substring(SCHEME.length()).strip())
                .toList();
        boolean others = tokens.size() < headers.size();
        if (tokens.size() + parameters.size() > 1 || others && parameters.isEmpty()) {
            throw Unauthenticated.badToken();
        }
        if (!parameters.isEmpty()) {
            return parameters.getFirst();
        }
        return tokens.isEmpty() ? null : tokens.getFirst();
    }

    private static boolean isBearer(String header) {
        return header.toLowerCase(Locale.ROOT).startsWith(SCHEME);
    }
}
