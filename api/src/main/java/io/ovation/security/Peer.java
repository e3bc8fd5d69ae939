package io.ovation.security;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Locale;

import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequest;

/** Who is at the other end of a connection. */
public final class Peer {
    private static final List<String> FORWARDED = List.of("Forwarded", "X-Forwarded-For", "X-Real-IP");
    private static final List<String> LOOPBACK_NAMES = List.of("localhost", "127.0.0.1", "::1", "[::1]");

    private Peer() {}

    /** The peer's address; null when the connection is gone. */
    public static @Nullable InetAddress address(ServerHttpRequest request) {
        InetSocketAddress remote = request.getRemoteAddress();
        return remote == null ? null : remote.getAddress();
    }

    /**
     * Whether the request was made on this machine, by someone who called it by a loopback name: neither what a proxy
     * here passes on, nor what a page has a browser send by a name of its own that leads here.
     */
    public static boolean isOnThisMachine(ServerHttpRequest request) {
        InetAddress peer = address(request);
        InetSocketAddress host = request.getHeaders().getHost();
        HttpHeaders headers = request.getHeaders();
        return peer != null
                && peer.isLoopbackAddress()
                && FORWARDED.stream().noneMatch(headers::containsHeader)
                && (host == null || LOOPBACK_NAMES.contains(host.getHostString().toLowerCase(Locale.ROOT)));
    }
}
