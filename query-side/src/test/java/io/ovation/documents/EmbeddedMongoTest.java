package io.ovation.documents;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

import com.mongodb.ConnectionString;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import org.bson.BsonBinaryWriter;
import org.bson.Document;
import org.bson.codecs.DocumentCodec;
import org.bson.codecs.EncoderContext;
import org.bson.io.BasicOutputBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** Who may connect to the embedded server. */
@EnabledOnOs(OS.LINUX)
@Timeout(60)
class EmbeddedMongoTest {
    private static final int OP_MSG = 2013;
    private static final int HEADER = 16;

    private Path data;
    private EmbeddedMongo server;

    @BeforeEach
    void start(@TempDir Path directory) {
        data = directory;
        server = new EmbeddedMongo(new DocumentFile(directory.resolve("read-models"), Long.MAX_VALUE));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void anotherProcessGetsNothingButTheEnd() throws Exception {
        assertThat(answerToAnotherProcess()).isEmpty();
        // the same bytes are answered when they are our own: it is not they that are refused
        assertThat(answerToThisProcess()).hasSize(HEADER);
    }

    @Test
    void aClientOfThisProcessIsServedWhileAnotherProcessIsRefused() throws Exception {
        try (MongoClient client = MongoClients.create(server.uri())) {
            Document ping = new Document("ping", 1);

            assertThat(client.getDatabase("admin").runCommand(ping)).containsKey("ok");
            assertThat(answerToAnotherProcess()).isEmpty();
            assertThat(client.getDatabase("admin").runCommand(ping)).containsKey("ok");
        }
    }

    @Test
    void aSocketIsOwnByBothItsAddresses() throws IOException {
        try (ServerSocket door = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            InetSocketAddress near;
            InetSocketAddress far;
            try (Socket client = new Socket(door.getInetAddress(), door.getLocalPort())) {
                near = (InetSocketAddress) client.getLocalSocketAddress();
                far = (InetSocketAddress) client.getRemoteSocketAddress();

                assertThat(OwnSockets.canBeTold()).isTrue();
                assertThat(OwnSockets.isOwn(near, far)).isTrue();
                assertThat(OwnSockets.isOwn(new InetSocketAddress("127.0.0.2", near.getPort()), far))
                        .isFalse();
                assertThat(OwnSockets.isOwn(near, new InetSocketAddress("127.0.0.2", far.getPort())))
                        .isFalse();
            }
            assertThat(OwnSockets.isOwn(near, far)).isFalse();
        }
    }

    private byte[] answerToAnotherProcess() throws Exception {
        Path ping = Files.write(data.resolve("ping"), ping());
        Path answer = data.resolve("answer");
        // cat is refused once the connection is gone; what came back is what counts
        String script = "exec 3<>/dev/tcp/127.0.0.1/%d && { cat %s >&3; head -c %d <&3 >%s; echo connected; }"
                .formatted(port(), ping, HEADER, answer);
        Process bash = new ProcessBuilder("bash", "-c", script)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .contains("connected");
        bash.waitFor();
        return Files.readAllBytes(answer);
    }

    private byte[] answerToThisProcess() throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port())) {
            socket.getOutputStream().write(ping());
            return socket.getInputStream().readNBytes(HEADER);
        }
    }

    private int port() {
        String host = new ConnectionString(server.uri()).getHosts().getFirst();
        return Integer.parseInt(host.substring(host.lastIndexOf(':') + 1));
    }

    private static byte[] ping() throws IOException {
        Document command = new Document("ping", 1).append("$db", "admin");
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        try (BasicOutputBuffer buffer = new BasicOutputBuffer();
                BsonBinaryWriter writer = new BsonBinaryWriter(buffer)) {
            new DocumentCodec().encode(writer, command, EncoderContext.builder().build());
            buffer.pipe(body);
        }
        int length = HEADER + Integer.BYTES + 1 + body.size();
        return ByteBuffer.allocate(length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(length)
                .putInt(1)
                .putInt(0)
                .putInt(OP_MSG)
                // no flags, then one section with one document
                .putInt(0)
                .put((byte) 0)
                .put(body.toByteArray())
                .array();
    }
}
