package io.ovation.security;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/**
 * Which pages may speak to this server: its own, and those that are named in {@code ovation.web.allowed-origins}.
 * Immutable.
 */
public final class Origins {
    private static final String ANY = "*";
    private static final String HTTPS = "https";

    /** An origin as browsers write it. A host name may have an underscore, unlike one of {@link java.net.URI}. */
    private static final Pattern ORIGIN = Pattern.compile(
            "(?<scheme>https?)://(?<host>[a-z0-9._~-]+|\\[[0-9a-f:.]+])(?::(?<port>\\d{1,5}))?",
            Pattern.CASE_INSENSITIVE);

    private final List<String> allowed;
    private final Set<String> normalized;

    public Origins(WebSettings settings) {
        this.allowed = settings.allowedOrigins();
        this.normalized = allowed.stream().map(Origins::normalized).collect(Collectors.toUnmodifiableSet());
    }

    /**
     * Whether a page of that origin may be served: a page of this server, or one that is named. Without {@code Origin}
     * the request comes from no page, and may.
     *
     * @param scheme the scheme of the request, as far as it is known: that of the browser's address only where TLS ends
     *     here, or at a proxy that is trusted to say so
     * @param host the header {@code Host}, which is what stands in the browser's address, unless a proxy has replaced
     *     it
     */
    public boolean allowed(@Nullable String origin, @Nullable String scheme, @Nullable String host) {
        return origin == null
                || normalized.contains(ANY)
                || isOwn(origin, scheme, host)
                || authority(origin) != null && normalized.contains(normalized(origin));
    }

    /** Whether the page is this server's: of the same host and port, as the browser sees them. */
    public boolean isOwn(String origin, @Nullable String scheme, @Nullable String host) {
        String authority = authority(origin);
        boolean downgraded = HTTPS.equals(scheme) && !HTTPS.equals(scheme(origin));
        return authority != null && host != null && !downgraded && authority.equals(withPort(host, scheme(origin)));
    }

    /** Whether every page may. */
    public boolean isAny() {
        return normalized.contains(ANY);
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
        Matcher matcher = ORIGIN.matcher(origin);
        if (!matcher.matches()) {
            return null;
        }
        String port = matcher.group("port");
        return withPort(matcher.group("host") + (port == null ? "" : ":" + port), scheme(origin));
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
        return hasPort ? lower : lower + (scheme.equals(HTTPS) ? ":443" : ":80");
    }
}
