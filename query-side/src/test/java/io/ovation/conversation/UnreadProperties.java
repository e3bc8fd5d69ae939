package io.ovation.conversation;

import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

import io.ovation.documents.Home;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

import static io.ovation.conversation.ConversationDocuments.MEMBERS;
import static io.ovation.conversation.ConversationDocuments.memberId;
import static org.assertj.core.api.Assertions.assertThat;

/** What is unread is exact, wherever a read mark lands and however many messages one has sent since. */
class UnreadProperties {
    private static final String TALK = Script.id("talk");

    @Property(tries = 40)
    void unreadIsWhatTheOthersSentAboveTheMark(
            @ForAll Home home, @ForAll("senders") List<String> senders, @ForAll("marks") List<Integer> marks) {
        ConversationModel model = new ConversationModel(home);
        Script script = new Script().open("talk", Kind.group, "ann", "bob");
        senders.forEach(sender -> script.send("talk", sender, "text"));
        var events = script.take();
        model.handle(events, 0, events.size());
        UnreadCounts counts = new UnreadCounts(model.documents());

        for (String user : List.of("ann", "bob", "eve")) {
            for (int mark : marks) {
                int read = mark % (senders.size() + 1);
                long expected = IntStream.range(read, senders.size())
                        .filter(i -> !senders.get(i).equals(user))
                        .count();
                assertThat(count(counts, model, user, senders.size(), read))
                        .as("%s at %d", user, read)
                        .isEqualTo(expected);
                assertThat(count(counts, model, user, senders.size(), read))
                        .as("again")
                        .isEqualTo(expected);
            }
        }
    }

    private static long count(UnreadCounts counts, ConversationModel model, String user, int lastSeq, int read) {
        return Objects.requireNonNull(model.documents()
                .find(MEMBERS, memberId(TALK, user), "sent", "own")
                .flatMap(member -> counts.count(TALK, user, lastSeq, read, member))
                .switchIfEmpty(counts.count(TALK, user, lastSeq, read, null))
                .block());
    }

    @Provide
    Arbitrary<List<String>> senders() {
        // runs of one sender, so that some have sent far more than is kept beside their count
        return Combinators.combine(
                        Arbitraries.of("ann", "bob", "cid"),
                        Arbitraries.integers().between(1, 60))
                .as((sender, times) ->
                        IntStream.range(0, times).mapToObj(i -> sender).toList())
                .list()
                .ofMinSize(1)
                .ofMaxSize(8)
                .map(runs -> runs.stream().flatMap(List::stream).toList());
    }

    @Provide
    Arbitrary<List<Integer>> marks() {
        return Arbitraries.integers().between(0, 500).list().ofMinSize(1).ofMaxSize(12);
    }
}
