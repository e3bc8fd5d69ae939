package io.ovation.http;

import java.time.Duration;

import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollSocketChannel;
import reactor.netty.http.server.HttpServer;

/**
 * Ends a connection whose peer has not acknowledged what was sent to it for {@link #UNACKNOWLEDGED}: a link that is
 * gone says nothing, and TCP alone tries for a quarter of an hour. Heartbeats see to it that something is sent. Only
 * Linux's own transport can be told so; set once for each connection, on its event loop.
 */
final class DeadLinks {
    /** With a heartbeat at 12 s, an end within 45 s. */
    static final Duration UNACKNOWLEDGED = Duration.ofSeconds(30);

    private DeadLinks() {}

    static HttpServer on(HttpServer server) {
        return server.doOnChannelInit((observer, channel, address) -> {
            if (channel instanceof EpollSocketChannel epoll) {
                epoll.config().setOption(EpollChannelOption.TCP_USER_TIMEOUT, (int) UNACKNOWLEDGED.toMillis());
            }
        });
    }
}
