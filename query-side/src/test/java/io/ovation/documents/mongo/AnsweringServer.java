package io.ovation.documents.mongo;

import java.util.function.UnaryOperator;

import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.MongoVersion;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.wire.message.MongoMessage;

/** A server for MongoDB's protocol in this process, some of whose answers are others. */
final class AnsweringServer implements AutoCloseable {
    private final Backend backend = new Backend();
    private final MongoServer server = new MongoServer(backend);
    private final int port = server.bind().getPort();

    /** What is answered to a command; null for what the server answers by itself. */
    @FunctionalInterface
    interface Answers {
        Document to(Document command, UnaryOperator<Document> itself);
    }

    private static final class Backend extends MemoryBackend {
        private volatile Answers answers = (command, itself) -> itself.apply(command);

        @Override
        public Document handleMessage(MongoMessage message) {
            return answers.to(message.getDocument(), command -> super.handleMessage(message));
        }
    }

    static AnsweringServer with(Answers answers) {
        AnsweringServer server = new AnsweringServer();
        server.backend.answers = answers;
        return server;
    }

    static AnsweringServer ofVersion(MongoVersion version) {
        AnsweringServer server = new AnsweringServer();
        server.backend.version(version);
        return server;
    }

    String uri() {
        return "mongodb://127.0.0.1:" + port + "/ovation";
    }

    @Override
    public void close() {
        server.shutdownNow();
    }
}
