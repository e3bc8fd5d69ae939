package io.ovation.content;

import java.util.List;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;
import org.axonframework.eventhandling.DomainEventMessage;

/** Any history of a few contents, and of what a crowd does with them, that the aggregates would let happen. */
final class ContentHistories {
    static final List<String> CONTENTS = List.of("one", "two", "three");
    static final List<String> USERS = List.of("ann", "bob", "a.b$c/d", "$where");
    private static final List<String> KINDS = List.of("like", "wow");

    private ContentHistories() {}

    private record Action(int what, String content, String user, int which) {}

    static Arbitrary<List<DomainEventMessage<Object>>> any(int most) {
        Arbitrary<Action> action = Combinators.combine(
                        Arbitraries.frequency(
                                Tuple.of(5, 0),
                                Tuple.of(3, 1),
                                Tuple.of(3, 2),
                                Tuple.of(2, 3),
                                Tuple.of(2, 4),
                                Tuple.of(1, 5),
                                Tuple.of(2, 6),
                                Tuple.of(2, 7)),
                        Arbitraries.of(CONTENTS),
                        Arbitraries.of(USERS),
                        Arbitraries.integers().between(0, 1_000))
                .as(Action::new);
        return action.list().ofMaxSize(most).map(ContentHistories::play);
    }

    private static List<DomainEventMessage<Object>> play(List<Action> actions) {
        ContentScript script = new ContentScript();
        CONTENTS.forEach(script::publish);
        actions.forEach(action -> play(script, action));
        return script.take();
    }

    private static void play(ContentScript script, Action action) {
        String content = action.content();
        long lastSeq = script.lastSeq(content);
        long seq = lastSeq == 0 ? 0 : 1 + action.which() % lastSeq;
        Target target = seq > 0 && action.which() % 3 == 0
                ? ContentScript.comment(content, seq)
                : ContentScript.target(content);
        String kind = KINDS.get(action.which() % 5 == 0 ? 1 : 0);
        switch (action.what()) {
            case 0 -> script.like(target, kind, action.user());
            case 1 -> script.withdraw(target, kind, action.user());
            case 2 -> script.comment(content, action.user(), "text " + action.which());
            case 3 -> {
                if (seq > 0) {
                    script.redact(content, seq);
                }
            }
            case 4 -> script.tally(ContentScript.target(content), TallyKind.applause, 1 + action.which());
            case 5 -> script.other();
            case 6 -> script.applaud(ContentScript.target(content), 1 + action.which());
            default -> script.tally(ContentScript.target(content), TallyKind.views, 1 + action.which());
        }
    }
}
