package io.ovation.conversation;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import io.ovation.Caller;
import io.ovation.content.Reactions;
import io.ovation.conversation.ConversationEvent.MessageEdited;
import io.ovation.conversation.ConversationEvent.MessageRedacted;
import io.ovation.conversation.ConversationEvent.MessageSent;
import io.ovation.conversation.ConversationQuery.FindHistory;
import io.ovation.conversation.ConversationQuery.HistoryPage;
import io.ovation.conversation.ConversationQuery.MessageView;
import io.ovation.documents.Home;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;
import org.axonframework.eventhandling.DomainEventMessage;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Schedulers;

import static org.assertj.core.api.Assertions.assertThat;

class HistoryPagesProperties {
    private static final Caller ANN = new Caller("ann", false);

    @Property(tries = 40)
    void pagesJoinedForwardsAreTheLog(
            @ForAll Home home,
            @ForAll("histories") List<DomainEventMessage<?>> events, @ForAll @IntRange(min = 1, max = 200) int limit) {
        HistoryQueries queries = queries(home, events);
        List<MessageView> read = new ArrayList<>();
        HistoryPage page = ask(queries, 0L, null, limit);
        while (!page.messages().isEmpty()) {
            assertThat(page.messages()).hasSizeLessThanOrEqualTo(limit);
            read.addAll(page.messages());
            page = ask(queries, read.getLast().seq(), null, limit);
        }

        assertThat(read).isEqualTo(messages(events));
        assertThat(page.lastSeq()).isEqualTo(read.size());
    }

    @Property(tries = 40)
    void pagesJoinedBackwardsAreTheLog(
            @ForAll Home home,
            @ForAll("histories") List<DomainEventMessage<?>> events, @ForAll @IntRange(min = 1, max = 200) int limit) {
        HistoryQueries queries = queries(home, events);
        List<MessageView> read = new ArrayList<>();
        HistoryPage page = ask(queries, null, null, limit);
        while (!page.messages().isEmpty()) {
            read.addAll(0, page.messages());
            page = ask(queries, null, read.getFirst().seq(), limit);
        }

        assertThat(read).isEqualTo(messages(events));
    }

    @Property(tries = 200)
    void anyBoundsSelectWhatTheySay(
            @ForAll("bounds") Optional<Long> lower,
            @ForAll("bounds") Optional<Long> upper,
            @ForAll @IntRange(min = 1, max = 200) int limit) {
        Long after = lower.orElse(null);
        Long before = upper.orElse(null);
        List<DomainEventMessage<?>> events = LONG;
        List<MessageView> within = messages(events).stream()
                .filter(message ->
                        (after == null || message.seq() > after) && (before == null || message.seq() < before))
                .toList();
        int size = Math.min(limit, within.size());

        HistoryPage page = ask(LONG_QUERIES, after, before, limit);

        assertThat(page.messages())
                .isEqualTo(
                        after == null ? within.subList(within.size() - size, within.size()) : within.subList(0, size));
        assertThat(page.lastSeq()).isEqualTo(100);
    }

    private static final List<DomainEventMessage<?>> LONG = longHistory();
    private static final HistoryQueries LONG_QUERIES = queries(Home.EMBEDDED, LONG);

    private static List<DomainEventMessage<?>> longHistory() {
        Script script = new Script().open("direct", Kind.direct, "ann", "bob");
        for (int i = 0; i < 100; i++) {
            script.send("direct", "bob", "text " + i);
        }
        return script.take();
    }

    @Provide
    Arbitrary<List<DomainEventMessage<?>>> histories() {
        return Histories.any(400);
    }

    @Provide
    Arbitrary<Optional<Long>> bounds() {
        return Arbitraries.frequencyOf(
                        Tuple.of(8, Arbitraries.longs().between(-2, 103)),
                        Tuple.of(1, Arbitraries.of(Long.MIN_VALUE, Long.MAX_VALUE, 0L)))
                .optional(0.8);
    }

    private static HistoryQueries queries(Home home, List<DomainEventMessage<?>> events) {
        ConversationModel model = new ConversationModel(home);
        model.handle(events, 0, events.size());
        return new HistoryQueries(
                Home.readModels(),
                model.documents(),
                new ConversationAccess(model.documents()),
                new Reactions(model.documents(), (id, sequence) -> Long.MIN_VALUE, Schedulers.immediate()));
    }

    private static HistoryPage ask(HistoryQueries queries, @Nullable Long after, @Nullable Long before, int limit) {
        return queries.handle(new FindHistory(Script.id("direct"), ANN, after, before, limit))
                .join();
    }

    /** What a page should show, told the simplest way. */
    private static List<MessageView> messages(List<DomainEventMessage<?>> events) {
        List<MessageView> messages = new ArrayList<>();
        for (DomainEventMessage<?> message : events) {
            if (!(message.getPayload() instanceof ConversationEvent event)
                    || !event.conversationId().equals(Script.id("direct"))) {
                continue;
            }
            if (event instanceof MessageSent sent) {
                messages.add(new MessageView(
                        sent.messageId(),
                        sent.seq(),
                        sent.sender(),
                        sent.body(),
                        sent.sentAt(),
                        null,
                        null,
                        sent.replyTo(),
                        sent.mentions().isEmpty() ? null : sent.mentions(),
                        sent.data(),
                        null,
                        null));
            } else if (event instanceof MessageEdited edited) {
                MessageView was = messages.get((int) edited.seq() - 1);
                messages.set(
                        (int) edited.seq() - 1,
                        new MessageView(
                                was.messageId(),
                                was.seq(),
                                was.sender(),
                                edited.body(),
                                was.sentAt(),
                                edited.editedAt(),
                                null,
                                was.replyTo(),
                                was.mentions(),
                                edited.data() == null ? was.data() : edited.data(),
                                null,
                                null));
            } else if (event instanceof MessageRedacted redacted) {
                MessageView was = messages.get((int) redacted.seq() - 1);
                messages.set(
                        (int) redacted.seq() - 1,
                        new MessageView(
                                was.messageId(),
                                was.seq(),
                                was.sender(),
                                null,
                                was.sentAt(),
                                was.editedAt(),
                                true,
                                was.replyTo(),
                                null,
                                null,
                                null,
                                null));
            }
        }
        return messages;
    }
}
