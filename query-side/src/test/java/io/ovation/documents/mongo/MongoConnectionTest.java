package io.ovation.documents.mongo;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

import com.mongodb.ConnectionString;
import com.mongodb.MongoClientSettings;
import com.mongodb.ReadPreference;
import com.mongodb.WriteConcern;
import io.ovation.StartupFailure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

@Timeout(60)
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
    void aServerThatTakesConnectionsAndIsSilentIsTheReasonNotToStart() throws IOException {
        // nobody accepts: the connection is made, and nothing is ever said
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            int port = silent.getLocalPort();

            assertFails("mongodb://ann:secret@127.0.0.1:" + port, "MongoDB at 127.0.0.1:" + port + " does not answer");
        }
    }

    @Test
    void whatIsNoConnectionStringIsTheReasonNotToStart() {
        assertFails("postgres://ann:secret@host", "is not a MongoDB connection string");
        assertFails("mongodb://ann:secr@et@host", "is not a MongoDB connection string");
    }

    @Test
    void anotherReadPreferenceIsTheReasonNotToStart() {
        for (String other : List.of("secondary", "secondaryPreferred", "primaryPreferred", "nearest")) {
            assertFails(
                    "mongodb://ann:secret@127.0.0.1/ovation?readPreference=" + other,
                    "asks for the read preference " + other);
        }
    }

    @Test
    void noConnectionStringMakesItLessSafeOrHasItWaitForEver() {
        MongoClientSettings settings = MongoConnection.settings(
                new ConnectionString("mongodb://127.0.0.1/?w=1&journal=false&retryWrites=false&readPreference=primary"
                        + "&socketTimeoutMS=0&connectTimeoutMS=0&waitQueueTimeoutMS=0&serverSelectionTimeoutMS=600000"),
                Duration.ofSeconds(5));

        assertThat(settings.getWriteConcern()).isEqualTo(WriteConcern.MAJORITY.withJournal(true));
        assertThat(settings.getRetryWrites()).isTrue();
        assertThat(settings.getReadPreference()).isEqualTo(ReadPreference.primary());
        assertThat(settings.getSocketSettings().getReadTimeout(TimeUnit.SECONDS)).isEqualTo(10);
        assertThat(settings.getSocketSettings().getConnectTimeout(TimeUnit.SECONDS)).isEqualTo(5);
        assertThat(settings.getConnectionPoolSettings().getMaxWaitTime(TimeUnit.SECONDS))
                .isEqualTo(10);
        assertThat(settings.getClusterSettings().getServerSelectionTimeout(TimeUnit.SECONDS))
                .isEqualTo(10);
    }

    private static void assertFails(String uri, String why) {
        assertThatThrownBy(() -> new MongoConnection(SETTINGS, uri).close())
                .isInstanceOfSatisfying(StartupFailure.class, failure -> assertThat(failure.oneLine())
                        .contains(why)
                        .contains("MONGODB_URI")
                        .doesNotContain("secr")
                        .doesNotContain("\n"));
    }
}
