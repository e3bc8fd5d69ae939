package io.ovation.documents;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import io.ovation.cluster.Nodes;
import io.ovation.documents.Batch.Place;
import io.ovation.documents.Changes.Reference;
import io.ovation.live.TopicQueryUpdateEmitter;
import io.ovation.live.Watch.WatchTopic;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.util.concurrent.Queues;

/**
 * Where all nodes share the documents, one node projects for all, and the listeners of the others have to hear of what
 * it wrote: it tells them which documents, and they read those that somebody wants there; and where the projection is
 * with them, so that their readers wait no longer than its own. What was told may be lost when nodes come and go, or
 * when one does not take it; then the subscriptions end, and whoever watches reads what came between. For any number of
 * threads; what is told is looked at one message after the other.
 */
final class WrittenElsewhere implements WrittenDocuments {
    private static final Logger LOG = LoggerFactory.getLogger(WrittenElsewhere.class);
    private static final String KIND = "written";
    private static final int MOST_BYTES = 32 * 1024;
    private static final int MOST_WAITING = 4_096;

    /** Until a view has reached all nodes, and with it what was told before. */
    private static final Duration SETTLED = Duration.ofSeconds(2);

    private final Nodes nodes;
    private final DocumentHome home;
    private final DocumentStore store;
    private final TopicQueryUpdateEmitter emitter;
    private final Positions positions;
    private final Map<String, Integer> versions;

    /** The projections of which something was not told. */
    private final Set<String> missed = ConcurrentHashMap.newKeySet();

    private final Map<String, List<DocumentListener>> listeners;
    private final Sinks.Many<byte[]> told =
            Sinks.many().unicast().onBackpressureBuffer(Queues.<byte[]>get(MOST_WAITING).get());

    /**
     * @param home hears which documents another node reads
     * @param store has the documents of all projections
     * @param positions hear where a projection is that another node has
     * @param scheduler for when nodes have come or gone
     */
    WrittenElsewhere(
            Nodes nodes,
            DocumentHome home,
            DocumentStore store,
            Collection<Projection> projections,
            Positions positions,
            List<DocumentListener> listeners,
            TopicQueryUpdateEmitter emitter,
            Scheduler scheduler) {
        this.nodes = nodes;
        this.home = home;
        this.store = store;
        this.emitter = emitter;
        this.positions = positions;
        this.versions = projections.stream().collect(Collectors.toMap(Projection::name, Projection::version));
        this.listeners = listeners.stream()
                .collect(Collectors.groupingBy(listener -> listener.type().collection()));
        told.asFlux().concatMap(this::read).subscribe();
        nodes.onTold(KIND, (from, message) -> take(message));
        nodes.onChange(others -> scheduler.schedule(this::mayHaveMissed, SETTLED.toMillis(), TimeUnit.MILLISECONDS));
    }

    @Override
    public void written(Collection<Reference> documents, @Nullable Place place) {
        List<Reference> listened = documents.stream()
                .filter(each -> listeners.containsKey(each.type().collection()))
                .toList();
        if (listened.isEmpty() && place == null) {
            return;
        }
        String projection =
                place == null ? listened.getFirst().type().projection() : place.projection();
        tell(projection, listened, place == null ? WrittenMessage.NOT_YET : place.position());
    }

    private void tell(String projection, List<Reference> documents, long position) {
        Map<String, Set<String>> ids = new HashMap<>();
        int bytes = 0;
        for (Reference each : documents) {
            if (bytes > MOST_BYTES) {
                tell(projection, ids, WrittenMessage.NOT_YET);
                ids = new HashMap<>();
                bytes = 0;
            }
            ids.computeIfAbsent(each.type().collection(), any -> new LinkedHashSet<>())
                    .add(each.id());
            bytes += each.id().length() + 2;
        }
        tell(projection, ids, position);
    }

    private void tell(String projection, Map<String, Set<String>> ids, long position) {
        WrittenMessage message = new WrittenMessage(
                projection,
                versions.getOrDefault(projection, 0),
                missed.remove(projection),
                position,
                ids,
                home.generation(projection));
        if (!nodes.tell(KIND, message.bytes())) {
            // the others hear that they have missed something once they take anything again
            missed.add(projection);
        }
    }

    private synchronized void take(byte[] message) {
        if (told.tryEmitNext(message).isFailure()) {
            mayHaveMissed();
        }
    }

    /** Never fails: nothing that comes later would be looked at. */
    private Mono<Void> read(byte[] bytes) {
        return Mono.fromCallable(() -> WrittenMessage.of(bytes))
                .filter(message -> Objects.equals(versions.get(message.projection()), message.version()))
                .flatMap(this::read)
                .onErrorResume(failure -> {
                    LOG.debug("What another node has written is not understood", failure);
                    mayHaveMissed();
                    return Mono.empty();
                });
    }

    private Mono<Void> read(WrittenMessage message) {
        if (message.missed()) {
            mayHaveMissed();
        }
        // those that were read until now may be behind it for good
        home.heardOf(message.projection(), message.generation());
        return Flux.fromIterable(message.ids().entrySet())
                .concatMap(each -> readWanted(each.getKey(), each.getValue()))
                .then()
                .onErrorResume(failure -> {
                    LOG.debug("What another node wrote could not be read", failure);
                    mayHaveMissed();
                    return Mono.empty();
                })
                // after the listeners have heard of it, as where this node projects
                .then(Mono.fromRunnable(() -> positions.of(message.projection()).advance(message.position())));
    }

    private Mono<Void> readWanted(String collection, Set<String> ids) {
        List<DocumentListener> those = listeners.getOrDefault(collection, List.of());
        List<String> wanted = ids.stream()
                .filter(id -> those.stream().anyMatch(each -> each.isWanted(id)))
                .toList();
        return wanted.isEmpty() ? Mono.empty() : read(collection, wanted);
    }

    private Mono<Void> read(String collection, List<String> ids) {
        List<DocumentListener> those = listeners.getOrDefault(collection, List.of());
        DocumentType type = those.getFirst().type();
        List<String> fields = new ArrayList<>(type.state());
        fields.add(DocumentType.POSITION);
        return store
                .find(type, ids, fields.toArray(String[]::new))
                .doOnNext(document -> {
                    Snapshot snapshot = DocumentWriter.snapshot(document);
                    those.forEach(listener ->
                            listener.written(document.getString("_id"), snapshot.position(), snapshot.state()));
                })
                .then();
    }

    /** Ends the subscriptions: they are made anew, and their watchers read what they have missed. */
    private void mayHaveMissed() {
        emitter.completeExceptionally(query -> query.getPayload() instanceof WatchTopic, new MayHaveMissed());
    }

    /** Updates may have been lost on the way from another node. No stack trace: it ends many at once. */
    private static final class MayHaveMissed extends RuntimeException {
        private static final long serialVersionUID = 1L;

        MayHaveMissed() {
            super("Updates of another node may have been missed", null, false, false);
        }
    }
}
