package io.ovation.presence;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

import io.ovation.conversation.ConversationEvent.ConversationOpened;
import io.ovation.documents.DocumentStore;
import io.ovation.documents.Interest;
import io.ovation.documents.ReadModels;
import io.ovation.presence.PresenceQuery.CountOnline;
import io.ovation.presence.PresenceQuery.FindNodesWithSessions;
import io.ovation.presence.PresenceQuery.FindOpenSessions;
import io.ovation.presence.PresenceQuery.FindPresence;
import io.ovation.presence.PresenceQuery.NodesWithSessions;
import io.ovation.presence.PresenceQuery.Online;
import io.ovation.presence.PresenceQuery.OpenSessions;
import io.ovation.presence.PresenceQuery.People;
import io.ovation.presence.PresenceQuery.Person;
import org.axonframework.queryhandling.QueryHandler;
import org.bson.Document;
import reactor.core.publisher.Mono;
import reactor.util.function.Tuple2;

import static io.ovation.presence.PresenceDocuments.ALL_HOLDERS;
import static io.ovation.presence.PresenceDocuments.CIRCLES;
import static io.ovation.presence.PresenceDocuments.HOLDERS;
import static io.ovation.presence.PresenceDocuments.NODES;
import static io.ovation.presence.PresenceDocuments.PAIRS;
import static io.ovation.presence.PresenceDocuments.PRESENCE;
import static io.ovation.presence.PresenceDocuments.circleId;
import static io.ovation.presence.PresenceDocuments.circleIds;
import static io.ovation.presence.PresenceDocuments.nodeIds;

/** Who is there, for those whom it concerns. */
final class PresenceQueries {
    private static final String POSITION = "position";

    private final ReadModels readModels;
    private final DocumentStore documents;

    PresenceQueries(ReadModels readModels, DocumentStore documents) {
        this.readModels = readModels;
        this.documents = documents;
    }

    @QueryHandler
    CompletableFuture<People> handle(FindPresence query) {
        // read together, for each takes its round trip; what the user may not know goes no further than here
        return readModels.answer(interests(query), () -> Mono.zipDelayError(
                        people(query.users()),
                        mayKnow(query.by().user(), query.users()).thenReturn(true))
                .map(Tuple2::getT1));
    }

    /** Whether the caller shares anything with them changes with any of them. */
    private static List<Interest> interests(FindPresence query) {
        List<Interest> all = new ArrayList<>(users(query.users()));
        all.add(new Interest.User(query.by().user()));
        return all;
    }

    private static List<Interest> users(Collection<String> ids) {
        return ids.stream().<Interest>map(Interest.User::new).toList();
    }

    @QueryHandler
    CompletableFuture<OpenSessions> handle(FindOpenSessions query) {
        return readModels.answer(() -> documents
                .find(NODES, nodeIds(query.node()), "sessions")
                .flatMapIterable(node -> node.getList("sessions", String.class))
                .collectList()
                .map(OpenSessions::new));
    }

    @QueryHandler
    CompletableFuture<NodesWithSessions> handle(FindNodesWithSessions query) {
        return readModels.answer(() -> documents
                .find(HOLDERS, Set.of(ALL_HOLDERS), "nodes")
                .flatMapIterable(all -> all.getList("nodes", String.class))
                .collectList()
                .map(NodesWithSessions::new));
    }

    @QueryHandler
    CompletableFuture<Online> handle(CountOnline query) {
        return readModels.answer(users(query.users()), () -> documents
                .find(PRESENCE, query.users(), "status")
                .filter(person -> Status.online.name().equals(person.getString("status")))
                .count()
                .map(Online::new));
    }

    /** Fails with {@link NothingShared} unless the user shares a conversation with each of the others. */
    private Mono<Void> mayKnow(String user, List<String> people) {
        Map<String, String> pairs = people.stream()
                .filter(other -> !other.equals(user))
                .collect(Collectors.toMap(other -> ConversationOpened.pairId(user, other), other -> other));
        Mono<Set<String>> known = documents
                .find(PAIRS, pairs.keySet(), "_id")
                .map(pair -> pair.getString("_id"))
                .collect(Collectors.toSet());
        Mono<Set<String>> own = documents
                .find(CIRCLES, circleIds(user), "conversations")
                .flatMapIterable(circle -> circle.getList("conversations", String.class))
                .collect(Collectors.toSet());
        return Mono.zipDelayError(known, own).flatMap(mine -> {
            Set<String> others = new HashSet<>(pairs.values());
            mine.getT1().forEach(pair -> others.remove(pairs.get(pair)));
            return others.isEmpty() ? Mono.empty() : shareACircle(mine.getT2(), others);
        });
    }

    private Mono<Void> shareACircle(Set<String> own, Set<String> others) {
        List<String> ids = new ArrayList<>();
        own.stream()
                .map(PresenceDocuments::circle)
                .distinct()
                .forEach(circle -> others.forEach(other -> ids.add(circleId(other, circle))));
        return documents
                .find(CIRCLES, ids, "conversations")
                .filter(circle ->
                        circle.getList("conversations", String.class).stream().anyMatch(own::contains))
                .map(circle -> circle.getString("_id"))
                .map(id -> id.substring(0, id.lastIndexOf('/')))
                .collect(Collectors.toSet())
                .flatMap(sharing -> sharing.containsAll(others) ? Mono.empty() : Mono.error(NothingShared::new));
    }

    private Mono<People> people(List<String> users) {
        return documents
                .find(PRESENCE, users, "status", "since", POSITION)
                .collectMap(document -> document.getString("_id"))
                .map(found -> new People(
                        users.stream().map(user -> person(user, found)).toList()));
    }

    private static Person person(String user, Map<String, Document> found) {
        Document document = found.get(user);
        return document == null
                ? new Person(user, Status.offline, null, -1)
                : PresenceDocuments.person(user, document.getLong(POSITION), document);
    }
}
