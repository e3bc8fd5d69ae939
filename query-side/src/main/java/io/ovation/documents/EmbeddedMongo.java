package io.ovation.documents;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

import de.bwaldvogel.mongo.MongoThreadFactory;
import de.bwaldvogel.mongo.backend.AbstractMongoBackend;
import de.bwaldvogel.mongo.wire.MongoDatabaseHandler;
import de.bwaldvogel.mongo.wire.MongoExceptionHandler;
import de.bwaldvogel.mongo.wire.MongoWireMessageEncoder;
import de.bwaldvogel.mongo.wire.MongoWireProtocolHandler;
import de.bwaldvogel.mongo.wire.MongoWireReplyEncoder;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.GlobalEventExecutor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A server in this process that speaks MongoDB's protocol and keeps nothing: what is in it is rebuilt from the log at
 * each start. So much of it is in memory, the rest in a file. It listens on a free port of the loopback interface, and
 * takes connections of this process only: the protocol's library knows no passwords, and who gets in can read every
 * message and make himself a member. Its fields never change; Netty's threads serve it.
 */
final class EmbeddedMongo implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(EmbeddedMongo.class);

    /** Connections that wait in the kernel: more than the pools of our own clients open at once. */
    private static final int BACKLOG = 256;

    private static final long SHUTDOWN_SECONDS = 5;

    private final DocumentFile file;
    private final Backend backend;
    private final EventLoopGroup accepting =
            new MultiThreadIoEventLoopGroup(1, new MongoThreadFactory("mongo-server"), NioIoHandler.newFactory());
    private final EventLoopGroup serving =
            new MultiThreadIoEventLoopGroup(0, new MongoThreadFactory("mongo-worker"), NioIoHandler.newFactory());
    private final ChannelGroup connections = new DefaultChannelGroup("mongo-channels", GlobalEventExecutor.INSTANCE);
    private final Channel listening;

    /** @param file what there is no room for on the heap; closed with the server */
    EmbeddedMongo(DocumentFile file) {
        this.file = file;
        backend = new Backend(file);
        listening = listen();
    }

    /**
     * The same pipeline as {@link de.bwaldvogel.mongo.MongoServer}'s, which leaves no place to look at a connection
     * before it is served.
     */
    private Channel listen() {
        ServerBootstrap server = new ServerBootstrap()
                .group(accepting, serving)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel connection) {
                        connection
                                .pipeline()
                                .addLast(
                                        new MongoWireReplyEncoder(),
                                        new MongoWireMessageEncoder(),
                                        new MongoWireProtocolHandler(),
                                        new MongoDatabaseHandler(backend, connections),
                                        new MongoExceptionHandler());
                    }
                });
        if (OwnSockets.canBeTold()) {
            server.handler(new OwnProcessOnly());
        } else {
            log.warn("This machine does not tell whose a socket is (no /proc): every process of it can connect to "
                    + "the read models' port on the loopback interface");
        }
        return server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .syncUninterruptibly()
                .channel();
    }

    String uri() {
        InetSocketAddress address = (InetSocketAddress) listening.localAddress();
        return "mongodb://" + address.getHostString() + ":" + address.getPort() + "/?uuidRepresentation=standard";
    }

    @Override
    public void close() {
        listening.close().syncUninterruptibly();
        connections.close().syncUninterruptibly();
        accepting.shutdownGracefully(0, SHUTDOWN_SECONDS, TimeUnit.SECONDS);
        serving.shutdownGracefully(0, SHUTDOWN_SECONDS, TimeUnit.SECONDS);
        accepting.terminationFuture().syncUninterruptibly();
        serving.terminationFuture().syncUninterruptibly();
        backend.close();
        file.close();
    }

    private static final class Backend extends AbstractMongoBackend {
        private final DocumentFile file;

        Backend(DocumentFile file) {
            this.file = file;
        }

        @Override
        public EmbeddedDatabase openOrCreateDatabase(String name) {
            return new EmbeddedDatabase(name, getCursorRegistry(), file);
        }
    }
}
