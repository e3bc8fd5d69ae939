package io.ovation.conversation;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

/**
 * Who of those that watch their list on this node is in which conversation, so that a message costs what there is to
 * tell and not what there are members. A user's conversations are loaded when they begin to watch, and kept right by
 * the log from then on.
 *
 * <p>For any number of threads: what concerns one user happens one after the other, within that user's entry.
 */
final class ListWatchers {
    private final Map<String, Entry> byUser = new ConcurrentHashMap<>();
    private final Map<String, Set<String>> byConversation = new ConcurrentHashMap<>();
    private final Predicate<String> watches;

    /** A user's conversations, and what came of them while they were loaded; null once they are. */
    private static final class Entry {
        private final Set<String> conversations = new HashSet<>();
        private @Nullable Map<String, Boolean> meanwhile = new HashMap<>();
    }

    /** @param watches whether a user watches now */
    ListWatchers(Predicate<String> watches) {
        this.watches = watches;
    }

    boolean isEmpty() {
        return byUser.isEmpty();
    }

    boolean has(String user) {
        return byUser.containsKey(user);
    }

    /** Those of them who are in a conversation; may change at any time. */
    Collection<String> of(String conversationId) {
        return byConversation.getOrDefault(conversationId, Set.of());
    }

    boolean has(String user, String conversationId) {
        return of(conversationId).contains(user);
    }

    /**
     * A user begins to watch: what comes from now on is noted. False where their conversations have been loaded
     * already, or nobody waits for them any more.
     */
    boolean begin(String user) {
        Entry entry = byUser.compute(
                user, (key, before) -> before == null && watches.test(user) ? new Entry() : before);
        return entry != null && entry.meanwhile != null;
    }

    /** The conversations as they were read after {@link #begin}. */
    void loaded(String user, Collection<String> conversations) {
        byUser.computeIfPresent(user, (key, entry) -> {
            Map<String, Boolean> meanwhile = entry.meanwhile;
            if (meanwhile != null) {
                entry.meanwhile = null;
                conversations.stream()
                        .filter(id -> meanwhile.getOrDefault(id, true))
                        .forEach(id -> add(entry, user, id));
            }
            return entry;
        });
    }

    void joined(String user, String conversationId) {
        byUser.computeIfPresent(user, (key, entry) -> {
            note(entry, conversationId, true);
            add(entry, user, conversationId);
            return entry;
        });
    }

    void left(String user, String conversationId) {
        byUser.computeIfPresent(user, (key, entry) -> {
            note(entry, conversationId, false);
            if (entry.conversations.remove(conversationId)) {
                remove(user, conversationId);
            }
            return entry;
        });
    }

    /** Nobody watches the list of that user, unless somebody does again. */
    void forget(String user) {
        byUser.computeIfPresent(user, (key, entry) -> {
            if (watches.test(user)) {
                return entry;
            }
            entry.conversations.forEach(id -> remove(user, id));
            return null;
        });
    }

    private static void note(Entry entry, String conversationId, boolean member) {
        if (entry.meanwhile != null) {
            entry.meanwhile.put(conversationId, member);
        }
    }

    private void add(Entry entry, String user, String conversationId) {
        if (entry.conversations.add(conversationId)) {
            // within compute, so that a set that becomes empty is not removed while it is added to
            byConversation.compute(conversationId, (key, before) -> {
                Set<String> users = before == null ? ConcurrentHashMap.newKeySet(1) : before;
                users.add(user);
                return users;
            });
        }
    }

    private void remove(String user, String conversationId) {
        byConversation.computeIfPresent(conversationId, (key, users) -> {
            users.remove(user);
            return users.isEmpty() ? null : users;
        });
    }
}
