package io.ovation.conversation;

import java.util.List;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;
import org.axonframework.eventhandling.DomainEventMessage;

/** Any history of a few conversations that the aggregates would let happen. */
final class Histories {
    private static final List<String> CONVERSATIONS = List.of("direct", "group", "channel");
    private static final List<String> USERS = List.of("ann", "bob", "a.b$c/d", "$where", "eve/0");

    private Histories() {}

    private record Action(int kind, String conversation, String user, int which) {}

    static Arbitrary<List<DomainEventMessage<?>>> any(int most) {
        Arbitrary<Action> action = Combinators.combine(
                        Arbitraries.frequency(
                                Tuple.of(6, 0),
                                Tuple.of(2, 1),
                                Tuple.of(2, 2),
                                Tuple.of(1, 3),
                                Tuple.of(1, 4),
                                Tuple.of(2, 5)),
                        Arbitraries.of(CONVERSATIONS),
                        Arbitraries.of(USERS),
                        Arbitraries.integers().between(0, 1_000))
                .as(Action::new);
        return action.list().ofMaxSize(most).map(Histories::play);
    }

    private static List<DomainEventMessage<?>> play(List<Action> actions) {
        Script script = new Script();
        script.open("direct", Kind.direct, "ann", "bob")
                .open("group", Kind.group, "ann")
                .open("channel", Kind.channel, "bob", "ann");
        boolean[] redacted = new boolean[10_000];
        for (Action action : actions) {
            String conversation = action.conversation();
            long lastSeq = script.lastSeq(conversation);
            long seq = lastSeq == 0 ? 0 : 1 + action.which() % lastSeq;
            int mark = (int) (CONVERSATIONS.indexOf(conversation) * 3_000 + seq);
            switch (action.kind()) {
                case 0 -> script.send(conversation, action.user(), "text " + action.which());
                case 1 -> {
                    if (seq > 0 && !redacted[mark]) {
                        script.edit(conversation, seq, "edited " + action.which());
                    }
                }
                case 2 -> {
                    if (seq > 0 && !redacted[mark]) {
                        redacted[mark] = true;
                        script.redact(conversation, seq);
                    }
                }
                case 3 -> addTo(script, conversation, action);
                case 5 -> acknowledge(script, action, seq);
                default -> removeFrom(script, conversation, action);
            }
        }
        return script.take();
    }

    private static void acknowledge(Script script, Action action, long seq) {
        if (seq > 0 && action.which() % 2 == 0) {
            script.delivered(action.conversation(), action.user(), seq);
        } else if (seq > 0) {
            script.read(action.conversation(), action.user(), seq);
        }
    }

    private static void addTo(Script script, String conversation, Action action) {
        if (!conversation.equals("direct")) {
            script.add(conversation, action.user(), Role.values()[action.which() % 3]);
        }
    }

    private static void removeFrom(Script script, String conversation, Action action) {
        if (!conversation.equals("direct")) {
            script.remove(conversation, action.user());
        }
    }
}
