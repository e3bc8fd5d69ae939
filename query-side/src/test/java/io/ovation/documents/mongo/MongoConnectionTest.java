package io.ovation.documents.mongo;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;

import io.ovation.StartupFailure;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

class MongoConnectionTest {
    private static final MongoSettings SETTINGS =
            new MongoSettings(null, "ovation", Duration.ofMillis(200));

    @Test
    void aServerThatDoesNotAnswerIsTheReasonNotToStart() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }

        assertFails("mongodb://ann:secret@127.0.0.1:" + port, "MongoDB at 127.0.0.1:" + port + " does not answer");
    }

    @Test
    void whatIsNoConnectionStringIsTheReasonNotToStart() {
        assertFails("postgres://ann:secret@host", "is not a MongoDB connection string");
        assertFails("mongodb://ann:secr@et@host", "is not a MongoDB connection string");
    }

    private static void assertFails(String uri, String why) {
        assertThatThrownBy(() -> new MongoConnection(SETTINGS, uri).close())
                .isInstanceOfSatisfying(StartupFailure.class, failure -> Assertions.assertThat(failure.oneLine())
                        .contains(why)
                        .contains("MONGODB_URI")
                        .doesNotContain("secr")
                        .doesNotContain("\n"));
    }
}
