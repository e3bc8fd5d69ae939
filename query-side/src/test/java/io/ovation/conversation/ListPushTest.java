package io.ovation.conversation;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.ovation.conversation.ConversationEvent.MemberAdded;
import io.ovation.documents.Batch;
import io.ovation.documents.DocumentStore;
import io.ovation.documents.DocumentType;
import io.ovation.documents.Home;
import io.ovation.documents.ReadModels;
import io.ovation.live.Frame;
import io.ovation.live.Topic;
import io.ovation.live.TopicQueryUpdateEmitter;
import io.ovation.live.Update;
import io.ovation.live.Watch.WatchTopic;
import org.axonframework.eventhandling.GenericEventMessage;
import org.axonframework.eventhandling.GlobalSequenceTrackingToken;
import org.axonframework.messaging.responsetypes.ResponseTypes;
import org.axonframework.messaging.unitofwork.DefaultUnitOfWork;
import org.axonframework.messaging.unitofwork.UnitOfWork;
import org.axonframework.queryhandling.GenericSubscriptionQueryMessage;
import org.bson.Document;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** What is told of a list comes in the order of the log, whichever thread finds it. */
class ListPushTest {
    private static final String BOB = "bob";

    private final List<Long> told = new CopyOnWriteArrayList<>();

    /** Bob joined one conversation at 0, and another one at 1. */
    private static final DocumentStore JOINED = new DocumentStore() {
        @Override
        public Flux<Document> find(DocumentType type, Collection<String> ids, String... fields) {
            return type.equals(ConversationDocuments.MEMBERSHIPS)
                    ? Flux.just(membership("one", 0), membership("two", 1))
                    : Flux.empty();
        }

        @Override
        public Mono<Void> write(Batch batch) {
            throw new UnsupportedOperationException();
        }
    };

    private static Document membership(String id, long at) {
        return new Document("_id", ConversationDocuments.membershipId(BOB, id))
                .append("conversations", List.of(id))
                .append(
                        "changes",
                        List.of(new Document("at", at).append("id", id).append("change", ListChange.joined.name())));
    }

    private static MemberAdded joins(String id) {
        return new MemberAdded(id, BOB, Role.member, "ann", Instant.EPOCH);
    }

    @Test
    void whatIsFoundWithinABatchIsNotOvertakenByWhatIsFoundElsewhereBeforeItsEnd() throws Exception {
        TopicQueryUpdateEmitter emitter = new TopicQueryUpdateEmitter();
        emitter.<Update>registerUpdateHandler(
                        new GenericSubscriptionQueryMessage<>(
                                new WatchTopic(Topic.conversations(BOB)),
                                ResponseTypes.instanceOf(Update.class),
                                ResponseTypes.instanceOf(Update.class)),
                        100)
                .getUpdates()
                .map(message -> message.getPayload())
                .filter(update -> !(update.frame() instanceof Frame.State))
                .subscribe(update -> told.add(update.sequence()));
        ListWatchers watchers = new ListWatchers(user -> true);
        watchers.begin(BOB);
        watchers.loaded(BOB, List.of());
        ReadModels readModels = Home.readModels(1);
        ListPush push = new ListPush(
                emitter,
                watchers,
                readModels,
                new ListChanges(JOINED),
                new Summaries(readModels, JOINED),
                Schedulers.parallel());

        UnitOfWork<?> batch = DefaultUnitOfWork.startAndGet(new GenericEventMessage<>("a batch of events"));
        push.on(joins("one"), new GlobalSequenceTrackingToken(0));
        Thread.ofPlatform()
                .start(() -> push.on(joins("two"), new GlobalSequenceTrackingToken(1)))
                .join();
        await().atMost(Duration.ofSeconds(10)).until(() -> told.contains(1L));
        batch.commit();
        await().atMost(Duration.ofSeconds(10)).until(() -> told.contains(0L));

        assertThat(told).containsExactly(0L, 1L);
    }
}
