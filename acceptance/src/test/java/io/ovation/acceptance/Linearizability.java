package io.ovation.acceptance;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

import org.jspecify.annotations.Nullable;

/**
 * Whether the answers that clients got about one conversation are such as one server could have given that does one
 * thing after the other: each takes effect at some moment between its request and its answer. Follows all orders that
 * are possible, from answer to answer. Holds no state between calls.
 */
@SuppressWarnings("NullAway") // of the tests
final class Linearizability {
    private Linearizability() {}

    /** What was answered. */
    sealed interface Deed {
        String user();

        /** A message was taken, under that number. */
        record Sent(String user, long seq) implements Deed {}

        /** Sending or reading was refused to who is no member. */
        record Refused(String user) implements Deed {}

        /** The user is a member from then on. */
        record Added(String user) implements Deed {}

        record Removed(String user) implements Deed {}

        /** The user was told that this is the last number. */
        record Read(String user, long lastSeq) implements Deed {}
    }

    /**
     * A request and its answer.
     *
     * @param invoked when it was sent, on one clock for all
     * @param returned when its answer came; {@link Long#MAX_VALUE} when none came, and it may take effect at any time
     *     or never
     */
    record Call(long invoked, long returned, Deed deed) {}

    /** What a conversation is at a moment. */
    private record State(long lastSeq, Set<String> members) {
        /** What it is after the deed; null where the answer could not have been given. */
        @Nullable
        State after(Deed deed) {
            boolean member = members.contains(deed.user());
            return switch (deed) {
                case Deed.Sent sent -> member && sent.seq() == lastSeq + 1 ? new State(sent.seq(), members) : null;
                case Deed.Refused _ -> member ? null : this;
                case Deed.Read read -> member && read.lastSeq() == lastSeq ? this : null;
                case Deed.Added added -> {
                    Set<String> more = new TreeSet<>(members);
                    more.add(added.user());
                    yield new State(lastSeq, more);
                }
                case Deed.Removed removed -> {
                    Set<String> fewer = new TreeSet<>(members);
                    fewer.remove(removed.user());
                    yield new State(lastSeq, fewer);
                }
            };
        }
    }

    /**
     * One way in which it may have come to be as it is.
     *
     * @param done which of the calls under way have taken effect in it
     */
    private record Possible(State state, Set<Integer> done) {}

    private record Moment(long time, boolean answer, int call) {}

    /** What no order explains: the answer at which the last possible one ended; empty where there is an order. */
    static Optional<String> violation(Set<String> membersAtFirst, List<Call> calls) {
        Set<Possible> possible = new HashSet<>();
        possible.add(new Possible(new State(0, new TreeSet<>(membersAtFirst)), Set.of()));
        Set<Integer> underWay = new TreeSet<>();
        List<String> latest = new ArrayList<>();
        for (Moment moment : moments(calls)) {
            int call = moment.call();
            if (!moment.answer()) {
                underWay.add(call);
                continue;
            }
            Set<Possible> before = possible;
            possible = answered(call, spread(possible, underWay, calls));
            underWay.remove(call);
            latest.add(calls.get(call).toString());
            if (possible.isEmpty()) {
                List<String> context = latest.subList(Math.max(0, latest.size() - 12), latest.size());
                return Optional.of("No order explains the last of these:\n" + String.join("\n", context)
                        + "\nuntil then, among others: " + before.stream().limit(3).toList()
                        + "\nunder way: " + underWay.stream().map(calls::get).toList());
            }
        }
        return Optional.empty();
    }

    private static List<Moment> moments(List<Call> calls) {
        List<Moment> moments = new ArrayList<>();
        for (int i = 0; i < calls.size(); i++) {
            moments.add(new Moment(calls.get(i).invoked(), false, i));
            if (calls.get(i).returned() != Long.MAX_VALUE) {
                moments.add(new Moment(calls.get(i).returned(), true, i));
            }
        }
        // of one moment the requests come first: they may have been before the answers
        moments.sort(Comparator.comparingLong(Moment::time).thenComparing(Moment::answer));
        return moments;
    }

    /** All that may be after any of what is under way has taken effect, in any order. */
    private static Set<Possible> spread(Set<Possible> possible, Set<Integer> underWay, List<Call> calls) {
        Set<Possible> all = new HashSet<>(possible);
        List<Possible> open = new ArrayList<>(possible);
        while (!open.isEmpty()) {
            Possible from = open.removeLast();
            for (int call : underWay) {
                State after = from.done().contains(call) || isLikeOneBefore(call, from, underWay, calls)
                        ? null
                        : from.state().after(calls.get(call).deed());
                if (after != null && !(isInDoubt(calls.get(call)) && after.equals(from.state()))) {
                    Set<Integer> done = new HashSet<>(from.done());
                    done.add(call);
                    Possible next = new Possible(after, Set.copyOf(done));
                    if (all.add(next)) {
                        open.add(next);
                    }
                }
            }
        }
        return all;
    }

    /** Of several in doubt that would do the same, the first takes effect first: it makes no difference. */
    private static boolean isLikeOneBefore(int call, Possible from, Set<Integer> underWay, List<Call> calls) {
        return isInDoubt(calls.get(call))
                && underWay.stream()
                        .filter(other -> other < call && !from.done().contains(other))
                        .map(calls::get)
                        .anyMatch(other ->
                                isInDoubt(other) && other.deed().equals(calls.get(call).deed()));
    }

    /** Nobody answered it. */
    private static boolean isInDoubt(Call call) {
        return call.returned() == Long.MAX_VALUE;
    }

    /** Those in which the call has taken effect by now. */
    private static Set<Possible> answered(int call, Set<Possible> possible) {
        Set<Possible> left = new HashSet<>();
        for (Possible each : possible) {
            if (each.done().contains(call)) {
                Set<Integer> done = new HashSet<>(each.done());
                done.remove(call);
                left.add(new Possible(each.state(), Set.copyOf(done)));
            }
        }
        return left;
    }
}
