package io.ovation.documents;

import java.time.Duration;
import java.util.List;

import io.ovation.documents.Batch.Place;
import org.axonframework.eventhandling.TrackedEventMessage;
import org.axonframework.eventhandling.tokenstore.UnableToClaimTokenException;
import org.axonframework.eventsourcing.eventstore.EmbeddedEventStore;
import org.axonframework.eventsourcing.eventstore.inmemory.InMemoryEventStorageEngine;
import org.axonframework.messaging.StreamableMessageSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.test.StepVerifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What a node knows of documents that another one writes. */
class ProjectionTokensTest {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Projected projected = new Projected();
    private @Nullable Place place;

    private final Places another = new Places() {
        @Override
        public boolean claim(String projection) {
            return false;
        }

        @Override
        public void release(String projection) {}

        @Override
        public @Nullable Place place(String projection) {
            return place;
        }

        @Override
        public void putAside(String projection, String reason) {
            throw new AssertionError("they are another's");
        }
    };

    private void look() {
        StreamableMessageSource<TrackedEventMessage<?>> log = EmbeddedEventStore.builder()
                .storageEngine(new InMemoryEventStorageEngine())
                .build();
        DocumentWriter nothing = new DocumentWriter(Home.EMBEDDED.documents("tokens"), List.of());
        ProjectionTokens tokens = new ProjectionTokens(log, another, nothing, projected, () -> {}, () -> {});
        assertThatThrownBy(() -> tokens.fetchToken("conversation", 0)).isInstanceOf(UnableToClaimTokenException.class);
    }

    @Test
    void beforeTheFirstEventNothingIsWrittenAndNothingIsMissing() {
        look();
        StepVerifier.create(projected.await(-1)).expectComplete().verify(PATIENCE);
        assertThat(projected.position()).isEqualTo(-1);
    }

    @Test
    void whatTheOtherHasWrittenCanBeReadHere() {
        place = new Place("conversation", 7, "event");
        look();
        StepVerifier.create(projected.await(7)).expectComplete().verify(PATIENCE);
        assertThat(projected.position()).isEqualTo(7);
    }
}
