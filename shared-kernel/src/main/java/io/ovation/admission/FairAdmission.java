package io.ovation.admission;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Lets so many pieces of work be under way at a time. The others wait and get their turn in rounds, one piece of each
 * user a round, so that a user's work queues behind that user's own work and not behind everybody's. When too many
 * pieces wait, the last one of whoever has the most of them is refused. Thread-safe: one monitor guards the queues, and
 * work begins and is refused outside it.
 */
public final class FairAdmission {
    private final int mostUnderWay;
    private final int mostWaiting;

    /** What waits, by user, who is next first; nobody is in it without work. */
    private final Map<String, Deque<Work>> waiting = new LinkedHashMap<>();

    private int underWay;
    private int count;

    /** What the thread that begins work has still to begin: work that ends as it begins would otherwise nest. */
    private final ThreadLocal<@Nullable Deque<Work>> beginning = new ThreadLocal<>();

    /** A piece of work. Neither method may throw or block. */
    public interface Work {
        /** Begins it; whoever has begun it calls {@link #leave} once it has ended. */
        void begin();

        /** Tells that it will not begin, since too much waits. */
        void refuse();
    }

    /**
     * @param mostUnderWay how many pieces of work may be under way
     * @param mostWaiting how many more may wait
     */
    public FairAdmission(int mostUnderWay, int mostWaiting) {
        this.mostUnderWay = mostUnderWay;
        this.mostWaiting = mostWaiting;
    }

    /**
     * Begins the work now or later, or refuses it.
     *
     * @param user for whom it is; the empty text for the server itself
     */
    public void enter(String user, Work work) {
        Work refused = null;
        synchronized (waiting) {
            if (underWay == mostUnderWay) {
                works(user).add(work);
                count++;
                if (count <= mostWaiting) {
                    return;
                }
                refused = lastOfTheMost(user);
            } else {
                // nobody waits while a place is free
                underWay++;
            }
        }
        if (refused == null) {
            work.begin();
        } else {
            refused.refuse();
        }
    }

    /** Ends a piece of work that has begun: its place goes to the next that waits. */
    public void leave() {
        Work next;
        synchronized (waiting) {
            Iterator<Map.Entry<String, Deque<Work>>> users = waiting.entrySet().iterator();
            if (!users.hasNext()) {
                underWay--;
                return;
            }
            Map.Entry<String, Deque<Work>> first = users.next();
            String user = first.getKey();
            Deque<Work> works = first.getValue();
            users.remove();
            next = works.remove();
            count--;
            if (!works.isEmpty()) {
                // the user's next piece waits for a round of the others
                waiting.put(user, works);
            }
        }
        begin(next);
    }

    private void begin(Work work) {
        Deque<Work> outer = beginning.get();
        if (outer != null) {
            outer.add(work);
            return;
        }
        Deque<Work> works = new ArrayDeque<>();
        beginning.set(works);
        try {
            for (Work next = work; next != null; next = works.poll()) {
                next.begin();
            }
        } finally {
            beginning.remove();
        }
    }

    /** Takes out the latest piece of the user with the most; of the newcomer where several have as many. */
    private Work lastOfTheMost(String newcomer) {
        String most = newcomer;
        int ofTheMost = works(newcomer).size();
        for (Map.Entry<String, Deque<Work>> each : waiting.entrySet()) {
            if (each.getValue().size() > ofTheMost) {
                most = each.getKey();
                ofTheMost = each.getValue().size();
            }
        }
        Deque<Work> works = works(most);
        Work last = works.removeLast();
        count--;
        if (works.isEmpty()) {
            waiting.remove(most);
        }
        return last;
    }

    private Deque<Work> works(String user) {
        return waiting.computeIfAbsent(user, name -> new ArrayDeque<>());
    }
}
