package io.ovation.content;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

import io.ovation.documents.DocumentStore;
import io.ovation.documents.ReadModels;
import io.ovation.live.Topic;
import io.ovation.live.Update;
import io.ovation.sequence.EventPositions;
import org.bson.Document;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

import static io.ovation.content.ContentDocuments.COUNTERS;
import static io.ovation.content.ContentDocuments.REACTED;
import static io.ovation.content.ContentDocuments.REACTIONS;
import static io.ovation.content.ContentDocuments.reactionId;

/** How contents, comments and messages were reacted to, for whoever shows these. Thread-safe. */
public final class Reactions {
    /** Whose documents they are found in. */
    public static final String PROJECTION = ContentDocuments.PROJECTION;

    private static final String[] COUNTS = {"likes", "reactions", "owner", "reacted", "redacted"};

    private final DocumentStore documents;
    private final EventPositions positions;
    private final Scheduler scheduler;

    /** @param scheduler whose threads may block: the log does */
    public Reactions(DocumentStore documents, EventPositions positions, Scheduler scheduler) {
        this.documents = documents;
        this.positions = positions;
        this.scheduler = scheduler;
    }

    /**
     * The reactions to something, as one user sees them.
     *
     * @param counts how many there are of each kind; null for none
     * @param mine the kinds that the user gave; null for none
     */
    public record Given(
            @Nullable Map<String, Long> counts,
            @Nullable List<String> mine) {
        /** Where nobody reacted. */
        public static final Given NONE = new Given(null, null);
    }

    /** The reactions to some targets, by {@link Target#key}; those without any are left out. */
    public Mono<Map<String, Given>> of(Collection<? extends Target> targets, String user) {
        Map<String, Target> byKey = new HashMap<>();
        targets.forEach(target -> byKey.put(target.key(), target));
        return documents
                .find(COUNTERS, byKey.keySet(), "likes", "reactions")
                .collect(HashMap<String, Map<String, Long>>::new, (all, found) -> {
                    Map<String, Long> counts = CounterDocuments.reactions(found);
                    if (counts != null) {
                        all.put(found.getString("_id"), counts);
                    }
                })
                .flatMap(counts -> mine(byKey, counts, user));
    }

    private Mono<Map<String, Given>> mine(
            Map<String, Target> targets, Map<String, Map<String, Long>> counts, String user) {
        List<String> ids = new ArrayList<>();
        counts.forEach((key, kinds) -> ids.addAll(ids(Objects.requireNonNull(targets.get(key)), kinds, user)));
        return documents
                .find(REACTIONS, ids, "given")
                .filter(reaction -> reaction.getBoolean("given", false))
                .map(reaction -> reaction.getString("_id"))
                .collect(HashSet<String>::new, HashSet::add)
                .map(given -> {
                    Map<String, Given> all = HashMap.newHashMap(counts.size());
                    counts.forEach((key, kinds) -> {
                        Target target = Objects.requireNonNull(targets.get(key));
                        List<String> mine = kinds.keySet().stream()
                                .filter(kind -> given.contains(reactionId(target, kind, user)))
                                .toList();
                        all.put(key, new Given(kinds, mine.isEmpty() ? null : mine));
                    });
                    return all;
                });
    }

    private static List<String> ids(Target target, Map<String, Long> kinds, String user) {
        return kinds.keySet().stream()
                .map(kind -> reactionId(target, kind, user))
                .toList();
    }

    /** The latest that changed in a content or conversation, each as it is now. */
    public Flux<Update> latest(Topic topic) {
        return changed(topic).flatMapMany(latest -> above(latest, Long.MIN_VALUE));
    }

    /**
     * Those of the {@link #latest} that have changed since an event of the content or conversation. Where nobody ever
     * reacted, the log is not asked.
     */
    public Flux<Update> since(Topic topic, long sequence) {
        return changed(topic)
                .flatMapMany(latest -> Mono.fromCallable(() -> positions.of(topic.id(), sequence))
                        .subscribeOn(scheduler)
                        .flatMapMany(position -> above(latest, position)))
                .onErrorMap(ReadModels::unavailable);
    }

    private Mono<List<Document>> changed(Topic topic) {
        return documents
                .find(REACTED, Reacted.id(topic), "latest")
                .map(reacted -> reacted.getList("latest", Document.class));
    }

    private Flux<Update> above(List<Document> latest, long position) {
        List<String> keys = latest.stream()
                .filter(each -> each.getLong("at") > position)
                .map(each -> each.getString("target"))
                .toList();
        return documents
                .find(COUNTERS, keys, COUNTS)
                .map(counters -> CounterDocuments.reactions(counters.getString("_id"), counters))
                .filter(Optional::isPresent)
                .map(Optional::get)
                .sort(Comparator.comparingLong(Update::sequence));
    }
}
