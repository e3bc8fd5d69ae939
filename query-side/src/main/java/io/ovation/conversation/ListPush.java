package io.ovation.conversation;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

import io.ovation.conversation.ConversationEvent.BanLifted;
import io.ovation.conversation.ConversationEvent.ConversationChanged;
import io.ovation.conversation.ConversationEvent.ConversationOpened;
import io.ovation.conversation.ConversationEvent.MemberAdded;
import io.ovation.conversation.ConversationEvent.MemberBanned;
import io.ovation.conversation.ConversationEvent.MemberMuted;
import io.ovation.conversation.ConversationEvent.MemberRemoved;
import io.ovation.conversation.ConversationEvent.MessageEdited;
import io.ovation.conversation.ConversationEvent.MessageRedacted;
import io.ovation.conversation.ConversationEvent.MessageSent;
import io.ovation.conversation.ConversationEvent.MuteLifted;
import io.ovation.conversation.Summaries.Summarised;
import io.ovation.documents.ReadModels;
import io.ovation.live.Live;
import io.ovation.live.MergedWork;
import io.ovation.live.Topic;
import io.ovation.live.TopicQueryUpdateEmitter;
import io.ovation.live.Update;
import org.axonframework.config.ProcessingGroup;
import org.axonframework.eventhandling.EventHandler;
import org.axonframework.eventhandling.TrackingToken;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Tells who watches their list of conversations what has become of it. The handlers only mark what an event touches; it
 * is read once the read models have it, whoever writes them. Of a conversation in which much is going on, the summaries
 * are read again after a pause, for all who see it at once.
 *
 * <p>The handlers are called by the thread of the live processor; what they hand over is done by others.
 */
@ProcessingGroup(Live.GROUP)
final class ListPush {
    private static final int AT_ONCE = 16;
    private static final Duration PAUSE = Duration.ofMillis(100);

    private final TopicQueryUpdateEmitter emitter;
    private final ListWatchers watchers;
    private final ReadModels readModels;
    private final ListChanges lists;
    private final Summaries summaries;
    private final Scheduler scheduler;
    private final MergedWork<String, Span> changed;
    private final MergedWork<String, Touched> touched;

    /** What of a user's list is to be told: what is above one position, once the read models are at another. */
    private record Span(long above, long upTo) {
        Span and(Span other) {
            return new Span(Math.min(above, other.above), Math.max(upTo, other.upTo));
        }
    }

    /** Whose summaries of a conversation are to be told, once the read models are at a position. */
    private record Touched(boolean everybody, Set<String> users, long position) {
        Touched and(Touched other) {
            Set<String> both = new HashSet<>(users);
            both.addAll(other.users);
            return new Touched(everybody || other.everybody, both, Math.max(position, other.position));
        }
    }

    /** @param scheduler for pauses, and on which is told */
    ListPush(
            TopicQueryUpdateEmitter emitter,
            ListWatchers watchers,
            ReadModels readModels,
            ListChanges lists,
            Summaries summaries,
            Scheduler scheduler) {
        this.emitter = emitter;
        this.watchers = watchers;
        this.readModels = readModels;
        this.lists = lists;
        this.summaries = summaries;
        this.scheduler = scheduler;
        this.changed = new MergedWork<>(Span::and, this::tellChanges, Duration.ZERO, scheduler, AT_ONCE);
        this.touched = new MergedWork<>(Touched::and, this::tellSummaries, PAUSE, scheduler, AT_ONCE);
    }

    @EventHandler
    void on(ConversationEvent event, TrackingToken token) {
        if (watchers.isEmpty()) {
            return;
        }
        String id = event.conversationId();
        long position = token.position().orElseThrow();
        switch (event) {
            case ConversationOpened opened ->
                Stream.concat(Stream.of(opened.owner()), opened.members().stream())
                        .forEach(user -> joined(id, user, position));
            case MemberAdded added -> joined(id, added.user(), position);
            case MemberRemoved removed -> left(id, removed.user(), position);
            case ConversationChanged changed -> {
                if (changed.title() != null) {
                    List.copyOf(watchers.of(id))
                            .forEach(user -> this.changed.add(user, new Span(position - 1, position)));
                    everybody(id, position);
                }
            }
            case MessageSent _, MessageEdited _, MessageRedacted _ -> everybody(id, position);
            case MemberBanned _, BanLifted _, MemberMuted _, MuteLifted _ -> {}
        }
    }

    @EventHandler
    void on(ReceiptEvent event, TrackingToken token) {
        if (watchers.has(event.user(), event.conversationId())) {
            touched.add(
                    event.conversationId(),
                    new Touched(false, Set.of(event.user()), token.position().orElseThrow()));
        }
    }

    private void joined(String id, String user, long position) {
        if (watchers.has(user)) {
            watchers.joined(user, id);
            changed.add(user, new Span(position - 1, position));
            touched.add(id, new Touched(false, Set.of(user), position));
        }
    }

    private void left(String id, String user, long position) {
        if (watchers.has(user)) {
            watchers.left(user, id);
            changed.add(user, new Span(position - 1, position));
        }
    }

    private void everybody(String id, long position) {
        if (!watchers.of(id).isEmpty()) {
            touched.add(id, new Touched(true, Set.of(), position));
        }
    }

    /** What was told before may be told again: watchers pass over it. */
    private Mono<Void> tellChanges(String user, Span span) {
        if (!watchers.has(user)) {
            return Mono.empty();
        }
        return readModels
                .whole(span.upTo())
                .thenMany(Flux.defer(() -> lists.since(user, span.above(), span.upTo())))
                // within the batch that it is called in, what is told waits for its end, and would be overtaken
                .publishOn(scheduler)
                .doOnNext(emitter::emit)
                .then();
    }

    private Mono<Void> tellSummaries(String id, Touched what) {
        return readModels
                .whole(what.position())
                .thenMany(Flux.defer(() -> {
                    // what is read from now on is not older than that
                    long version = Math.max(what.position(), readModels.position());
                    return summaries.of(id, concerned(id, what))
                            .publishOn(scheduler)
                            .doOnNext(each -> tell(each, version));
                }))
                .then();
    }

    private List<String> concerned(String id, Touched what) {
        return what.everybody()
                ? List.copyOf(watchers.of(id))
                : what.users().stream()
                        .filter(user -> watchers.has(user, id))
                        .toList();
    }

    private void tell(Summarised summarised, long version) {
        emitter.emit(new Update(Topic.conversations(summarised.user()), version, summarised.summary()));
    }
}
