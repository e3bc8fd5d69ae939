package io.ovation.documents;

import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoDatabase;
import org.axonframework.eventhandling.GlobalSequenceTrackingToken;
import org.axonframework.serialization.jackson3.Jackson3Serializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class HistoryTokensTest {
    private static final TestMongo MONGO = new TestMongo();
    private static final MongoClient CLIENT = MongoClients.create(MONGO.uri());
    private static final String PROCESSOR = "history";

    private final Projected projected = new Projected();
    private final MongoDatabase database = CLIENT.getDatabase("db" + UUID.randomUUID());
    private final HistoryTokens tokens = tokens();

    @AfterAll
    static void stop() {
        CLIENT.close();
        MONGO.close();
    }

    @BeforeEach
    void begin() {
        tokens.initializeTokenSegments(PROCESSOR, 1, new GlobalSequenceTrackingToken(10));
        assertThat(stored()).isEqualTo(10);
    }

    @Test
    void theTokenStaysBeforeWhatIsBeingWrittenAndThenBeforeWhatIsHeld() {
        Sinks.Empty<Void> written = Sinks.empty();
        tokens.write(written.asMono(), new GlobalSequenceTrackingToken(20));
        store(20);
        assertThat(anotherNodes()).isEqualTo(10);

        tokens.hold(new Changes());
        store(30);
        written.tryEmitEmpty();
        store(40);
        assertThat(anotherNodes()).isEqualTo(20);

        tokens.awaitWritten();
        tokens.hold(null);
        store(50);
        assertThat(anotherNodes()).isEqualTo(50);
    }

    @Test
    void whatCannotBeWrittenIsToldToWhoWaitsAndLeavesTheTokenWhereItWas() {
        tokens.write(Mono.error(new IllegalStateException("away")), new GlobalSequenceTrackingToken(20));
        store(30);
        assertThatThrownBy(tokens::awaitWritten)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("away");
        assertThat(stored()).isEqualTo(10);
        tokens.awaitWritten();
    }

    @Test
    void whoClaimsNextWaitsForTheEndOfWhatIsBeingWritten() {
        AtomicBoolean ended = new AtomicBoolean();
        tokens.write(
                Mono.delay(Duration.ofMillis(200))
                        .doOnNext(tick -> ended.set(true))
                        .then(Mono.error(new IllegalStateException("away"))),
                new GlobalSequenceTrackingToken(20));
        assertThat(stored()).isEqualTo(10);
        assertThat(ended).isTrue();
    }

    private void store(long position) {
        tokens.storeToken(new GlobalSequenceTrackingToken(position), PROCESSOR, 0);
    }

    /** As who claims the processor finds it. */
    private long stored() {
        return ReadModels.position(tokens.fetchToken(PROCESSOR, 0));
    }

    /** The same, without a word to this one. */
    private long anotherNodes() {
        return ReadModels.position(tokens().fetchToken(PROCESSOR, 0));
    }

    private HistoryTokens tokens() {
        return new HistoryTokens(database, Jackson3Serializer.builder().build(), projected);
    }
}
