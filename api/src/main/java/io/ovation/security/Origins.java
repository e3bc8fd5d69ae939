package io.ovation.security;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/** Which pages may speak to this server: its own, and those that are named in {@code ovation.web.allowed-origins}. */
public final class Origins {
    private static final String ANY = "*";

    private final List<String> allowed;
    private final Set<String> normalized;

    public Origins(WebSettings settings) {
        this.allowed = settings.allowedOrigins();
        this.normalized = allowed.stream().map(Origins::normalized).collect(Collectors.toUnmodifiableSet());
    }

    /**
     * Whether a request may be served, going by its headers {@code Origin} and {@code Host}. Without {@code Origin} it
     * comes from no page, and may.
     */
    public boolean allowed(@Nullable String origin, @Nullable String host) {
        if (origin == null || normalized.contains(ANY)) {
            return true;
        }
        String authority = authority(origin);
        return authority != null
                && (normalized.contains(normalized(origin))
                        || host != null && authority.equals(withPort(host, scheme(origin))));
    }

    /** The origins of other hosts that may, as they were configured. */
    public List<String> others() {
        return allowed;
    }

    /**
     * Host and port of an origin in lower case, the port also where the origin leaves it out; null when it is no
     * origin.
     */
    static @Nullable String authority(String origin) {
        try {
            URI uri = new URI(origin);
            boolean web = "http".equals(scheme(origin)) || "https".equals(scheme(origin));
            boolean bare = uri.getRawPath() == null || uri.getRawPath().isEmpty();
            if (!web
                    || !bare
                    || uri.getHost() == null
                    || uri.getRawQuery() != null
                    || uri.getRawUserInfo() != null
                    || uri.getRawFragment() != null) {
                return null;
            }
            return withPort(uri.getRawAuthority(), scheme(origin));
        } catch (URISyntaxException none) {
            return null;
        }
    }

    private static String normalized(String origin) {
        String authority = authority(origin);
        return authority == null ? origin : scheme(origin) + "://" + authority;
    }

    private static String scheme(String origin) {
        int end = origin.indexOf(':');
        return end < 0 ? "" : origin.substring(0, end).toLowerCase(Locale.ROOT);
    }

    private static String withPort(String authority, String scheme) {
        String lower = authority.toLowerCase(Locale.ROOT);
        boolean hasPort = lower.lastIndexOf(':') > lower.lastIndexOf(']');
        return hasPort ? lower : lower + (scheme.equals("https") ? ":443" : ":80");
    }
}
