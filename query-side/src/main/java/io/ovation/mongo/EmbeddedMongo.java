package io.ovation.mongo;

import java.net.InetAddress;
import java.net.InetSocketAddress;

import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.backend.AbstractMongoBackend;

/**
 * A server in this process that speaks MongoDB's protocol and keeps all in memory: what is in it is rebuilt from the log at each start.
 * It listens on a free port of the loopback interface.
 */
final class EmbeddedMongo implements AutoCloseable {
    private final MongoServer server = new MongoServer(new Backend());
    private final InetSocketAddress address;

    EmbeddedMongo() {
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        address = server.getLocalAddress();
    }

    String uri() {
        return "mongodb://" + address.getHostString() + ":" + address.getPort() + "/?uuidRepresentation=standard";
    }

    @Override
    public void close() {
        server.shutdownNow();
    }

    private static final class Backend extends AbstractMongoBackend {
        @Override
        public EmbeddedDatabase openOrCreateDatabase(String name) {
            return new EmbeddedDatabase(name, getCursorRegistry());
        }
    }
}
