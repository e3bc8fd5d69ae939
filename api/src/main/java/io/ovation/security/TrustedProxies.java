package io.ovation.security;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Objects;

import io.netty.handler.codec.http.HttpRequest;
import org.jspecify.annotations.Nullable;
import reactor.netty.http.server.ConnectionInfo;

/**
 * The proxies before this server, and what is believed of what they say. Each adds the address of whoever asked it at
 * the right end of {@code X-Forwarded-For}; what stands further left is the client's own word, and may be forged.
 * Immutable.
 */
final class TrustedProxies {
    private static final String FOR = "X-Forwarded-For";
    private static final String PROTO = "X-Forwarded-Proto";

    /** Nobody has more proxies in a row; a longer list is not read to its end. */
    private static final int MOST = 16;

    private final List<AddressRange> ranges;

    TrustedProxies(List<String> ranges) {
        this.ranges = ranges.stream()
                .map(AddressRange::parse)
                .filter(Objects::nonNull)
                .toList();
    }

    boolean isEmpty() {
        return ranges.isEmpty();
    }

    /** Who is at the other end of a connection, and by which scheme, as the request and its last proxy say. */
    ConnectionInfo seen(ConnectionInfo connection, HttpRequest request) {
        InetSocketAddress peer = connection.getRemoteAddress();
        if (peer == null || peer.getAddress() == null || !trusts(peer.getAddress())) {
            return connection;
        }
        ConnectionInfo seen = connection;
        InetAddress client = client(peer.getAddress(), request.headers().getAll(FOR));
        if (!client.equals(peer.getAddress())) {
            seen = seen.withRemoteAddress(new InetSocketAddress(client, peer.getPort()));
        }
        String scheme = last(request.headers().getAll(PROTO));
        return "https".equalsIgnoreCase(scheme)
                ? seen.withScheme("https")
                : "http".equalsIgnoreCase(scheme) ? seen.withScheme("http") : seen;
    }

    /** The last address that is no trusted proxy's; what is no address ends the search at whoever has passed it on. */
    InetAddress client(InetAddress peer, List<String> forwardedFor) {
        String[] hops = String.join(",", forwardedFor).split(",", -1);
        InetAddress client = peer;
        for (int i = hops.length - 1; i >= 0 && i >= hops.length - MOST && trusts(client); i--) {
            InetAddress hop = hop(hops[i].strip());
            if (hop == null) {
                return client;
            }
            client = hop;
        }
        return client;
    }

    private boolean trusts(InetAddress address) {
        return ranges.stream().anyMatch(range -> range.contains(address));
    }

    /** An address, which some proxies write with a port. */
    private static @Nullable InetAddress hop(String text) {
        InetAddress plain = AddressRange.address(text);
        int colon = text.lastIndexOf(':');
        return plain == null && colon > 0 ? AddressRange.address(text.substring(0, colon)) : plain;
    }

    private static String last(List<String> values) {
        String all = String.join(",", values);
        return all.substring(all.lastIndexOf(',') + 1).strip();
    }
}
