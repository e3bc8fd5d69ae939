package io.ovation.documents;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets only this process connect to a server of its own. It is called by the one thread that accepts connections, and
 * by no other.
 *
 * <p>It sits in the pipeline of the listening channel, before a connection is handed to an event loop: nothing has been
 * read from a connection that is refused. It blocks the accepting thread, which does nothing else, so that a process
 * that connects again and again waits in the kernel's queue, and holds no memory here.
 */
final class OwnProcessOnly extends ChannelInboundHandlerAdapter {
    private static final Logger log = LoggerFactory.getLogger(OwnProcessOnly.class);
    private static final long TOLD_EVERY_NANOS = Duration.ofMinutes(1).toNanos();

    private long refused;
    private long toldAt = System.nanoTime() - TOLD_EVERY_NANOS;

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        Channel connection = (Channel) message;
        if (isOwn(connection)) {
            context.fireChannelRead(connection);
        } else {
            connection.unsafe().closeForcibly();
            tellOfRefusal();
        }
    }

    private static boolean isOwn(Channel connection) {
        try {
            return connection.remoteAddress() instanceof InetSocketAddress peer
                    && connection.localAddress() instanceof InetSocketAddress here
                    && OwnSockets.isOwn(peer, here);
        } catch (IOException e) {
            log.debug("Whose a connection is cannot be told, so it is refused", e);
            return false;
        }
    }

    private void tellOfRefusal() {
        refused++;
        long now = System.nanoTime();
        if (now - toldAt >= TOLD_EVERY_NANOS) {
            log.warn(
                    "Another process of this machine connected to the read models' port and was refused "
                            + "({} since the last such line)",
                    refused);
            toldAt = now;
            refused = 0;
        }
    }
}
