package io.ovation.inbox;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import io.ovation.content.Retractions;
import io.ovation.conversation.Readership;
import io.ovation.documents.Home;
import io.ovation.live.Frame;
import io.ovation.live.Topic;
import io.ovation.live.TopicQueryUpdateEmitter;
import io.ovation.live.Update;
import io.ovation.live.Watch.WatchTopic;
import org.axonframework.messaging.responsetypes.ResponseTypes;
import org.axonframework.queryhandling.DefaultQueryGateway;
import org.axonframework.queryhandling.QueryGateway;
import org.axonframework.queryhandling.SimpleQueryBus;
import org.axonframework.queryhandling.SubscriptionQueryResult;
import org.junit.jupiter.api.Test;
import reactor.test.StepVerifier;

import static org.assertj.core.api.Assertions.assertThat;

/** What watchers of an inbox are told, and what becomes of them where it can't be found out. */
class InboxPushTest {
    private static final Topic TOPIC = Topic.inbox("ann");
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final TopicQueryUpdateEmitter emitter = new TopicQueryUpdateEmitter();
    private final QueryGateway queries = DefaultQueryGateway.builder()
            .queryBus(SimpleQueryBus.builder().queryUpdateEmitter(emitter).build())
            .build();
    private final SubscriptionQueryResult<Update, Update> watching = queries.subscriptionQuery(
            new WatchTopic(TOPIC), ResponseTypes.instanceOf(Update.class), ResponseTypes.instanceOf(Update.class));

    @Test
    void whoCanNotBeToldIsLetGoAndReadsWhatWasMissed() {
        InboxPush push = new InboxPush(emitter, Home.readModels(1_000_000), () -> {
            throw new IllegalStateException("the read models cannot be read");
        });

        push.written("ann", 1, Map.of());

        StepVerifier.create(watching.updates())
                .expectErrorMessage("the read models cannot be read")
                .verify(PATIENCE);
        assertThat(emitter.watchedTopics()).isZero();
    }

    @Test
    void batchesAreToldInTheirOrder() {
        var documents = Home.EMBEDDED.documents(UUID.randomUUID().toString());
        Inboxes inboxes = new Inboxes(documents, new Sight(new Readership(documents), new Retractions(documents)));
        InboxPush push = new InboxPush(emitter, Home.readModels(1_000_000), () -> inboxes);
        List<Notice> notices = new MessageNotices()
                .of(new Happenings().direct("talk", "bob", "ann").last())
                .toList();

        for (long position = 1; position <= 100; position++) {
            push.written(
                    "ann",
                    position,
                    Map.of("entries", List.of(NotificationDocuments.first(notices.getFirst(), position))));
        }

        StepVerifier.create(watching.updates()
                        .filter(update -> update.frame() instanceof Frame.Notification)
                        .map(Update::sequence)
                        .take(100)
                        .collectList())
                .assertNext(told -> assertThat(told).isSorted().hasSize(100))
                .expectComplete()
                .verify(PATIENCE);
    }
}
