package io.ovation.conversation;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import io.ovation.conversation.ConversationEvent.BanLifted;
import io.ovation.conversation.ConversationEvent.MemberBanned;
import io.ovation.conversation.ConversationEvent.MemberMuted;
import io.ovation.conversation.ConversationEvent.MuteLifted;
import io.ovation.conversation.ConversationRejection.Banned;
import io.ovation.conversation.ConversationRejection.Muted;
import io.ovation.conversation.ConversationRejection.NotBanned;
import io.ovation.conversation.ConversationRejection.NotMuted;
import io.ovation.conversation.ConversationRejection.SlowModeHolds;
import io.ovation.conversation.ConversationRejection.TooManySanctions;
import org.jspecify.annotations.Nullable;

/**
 * Who is kept out of a conversation, who from writing in it, and for how long anyone who wrote just now. What has ended
 * is as if it had never been, and is forgotten with the next of its kind. It is part of its aggregate, and used by the
 * one thread that has that.
 */
@JsonAutoDetect(
        fieldVisibility = Visibility.ANY,
        getterVisibility = Visibility.NONE,
        isGetterVisibility = Visibility.NONE)
final class Sanctions {
    /** The most bans, and the most mutes, that may hold at a time. */
    static final int LIMIT = 5_000;

    /** A user's id of usual length and a time in a map. */
    private static final int BYTES = 136;

    private Map<String, Term> bans = new HashMap<>();
    private Map<String, Term> mutes = new HashMap<>();
    private int slowMode;

    /** When those who may be held up by slow mode sent last, the longest ago first. */
    private Map<String, Instant> sent = new LinkedHashMap<>();

    /**
     * How long something holds.
     *
     * @param until null for ever
     */
    record Term(@Nullable Instant until) {
        boolean holds(Instant at) {
            return until == null || at.isBefore(until);
        }
    }

    int weight() {
        return (bans.size() + mutes.size() + sent.size()) * BYTES;
    }

    int slowMode() {
        return slowMode;
    }

    void isNotBanned(String user, Instant at) {
        Term ban = bans.get(user);
        if (ban != null && ban.holds(at)) {
            throw new Banned(ban.until());
        }
    }

    void isNotMuted(String user, Instant at) {
        Term mute = mutes.get(user);
        if (mute != null && mute.holds(at)) {
            throw new Muted(mute.until());
        }
    }

    boolean mutes(String user, Instant at) {
        return holds(mutes, user, at);
    }

    boolean mayWrite(String user, Instant at) {
        return !holds(bans, user, at) && !holds(mutes, user, at);
    }

    /** Whether enough time has gone by since the user's last message. */
    void isNotTooSoon(String user, Instant at) {
        Instant last = sent.get(user);
        if (slowMode == 0 || last == null) {
            return;
        }
        long left = Duration.between(at, last.plusSeconds(slowMode)).toMillis();
        if (left > 0) {
            throw new SlowModeHolds(Math.toIntExact((left + 999) / 1000));
        }
    }

    void banIsThere(String user, Instant at) {
        if (!holds(bans, user, at)) {
            throw new NotBanned();
        }
    }

    void muteIsThere(String user, Instant at) {
        if (!holds(mutes, user, at)) {
            throw new NotMuted();
        }
    }

    void roomForABan(String user, Instant at) {
        roomFor(bans, user, at);
    }

    void roomForAMute(String user, Instant at) {
        roomFor(mutes, user, at);
    }

    void on(MemberBanned event) {
        set(bans, event.user(), event.until(), event.at());
    }

    void on(BanLifted event) {
        bans.remove(event.user());
    }

    void on(MemberMuted event) {
        set(mutes, event.user(), event.until(), event.at());
    }

    void on(MuteLifted event) {
        mutes.remove(event.user());
    }

    void slowMode(int seconds) {
        slowMode = seconds;
        if (seconds == 0) {
            sent.clear();
        }
    }

    /** Someone has sent a message. */
    void sent(String user, Instant at) {
        if (slowMode == 0) {
            return;
        }
        sent.remove(user);
        sent.put(user, at);
        Instant over = at.minusSeconds(slowMode);
        Iterator<Instant> oldest = sent.values().iterator();
        while (oldest.hasNext() && !oldest.next().isAfter(over)) {
            oldest.remove();
        }
    }

    private static boolean holds(Map<String, Term> terms, String user, Instant at) {
        Term term = terms.get(user);
        return term != null && term.holds(at);
    }

    private static void roomFor(Map<String, Term> terms, String user, Instant at) {
        if (terms.size() >= LIMIT
                && !terms.containsKey(user)
                && terms.values().stream().filter(term -> term.holds(at)).count() >= LIMIT) {
            throw new TooManySanctions(LIMIT);
        }
    }

    private static void set(Map<String, Term> terms, String user, @Nullable Instant until, Instant at) {
        terms.values().removeIf(term -> !term.holds(at));
        terms.put(user, new Term(until));
    }
}
