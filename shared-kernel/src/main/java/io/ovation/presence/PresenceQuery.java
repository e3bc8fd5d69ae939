package io.ovation.presence;

import java.time.Instant;
import java.util.List;

import io.ovation.Caller;
import org.jspecify.annotations.Nullable;

/**
 * What can be asked about presence. Answers are never older than what this node had made durable when the query came
 * in.
 */
public sealed interface PresenceQuery {
    /**
     * How people are, in the order in which they are named; answers {@link People}. Rejects with {@link NothingShared}
     * when there is one among them whom the caller shares no conversation with; oneself may always be asked for.
     *
     * @param users 1 to 200, each once
     */
    record FindPresence(List<String> users, Caller by) implements PresenceQuery {}

    /** The sessions of a node that are open; answers {@link OpenSessions}. */
    record FindOpenSessions(String node) implements PresenceQuery {}

    /** The nodes that have open sessions, be they there or not; answers {@link NodesWithSessions}. */
    record FindNodesWithSessions() implements PresenceQuery {}

    /**
     * How many of these are online, for the server's own use: who may know is not asked. Answers {@link Online}.
     *
     * @param users any number, each once
     */
    record CountOnline(List<String> users) implements PresenceQuery {}

    /** That of {@link CountOnline}. */
    record Online(long count) {}

    /** Those of {@link FindPresence}. */
    record People(List<Person> people) {}

    /**
     * One person.
     *
     * @param since when that status began; null for one who was never there
     * @param position the position in the log of what made it so; -1 for one who was never there. Of two answers the
     *     one with the higher position is the later
     */
    record Person(String user, Status status, @Nullable Instant since, long position) {}

    /** Those of {@link FindOpenSessions}, in no order. */
    record OpenSessions(List<String> sessionIds) {}

    /** Those of {@link FindNodesWithSessions}, in no order. */
    record NodesWithSessions(List<String> nodes) {}
}
