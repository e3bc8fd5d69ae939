package io.ovation.documents;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;

import com.mongodb.client.MongoDatabase;
import org.axonframework.eventhandling.TrackingToken;
import org.axonframework.extensions.mongo.DefaultMongoTemplate;
import org.axonframework.extensions.mongo.eventsourcing.tokenstore.MongoTokenStore;
import org.axonframework.serialization.Serializer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * The token in the same database as the documents, so that dropping the database has everything replayed; it also says
 * where the documents are at start.
 *
 * <p>While changes of handled events are {@link #hold held}, or are {@link #write being written}, and so not in the
 * documents, the stored token stays before them: who claims it next begins there, without them.
 */
final class HistoryTokens extends MongoTokenStore {
    /** Another process, or the next one, takes over this soon after a crash. */
    private static final Duration CLAIM_TIMEOUT = Duration.ofSeconds(5);

    private final Projected projected;
    private volatile @Nullable Changes held;
    private volatile @Nullable CompletableFuture<TrackingToken> writing;

    HistoryTokens(MongoDatabase database, Serializer serializer, Projected projected) {
        super(builder()
                .mongoTemplate(DefaultMongoTemplate.builder()
                        .mongoDatabase(database)
                        .trackingTokensCollectionName("tokens")
                        .build())
                .serializer(serializer)
                .claimTimeout(CLAIM_TIMEOUT));
        this.projected = projected;
    }

    /** What was handled and is written later; null for nothing. */
    @Nullable
    Changes held() {
        return held;
    }

    void hold(@Nullable Changes changes) {
        held = changes;
    }

    /**
     * Has changes be written while the next are collected.
     *
     * @param upTo the token of the last event that they are of
     */
    void write(Mono<Void> changes, TrackingToken upTo) {
        writing = changes.thenReturn(upTo).toFuture();
    }

    /** Waits until what is being written is, and throws what that fails with. */
    void awaitWritten() {
        CompletableFuture<TrackingToken> running = writing;
        if (running != null) {
            Mono.fromFuture(running).block();
            writing = null;
        }
    }

    @Override
    public void storeToken(@Nullable TrackingToken token, String processorName, int segment) {
        CompletableFuture<TrackingToken> running = writing;
        if (held == null && running == null) {
            super.storeToken(token, processorName, segment);
        } else if (running != null && running.state() == Future.State.SUCCESS) {
            super.storeToken(running.resultNow(), processorName, segment);
        } else {
            extendClaim(processorName, segment);
        }
    }

    @Override
    public @Nullable TrackingToken fetchToken(String processorName, int segment) {
        held = null;
        forgetWriting();
        TrackingToken token = super.fetchToken(processorName, segment);
        // all up to the token is in the documents
        projected.advance(ReadModels.position(token));
        return token;
    }

    /** What is given again must not meet what is still under way. */
    private void forgetWriting() {
        CompletableFuture<TrackingToken> running = writing;
        if (running != null) {
            running.exceptionally(e -> null).join();
            writing = null;
        }
    }
}
