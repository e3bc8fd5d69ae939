package io.ovation.security;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Locale;
import java.util.Set;

import io.netty.handler.codec.http.HttpVersion;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import reactor.netty.http.server.HttpServerRequest;

/** Who is at the other end of a connection. */
public final class Peer {
    private static final Set<String> OF_PROXIES = Set.of("forwarded", "via", "x-real-ip");
    private static final String FORWARDED = "x-forwarded-";
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
        return peer != null
                && peer.isLoopbackAddress()
                && !isByProxy(request)
                && (host == null || LOOPBACK_NAMES.contains(host.getHostString().toLowerCase(Locale.ROOT)));
    }

    /**
     * Whether a proxy may have passed the request on. One that was told nothing but where to sets none of the headers
     * that say so; but nginx, unless it is told otherwise, asks by HTTP/1.0 or with {@code Connection: close}, and a
     * client on this machine has no need to.
     */
    private static boolean isByProxy(ServerHttpRequest request) {
        HttpHeaders headers = request.getHeaders();
        boolean says = headers.headerNames().stream()
                .map(name -> name.toLowerCase(Locale.ROOT))
                .anyMatch(name -> OF_PROXIES.contains(name) || name.startsWith(FORWARDED));
        return says
                || headers.getConnection().stream().anyMatch("close"::equalsIgnoreCase)
                || ServerHttpRequestDecorator.getNativeRequest(request) instanceof HttpServerRequest http
                        && http.version().equals(HttpVersion.HTTP_1_0);
    }
}
