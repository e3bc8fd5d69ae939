package io.ovation.content;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import io.ovation.content.ContentEvent.CommentAdded;
import io.ovation.content.ContentEvent.CommentRedacted;
import io.ovation.content.ContentQuery.Counters;
import io.ovation.content.ReactionEvent.LikeWithdrawn;
import io.ovation.content.ReactionEvent.Liked;
import org.axonframework.eventhandling.DomainEventMessage;

/** Counts what a log says of a target, event by event. */
final class PlainCount {
    private final Target target;
    private final Map<String, Set<String>> reactions = new TreeMap<>();
    private long views;
    private long applause;
    private long comments;

    PlainCount(Target target, List<? extends DomainEventMessage<?>> log) {
        this.target = target;
        log.forEach(event -> count(event.getPayload()));
    }

    private void count(Object event) {
        switch (event) {
            case Liked liked
            when liked.target().equals(target) ->
                reactions.computeIfAbsent(liked.kind(), kind -> new HashSet<>()).add(liked.user());
            case LikeWithdrawn withdrawn
            when withdrawn.target().equals(target) ->
                reactions.getOrDefault(withdrawn.kind(), new HashSet<>()).remove(withdrawn.user());
            case TallyRecorded tally
            when tally.target().equals(target) -> {
                views += tally.kind() == TallyKind.views ? tally.delta() : 0;
                applause += tally.kind() == TallyKind.applause ? tally.delta() : 0;
            }
            case Applauded applauded when applauded.target().equals(target) -> applause += applauded.count();
            case CommentAdded added when new Target.OfContent(added.contentId()).equals(target) -> comments++;
            case CommentRedacted redacted when new Target.OfContent(redacted.contentId()).equals(target) -> comments--;
            default -> {
                // says nothing of it
            }
        }
    }

    boolean likedBy(String user) {
        return reactions.getOrDefault("like", Set.of()).contains(user);
    }

    Set<String> likers() {
        return reactions.getOrDefault("like", Set.of());
    }

    /** The kinds that a user gave. */
    List<String> reactionsOf(String user) {
        return reactions.entrySet().stream()
                .filter(each -> each.getValue().contains(user))
                .map(Map.Entry::getKey)
                .toList();
    }

    Counters counters() {
        return new Counters(views, reactions.getOrDefault("like", Set.of()).size(), applause, comments);
    }

    /** How many there are of each kind. */
    Map<String, Long> reactions() {
        Map<String, Long> counts = new TreeMap<>();
        reactions.forEach((kind, users) -> {
            if (!users.isEmpty()) {
                counts.put(kind, (long) users.size());
            }
        });
        return counts;
    }
}
