package io.ovation.client;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Objects;

/**
 * Where a server listens.
 *
 * @param base an absolute {@code http} or {@code https} address without a slash at its end
 */
public record ServerAddress(URI base) {
    /**
     * Reads an address as people write it. Throws {@link IllegalArgumentException}, with a message for them, when it is
     * none.
     */
    public static ServerAddress parse(String text) {
        try {
            URI uri = new URI(text.strip().replaceFirst("/+$", ""));
            String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
            if (!(scheme.equals("http") || scheme.equals("https"))
                    || uri.getHost() == null
                    || uri.getRawQuery() != null
                    || uri.getRawFragment() != null) {
                throw new IllegalArgumentException("'" + text + "' is no http:// or https:// address");
            }
            return new ServerAddress(uri);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("'" + text + "' is no http:// or https:// address", e);
        }
    }

    /** The address of a path of the HTTP API. */
    public URI http(String path) {
        return URI.create(base + path);
    }

    /** The address of the RSocket endpoint; {@code ws} or {@code wss}. */
    public URI rsocket() {
        return URI.create(base.toString().replaceFirst("(?i)^http", "ws") + "/rsocket");
    }

    /** The host's name or number, without the brackets of IPv6. */
    public String host() {
        return Objects.requireNonNull(base.getHost()).replaceAll("[\\[\\]]", "");
    }

    /** The port, also where the address leaves it out. */
    public int port() {
        if (base.getPort() >= 0) {
            return base.getPort();
        }
        return "https".equalsIgnoreCase(base.getScheme()) ? 443 : 80;
    }

    @Override
    public String toString() {
        return base.toString();
    }
}
