package io.ovation.mongo;

import java.net.InetAddress;
import java.net.InetSocketAddress;

import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.backend.AbstractMongoBackend;

/**
 * A server in this process that speaks MongoDB's protocol and keeps nothing: what is in it is rebuilt from the log at
 * each start. So much of it is in memory, the rest in a file. It listens on a free port of the loopback interface.
 */
final class EmbeddedMongo implements AutoCloseable {
    private final DocumentFile file;
    private final MongoServer server;
    private final InetSocketAddress address;

    /** @param file what there is no room for on the heap; closed with the server */
    EmbeddedMongo(DocumentFile file) {
        this.file = file;
        server = new MongoServer(new Backend(file));
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        address = server.getLocalAddress();
    }

    String uri() {
        return "mongodb://" + address.getHostString() + ":" + address.getPort() + "/?uuidRepresentation=standard";
    }

    @Override
    public void close() {
        server.shutdownNow();
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
