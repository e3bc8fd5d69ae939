package io.ovation.presence;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.ovation.Caller;
import io.ovation.edge.EdgeClient;
import io.ovation.edge.EdgeTest;
import io.ovation.edge.TestTokens;
import io.ovation.live.Frame;
import io.ovation.live.PeopleWatches;
import io.ovation.live.Topic;
import io.ovation.live.Update;
import io.ovation.live.Watch.WatchTopic;
import io.ovation.presence.PresenceQuery.FindPresence;
import io.ovation.presence.PresenceQuery.People;
import io.ovation.presence.PresenceQuery.Person;
import io.ovation.presence.SessionCommand.OpenSession;
import org.axonframework.commandhandling.CommandBus;
import org.axonframework.common.Registration;
import org.axonframework.queryhandling.QueryBus;
import org.axonframework.queryhandling.QueryUpdateEmitter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.params.provider.Arguments.arguments;

@EdgeTest
class PresenceFeatureTest {
    private static final String PATH = "/api/presence";
    private static final Instant SINCE = Instant.parse("2026-01-02T03:04:05.678Z");
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final List<FindPresence> asked = new CopyOnWriteArrayList<>();
    private final List<String> opened = new CopyOnWriteArrayList<>();
    private final List<Registration> registrations;
    private final QueryUpdateEmitter emitter;
    private final PeopleWatches watches;
    private final EdgeClient client;

    PresenceFeatureTest(
            @Autowired QueryBus queries,
            @Autowired CommandBus commands,
            @Autowired QueryUpdateEmitter emitter,
            @Autowired PeopleWatches watches,
            @LocalServerPort int port) {
        this.emitter = emitter;
        this.watches = watches;
        this.client = new EdgeClient(port);
        this.registrations = List.of(
                queries.<People>subscribe(FindPresence.class.getName(), People.class, message -> {
                    FindPresence query = (FindPresence) message.getPayload();
                    asked.add(query);
                    if (query.users().contains("stranger")) {
                        throw new NothingShared();
                    }
                    return new People(query.users().stream()
                            .map(user -> user.equals("bob")
                                    ? new Person(user, Status.online, SINCE, 7)
                                    : new Person(user, Status.offline, null, -1))
                            .toList());
                }),
                commands.subscribe(OpenSession.class.getName(), message -> {
                    opened.add(((OpenSession) message.getPayload()).user());
                    return null;
                }),
                commands.subscribe(SessionCommand.CloseSession.class.getName(), message -> null));
    }

    @AfterEach
    void everythingIsFreed() {
        await().atMost(PATIENCE).until(() -> watches.watchers() == 0);
        registrations.forEach(Registration::cancel);
    }

    private EdgeClient.Reply get(String path) {
        return client.call("GET", path, null, TestTokens.of("ann"));
    }

    @Test
    void theAnswerHasTheFieldsOfTheContract() {
        EdgeClient.Reply reply = get(PATH + "?users=bob,z%C3%B6e");

        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.response().body())
                .isEqualTo(
                        "{\"presence\":[{\"user\":\"bob\",\"status\":\"online\","
                                + "\"since\":\"2026-01-02T03:04:05.678Z\"},"
                                + "{\"user\":\"zöe\",\"status\":\"offline\"}]}");
        assertThat(asked).containsExactly(new FindPresence(List.of("bob", "zöe"), new Caller("ann", false)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "?users=bob,cid|bob;cid",
                "?users=bob&users=cid|bob;cid",
                "?users=bob,cid&users=dan|bob,cid;dan",
                "?users=Doe%2C%20John|Doe, John",
                "?users=Doe%2C+John,bob|Doe, John;bob"
            })
    void peopleArePartedByCommasOrByRepeatingAndAnEncodedCommaPartsNobody(String query, String people) {
        assertThat(get(PATH + query).status()).isEqualTo(200);

        assertThat(asked)
                .containsExactly(new FindPresence(List.of(people.split(";")), new Caller("ann", false)));
    }

    @Test
    void aStrangerForbidsTheRequestAndTheStream() {
        get(PATH + "?users=bob,stranger").isProblem(403, "forbidden");
        get(PATH + "/stream?users=bob,stranger").isProblem(403, "forbidden");
        client.call("GET", PATH + "?users=bob", null, null).isProblem(401, "unauthenticated");
    }

    static Stream<Arguments> wrongQueries() {
        return Stream.of(
                arguments("", "users"),
                arguments("?users=", "users[0]"),
                arguments("?users=bob,", "users[1]"),
                arguments("?users=bob,bob", "users[1]"),
                arguments("?users=a%0Ab", "users[0]"),
                arguments("?users=" + "x".repeat(201), "users[0]"),
                arguments(
                        "?users="
                                + IntStream.range(0, 201).mapToObj(i -> "u" + i).collect(Collectors.joining(",")),
                        "users"),
                arguments("?users=bob&users=bob", "users[1]"),
                arguments("?users=bob&colour=x", "colour"));
    }

    @ParameterizedTest
    @MethodSource("wrongQueries")
    void aWrongQueryIsTurnedAwayWithItsField(String query, String field) {
        assertThat(get(PATH + query).isProblem(400, "validation_failed").field())
                .isEqualTo(field);
        assertThat(get(PATH + "/stream" + query)
                        .isProblem(400, "validation_failed")
                        .field())
                .isEqualTo(field);
        assertThat(asked).isEmpty();
    }

    @Test
    void aStreamTellsWhatIsAndWhatChangesAndMakesItsReaderPresent() throws IOException, InterruptedException {
        // a name of its own: who was here a moment ago, in another test, does not come again
        String reader = "reader of " + SINCE;
        var response = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .build()
                .send(
                        client.request(
                                        "GET",
                                        PATH + "/stream?users=bob",
                                        BodyPublishers.noBody(),
                                        TestTokens.of(reader))
                                .build(),
                        BodyHandlers.ofInputStream());
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            assertThat(lines.readLine()).startsWith("retry: ");
            assertThat(lines.readLine()).startsWith("id: ");
            assertThat(lines.readLine()).startsWith("data: {\"type\":\"start\",\"cursor\":\"");
            assertThat(lines.readLine()).isEmpty();
            assertThat(lines.readLine())
                    .isEqualTo(
                            "data: {\"type\":\"presence\",\"user\":\"bob\",\"status\":\"online\","
                                    + "\"since\":\"2026-01-02T03:04:05.678Z\"}");
            await().atMost(PATIENCE).until(() -> opened.contains(reader));
            Update gone = new Update(Topic.presence(), 8, new Frame.Presence("bob", "offline", SINCE.plusSeconds(9)));
            emitter.emit(WatchTopic.class, query -> query.topic().equals(Topic.presence()), gone);
            assertThat(lines.readLine()).isEmpty();
            assertThat(lines.readLine())
                    .isEqualTo(
                            "data: {\"type\":\"presence\",\"user\":\"bob\",\"status\":\"offline\","
                                    + "\"since\":\"2026-01-02T03:04:14.678Z\"}");
        }
    }
}
