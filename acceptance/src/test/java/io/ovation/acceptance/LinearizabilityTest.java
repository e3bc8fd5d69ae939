package io.ovation.acceptance;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

import io.ovation.acceptance.Linearizability.Call;
import io.ovation.acceptance.Linearizability.Deed;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** What the checker of histories passes, and what it does not. */
class LinearizabilityTest {
    private static final Set<String> MEMBERS = Set.of("ada", "bob");
    private static final long NEVER = Long.MAX_VALUE;

    @Test
    void whatOneServerDidPassesHoweverLongItsAnswersTook() {
        Random random = new Random(20_261_130);
        for (int history = 0; history < 200; history++) {
            assertThat(Linearizability.violation(MEMBERS, served(random, 80))).isEmpty();
        }
    }

    @Test
    void aNumberThatIsGivenTwiceDoesNot() {
        assertViolated(call(0, 1, new Deed.Sent("ada", 1)), call(2, 3, new Deed.Sent("bob", 1)));
    }

    @Test
    void aNumberThatIsLeftOutDoesNot() {
        assertViolated(call(0, 1, new Deed.Sent("ada", 1)), call(2, 3, new Deed.Sent("bob", 3)));
    }

    @Test
    void numbersAgainstTheOrderOfTheAnswersDoNot() {
        assertViolated(call(0, 1, new Deed.Sent("ada", 2)), call(2, 3, new Deed.Sent("bob", 1)));
        assertPasses(call(0, 4, new Deed.Sent("ada", 2)), call(2, 3, new Deed.Sent("bob", 1)));
    }

    @Test
    void aRefusalFromAStaleMemoryDoesNot() {
        assertViolated(call(0, 1, new Deed.Added("eve")), call(2, 3, new Deed.Refused("eve")));
        assertPasses(call(0, 3, new Deed.Added("eve")), call(1, 2, new Deed.Refused("eve")));
        assertPasses(
                call(0, 1, new Deed.Added("eve")),
                call(2, 5, new Deed.Removed("eve")),
                call(3, 4, new Deed.Refused("eve")));
    }

    @Test
    void whatIsTakenFromWhoWasRemovedDoesNot() {
        assertViolated(call(0, 1, new Deed.Removed("bob")), call(2, 3, new Deed.Sent("bob", 1)));
    }

    @Test
    void aReadThatIsBehindAnAnswerOrAnotherReadDoesNot() {
        assertViolated(call(0, 1, new Deed.Sent("ada", 1)), call(2, 3, new Deed.Read("bob", 0)));
        assertViolated(
                call(0, NEVER, new Deed.Sent("ada", 1)),
                call(1, 2, new Deed.Read("bob", 1)),
                call(3, 4, new Deed.Read("bob", 0)));
    }

    @Test
    void whatWasNotAnsweredMayHaveTakenEffectOrNot() {
        assertPasses(call(0, NEVER, new Deed.Sent("ada", 1)), call(1, 2, new Deed.Read("bob", 0)));
        assertPasses(call(0, NEVER, new Deed.Sent("ada", 1)), call(1, 2, new Deed.Read("bob", 1)));
        assertViolated(call(3, NEVER, new Deed.Sent("ada", 1)), call(1, 2, new Deed.Read("bob", 1)));
    }

    @Test
    void whatWasNotAnsweredMayTakeEffectLongAfterwardsAndOnce() {
        Call late = call(0, NEVER, new Deed.Removed("bob"));
        Call sent = call(1, 2, new Deed.Sent("bob", 1));
        Call refused = call(3, 4, new Deed.Refused("bob"));
        assertPasses(late, sent, refused);
        Call added = call(5, 6, new Deed.Added("bob"));
        assertPasses(late, sent, refused, added, call(7, 8, new Deed.Sent("bob", 2)));
        assertViolated(late, sent, refused, added, call(7, 8, new Deed.Refused("bob")));
        Call another = call(0, NEVER, new Deed.Removed("bob"));
        assertPasses(late, another, sent, refused, added, call(7, 8, new Deed.Refused("bob")));
    }

    @Test
    void manyThatWereNotAnsweredAreFollowedInLittleTime() {
        List<Call> calls = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            calls.add(call(i, NEVER, i % 2 == 0 ? new Deed.Removed("bob") : new Deed.Added("bob")));
        }
        for (int i = 1; i <= 200; i++) {
            calls.add(call(1_000 + 2 * i, 1_001 + 2 * i, new Deed.Sent("ada", i)));
        }
        assertThat(Linearizability.violation(MEMBERS, calls)).isEmpty();
    }

    private static Call call(long invoked, long returned, Deed deed) {
        return new Call(invoked, returned, deed);
    }

    private static void assertPasses(Call... calls) {
        assertThat(Linearizability.violation(MEMBERS, List.of(calls))).isEmpty();
    }

    private static void assertViolated(Call... calls) {
        assertThat(Linearizability.violation(MEMBERS, List.of(calls))).isPresent();
    }

    /** A history of a server that does one thing at a time, for six clients who wait for their answers. */
    private static List<Call> served(Random random, int count) {
        List<Call> calls = new ArrayList<>();
        Set<String> members = new TreeSet<>(MEMBERS);
        List<String> users = List.of("ada", "bob", "eve");
        long[] free = new long[6];
        long lastSeq = 0;
        long now = 0;
        for (int i = 0; i < count; i++) {
            now += 10;
            int client = random.nextInt(free.length);
            if (free[client] >= now) {
                continue;
            }
            String user = users.get(random.nextInt(users.size()));
            Deed deed =
                    switch (random.nextInt(5)) {
                        case 0 -> new Deed.Added(user);
                        case 1 -> new Deed.Removed(user);
                        case 2 -> members.contains(user) ? new Deed.Read(user, lastSeq) : new Deed.Refused(user);
                        default -> members.contains(user) ? new Deed.Sent(user, ++lastSeq) : new Deed.Refused(user);
                    };
            if (deed instanceof Deed.Added) {
                members.add(user);
            } else if (deed instanceof Deed.Removed) {
                members.remove(user);
            }
            boolean lost = random.nextInt(30) == 0 && !(deed instanceof Deed.Sent);
            long invoked = Math.max(free[client] + 1, now - random.nextInt(60));
            free[client] = now + random.nextInt(60);
            calls.add(new Call(invoked, lost ? NEVER : free[client], deed));
        }
        return calls;
    }
}
