package io.ovation.documents;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.ovation.documents.Batch.Place;
import org.axonframework.common.stream.BlockingStream;
import org.axonframework.eventhandling.GlobalSequenceTrackingToken;
import org.axonframework.eventhandling.TrackedEventMessage;
import org.axonframework.eventhandling.TrackingToken;
import org.axonframework.eventhandling.tokenstore.TokenStore;
import org.axonframework.eventhandling.tokenstore.UnableToClaimTokenException;
import org.axonframework.messaging.StreamableMessageSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * A projection's token as Axon asks for it. The place in the log is written with the documents, and by nothing else, so
 * that what Axon tells it to store is no news: it only keeps the claim. Used by the two threads of one processor.
 *
 * <p>While changes of handled events are {@link #hold held}, or are {@link #write being written}, the place stays
 * before them: who claims it next begins there, without them.
 */
final class ProjectionTokens implements TokenStore {
    private static final Logger log = LoggerFactory.getLogger(ProjectionTokens.class);

    /** How long the log is waited for when it is asked for an event that it must have. */
    private static final int LOG_SECONDS = 5;

    private static final int[] THE_ONE_SEGMENT = {0};

    private final StreamableMessageSource<TrackedEventMessage<?>> eventLog;
    private final Places places;
    private final DocumentWriter documents;
    private final Projected projected;
    private final Runnable onBegin;
    private final Runnable onOrder;
    private volatile boolean keeping;
    private volatile @Nullable Changes held;
    private volatile @Nullable CompletableFuture<Void> writing;

    /**
     * @param onBegin is run before the first event after a claim is handled
     * @param onOrder is run where another process has left word to build anew; must not block
     */
    ProjectionTokens(
            StreamableMessageSource<TrackedEventMessage<?>> eventLog,
            Places places,
            DocumentWriter documents,
            Projected projected,
            Runnable onBegin,
            Runnable onOrder) {
        this.eventLog = eventLog;
        this.places = places;
        this.documents = documents;
        this.projected = projected;
        this.onBegin = onBegin;
        this.onOrder = onOrder;
    }

    /**
     * Keeps the claim while the processor stands still: another process would take it up, and go on from documents that
     * are about to be changed.
     */
    void keep(boolean now) {
        keeping = now;
    }

    /** What was handled and is written later; null for nothing. */
    @Nullable
    Changes held() {
        return held;
    }

    void hold(@Nullable Changes changes) {
        held = changes;
    }

    /** Has changes be written while the next are collected. */
    void write(Mono<Void> changes) {
        writing = changes.toFuture();
    }

    /** Waits until what is being written is, and throws what that fails with. */
    void awaitWritten() {
        CompletableFuture<Void> running = writing;
        if (running != null) {
            Mono.fromFuture(running).block();
            writing = null;
        }
    }

    @Override
    public void storeToken(@Nullable TrackingToken token, String processorName, int segment) {
        extendClaim(processorName, segment);
    }

    /**
     * The place of the documents; null where they hold nothing. Documents that are not of this log are put aside first:
     * those of another log, and those that are ahead of it because it was restored from a back-up.
     */
    @Override
    public @Nullable TrackingToken fetchToken(String processorName, int segment) {
        forgetUnfinished();
        if (!places.claim(processorName)) {
            follow(places.place(processorName));
            throw new UnableToClaimTokenException("Another process projects " + processorName);
        }
        // what was written since by somebody else is not known
        documents.forget();
        Place place = places.place(processorName);
        String foreign = place == null ? null : foreign(place);
        if (foreign != null) {
            places.putAside(processorName, foreign);
            place = null;
        }
        onBegin.run();
        projected.begin(place == null ? -1 : place.position(), ReadModels.position(eventLog.createHeadToken()));
        return place == null ? null : new GlobalSequenceTrackingToken(place.position());
    }

    /** Somebody else projects: what they have written can be read here, and be it nothing of an empty log. */
    private void follow(@Nullable Place place) {
        projected.advance(place == null ? -1 : place.position());
    }

    /** With which the log is read from after a position; null for all of it. */
    static @Nullable TrackingToken token(long position) {
        return position < 0 ? null : new GlobalSequenceTrackingToken(position);
    }

    /** Why the documents are not of this log; null where they are. */
    private @Nullable String foreign(Place place) {
        TrackingToken before = token(place.position() - 1);
        try (BlockingStream<TrackedEventMessage<?>> stream = eventLog.openStream(before)) {
            // another process may have projected what this one does not know of yet: it is waited for
            if (!stream.hasNextAvailable(LOG_SECONDS, TimeUnit.SECONDS)) {
                return "are ahead of the log, at %,d".formatted(place.position());
            }
            boolean same = stream.nextAvailable().getIdentifier().equals(place.eventId());
            return same ? null : "are of another log";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnableToClaimTokenException("Interrupted while the log was asked", e);
        }
    }

    @Override
    public void extendClaim(String processorName, int segment) {
        if (!places.claim(processorName)) {
            throw new UnableToClaimTokenException("Another process projects " + processorName);
        }
        if (places.takeOrder(processorName)) {
            onOrder.run();
        }
    }

    @Override
    public void releaseClaim(String processorName, int segment) {
        if (keeping) {
            return;
        }
        try {
            places.release(processorName);
        } catch (StoreUnavailable e) {
            log.debug("The claim on {} ends by itself", processorName, e);
        }
    }

    @Override
    public int[] fetchSegments(String processorName) {
        return THE_ONE_SEGMENT.clone();
    }

    /** Waits for the end of what is being written, and forgets what is held: whoever claims next is given it again. */
    void forgetUnfinished() {
        held = null;
        forgetWriting();
    }

    /** What is given again must not meet what is still under way. */
    private void forgetWriting() {
        CompletableFuture<Void> running = writing;
        if (running != null) {
            running.exceptionally(e -> null).join();
            writing = null;
        }
    }
}
