package io.ovation.presence;

import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedSet;

import io.ovation.documents.DocumentType;
import io.ovation.presence.PresenceQuery.Person;

/**
 * The documents of presence.
 *
 * <table>
 * <caption>Collections</caption>
 * <tr><td>presence</td><td>by user: the open sessions on all nodes, the status, and since when it is so</td></tr>
 * <tr><td>nodes</td><td>by node and the session's hash: the open sessions of a node, to be closed after its
 * death</td></tr>
 * <tr><td>holders</td><td>one document: the nodes that have open sessions, and how many each</td></tr>
 * <tr><td>pairs</td><td>by the id of a pair of users: that they have a direct conversation, which never ends</td></tr>
 * <tr><td>circles</td><td>by user and the conversation's hash: the groups and channels of a user</td></tr>
 * </table>
 *
 * <p>Whether two people share a conversation is found by ids alone: the document of the pair, or one conversation in
 * the circles of both. The memberships that the list of conversations is made of would do too, but they are spread over
 * 32 documents a user, among them all the direct ones: up to 6,400 documents for 200 people.
 *
 * <p>The ids of users stand in values only, never in the name of a field.
 */
final class PresenceDocuments {
    /** The processing group of what writes them. */
    static final String PROJECTION = "presence";

    /** Of the shape of the documents: raised whenever that changes, so that they are built anew. */
    static final int VERSION = 2;

    static final DocumentType PRESENCE = DocumentType.of(PROJECTION, "presence", "sessions", "status", "since");
    static final DocumentType NODES = DocumentType.of(PROJECTION, "nodes", "sessions");
    static final DocumentType HOLDERS = DocumentType.of(PROJECTION, "holders", "nodes", "counts");
    static final DocumentType PAIRS = DocumentType.stateless(PROJECTION, "pairs");
    static final DocumentType CIRCLES = DocumentType.of(PROJECTION, "circles", "conversations");

    /** Documents over which a node's sessions are spread, so that one more stays cheap where there are ten thousand. */
    private static final int NODE_DOCUMENTS = 64;

    /**
     * Documents over which a user's groups and channels are spread: few, for each is one more to be read of each person
     * that is asked for.
     */
    private static final int CIRCLE_DOCUMENTS = 4;

    /** The one document of its kind. */
    static final String ALL_HOLDERS = "all";

    private PresenceDocuments() {}

    static String nodeId(String node, String sessionId) {
        return node + "/" + Math.floorMod(sessionId.hashCode(), NODE_DOCUMENTS);
    }

    static SequencedSet<String> nodeIds(String node) {
        SequencedSet<String> ids = new LinkedHashSet<>();
        for (int i = 0; i < NODE_DOCUMENTS; i++) {
            ids.add(node + "/" + i);
        }
        return ids;
    }

    static String circleId(String user, String conversationId) {
        return circleId(user, circle(conversationId));
    }

    static String circleId(String user, int circle) {
        return user + "/" + circle;
    }

    /** The number of the circle that a conversation is in, with each of its members. */
    static int circle(String conversationId) {
        return Math.floorMod(conversationId.hashCode(), CIRCLE_DOCUMENTS);
    }

    static SequencedSet<String> circleIds(String user) {
        SequencedSet<String> ids = new LinkedHashSet<>();
        for (int i = 0; i < CIRCLE_DOCUMENTS; i++) {
            ids.add(circleId(user, i));
        }
        return ids;
    }

    /** A user, as their document says. */
    static Person person(String user, long position, Map<String, ?> fields) {
        return new Person(
                user,
                Status.valueOf((String) Objects.requireNonNull(fields.get("status"))),
                Instant.parse((String) Objects.requireNonNull(fields.get("since"))),
                position);
    }
}
