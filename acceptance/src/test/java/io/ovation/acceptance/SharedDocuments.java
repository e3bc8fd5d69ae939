package io.ovation.acceptance;

import java.net.InetSocketAddress;

import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;

/** A server of MongoDB's protocol in this process, whose documents nodes share. For any number of threads. */
final class SharedDocuments implements AutoCloseable {
    private final MongoServer server = new MongoServer(new MemoryBackend());
    private final InetSocketAddress address = server.bind();

    String uri() {
        return "mongodb://127.0.0.1:" + address.getPort() + "/ovation";
    }

    @Override
    public void close() {
        server.shutdownNow();
    }
}
