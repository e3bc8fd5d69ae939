package io.ovation.documents;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import io.ovation.cluster.Nodes;
import io.ovation.documents.Changes.Reference;
import io.ovation.live.TopicQueryUpdateEmitter;
import io.ovation.live.Watch.WatchTopic;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.util.concurrent.Queues;

/**
 * Where all nodes share the documents, one node projects for all, and the listeners of the others have to hear of what
 * it wrote: it tells them which documents, and they read those that somebody wants there. What was told may be lost
 * when nodes come and go; then the subscriptions end, and whoever watches reads what came between. For any number of
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
    private final DocumentStore store;
    private final TopicQueryUpdateEmitter emitter;
    private final Executor teller;
    private final Map<String, List<DocumentListener>> listeners;
    private final Sinks.Many<byte[]> told =
            Sinks.many().unicast().onBackpressureBuffer(Queues.<byte[]>get(MOST_WAITING).get());

    /**
     * @param store has the documents of all projections
     * @param scheduler for when nodes have come or gone
     * @param teller where the others are told, for that may wait for them; one task at a time
     */
    WrittenElsewhere(
            Nodes nodes,
            DocumentStore store,
            List<DocumentListener> listeners,
            TopicQueryUpdateEmitter emitter,
            Scheduler scheduler,
            Executor teller) {
        this.nodes = nodes;
        this.store = store;
        this.emitter = emitter;
        this.teller = teller;
        this.listeners = listeners.stream()
                .collect(Collectors.groupingBy(listener -> listener.type().collection()));
        told.asFlux().concatMap(this::read).subscribe();
        nodes.onTold(KIND, (from, message) -> take(message));
        nodes.onChange(others -> scheduler.schedule(this::mayHaveMissed, SETTLED.toMillis(), TimeUnit.MILLISECONDS));
    }

    @Override
    public void written(Collection<Reference> documents) {
        List<String> lines = documents.stream()
                .filter(each -> listeners.containsKey(each.type().collection()))
                .map(each -> each.type().collection() + " " + each.id())
                .toList();
        if (!lines.isEmpty()) {
            teller.execute(() -> tell(lines));
        }
    }

    private void tell(List<String> lines) {
        StringBuilder message = new StringBuilder();
        for (String line : lines) {
            message.append(line).append('\n');
            if (message.length() > MOST_BYTES) {
                nodes.tell(KIND, message.toString().getBytes(StandardCharsets.UTF_8));
                message.setLength(0);
            }
        }
        if (!message.isEmpty()) {
            nodes.tell(KIND, message.toString().getBytes(StandardCharsets.UTF_8));
        }
    }

    private synchronized void take(byte[] message) {
        if (told.tryEmitNext(message).isFailure()) {
            mayHaveMissed();
        }
    }

    private Mono<Void> read(byte[] message) {
        Map<String, Set<String>> wanted = new HashMap<>();
        new String(message, StandardCharsets.UTF_8).lines().forEach(line -> {
            int space = line.indexOf(' ');
            String collection = line.substring(0, space);
            String id = line.substring(space + 1);
            if (listeners.getOrDefault(collection, List.of()).stream().anyMatch(each -> each.isWanted(id))) {
                wanted.computeIfAbsent(collection, any -> new LinkedHashSet<>()).add(id);
            }
        });
        return Flux.fromIterable(wanted.entrySet())
                .concatMap(each -> read(each.getKey(), List.copyOf(each.getValue())))
                .then()
                .doOnError(failure -> {
                    LOG.debug("What another node wrote could not be read", failure);
                    mayHaveMissed();
                })
                .onErrorComplete();
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
