package io.ovation.acceptance;

import java.net.http.HttpRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

import io.ovation.acceptance.RSocketApi.Login;
import io.rsocket.exceptions.RejectedSetupException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Who may come in, by which door, and for how long. */
@ExtendWith(SharedServer.class)
class IdentityIT {
    private static final Duration HOUR = Duration.ofHours(1);

    /** The end of a token, and the five seconds that the contract gives after it. */
    private static final Duration EXPIRY = Duration.ofSeconds(2 + 5);

    static Stream<Arguments> tokensThatNobodyShouldAccept() {
        ObjectNode claims = Tokens.claims("mallory", HOUR);
        String good = Tokens.signed(claims, Tokens.SECRET);
        return Map.of(
                        "expired", Tokens.lasting(Duration.ofMinutes(-5), "mallory"),
                        "signed with another secret",
                                Tokens.signed(claims, "another secret, which is long enough for HS256"),
                        "alg none", Tokens.unsigned(claims),
                        "alg none with a signature",
                                Tokens.unsigned(claims) + good.substring(good.lastIndexOf('.') + 1),
                        "without its signature", good.substring(0, good.lastIndexOf('.') + 1),
                        "without exp", Tokens.signed(Json.object("sub", "mallory"), Tokens.SECRET),
                        "without sub", Tokens.signed(claims.deepCopy().without("sub"), Tokens.SECRET),
                        "with an empty sub", Tokens.signed(claims.deepCopy().put("sub", ""), Tokens.SECRET),
                        "with a sub too long",
                                Tokens.signed(claims.deepCopy().put("sub", "x".repeat(201)), Tokens.SECRET),
                        "no token at all", "nonsense")
                .entrySet()
                .stream()
                .map(each -> Arguments.of(each.getKey(), each.getValue()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("tokensThatNobodyShouldAccept")
    void aBadTokenIsTurnedAwayAtEveryDoor(String what, String token, People people) {
        OvationServer server = people.server();
        HttpApi mallory = new HttpApi(server, "mallory", token);

        mallory.list(Json.object()).accepted(401).rejected("unauthenticated");
        mallory.open(Json.object("kind", "group")).accepted(401).rejected("unauthenticated");
        HttpApi.send(HttpRequest.newBuilder(server.uri("/api/conversations?access_token=" + Endpoint.encode(token))))
                .rejected("unauthenticated");
        assertThatThrownBy(() -> mallory.watch(people.name("any"), null))
                .isInstanceOfSatisfying(
                        SseStream.Refused.class, refused -> refused.reply().rejected("unauthenticated"));
        assertNoUpgrade(() -> RSocketApi.connect(server, "mallory", new Login(token, null, null)));
        assertNoUpgrade(() -> RSocketApi.connect(server, "mallory", new Login(null, token, null)));
        assertRejectedSetup(server, new Login(null, null, token));
    }

    @Test
    void withoutATokenThereIsNothing(People people) {
        OvationServer server = people.server();

        HttpApi.send(HttpRequest.newBuilder(server.uri("/api/conversations"))).rejected("unauthenticated");
        HttpApi.send(HttpRequest.newBuilder(server.uri("/api/conversations")).header("Authorization", "Basic YTpi"))
                .rejected("unauthenticated");
        assertRejectedSetup(server, new Login(null, null, null));
    }

    @Test
    void anRSocketTokenComesAtTheUpgradeOrInSetup(People people) {
        String token = Tokens.of(people.name("ada"));
        String id = people.http("ada").opens("group");

        for (Login login :
                Set.of(new Login(token, null, null), new Login(null, token, null), new Login(null, null, token))) {
            RSocketApi ada = people.closing(RSocketApi.connect(people.server(), people.name("ada"), login));
            assertThat(ada.lastSeq(id)).isZero();
        }
    }

    @Test
    void nobodyNamesAnotherUserAsTheAuthor(People people) {
        HttpApi ada = people.http("ada");
        String id = ada.opens("group", people.http("bob"));

        ada.send(id, Json.object("body", "It was Bob", "sender", people.name("bob")))
                .rejected("validation_failed");

        assertThat(ada.lastSeq(id)).isZero();
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aStreamEndsWithItsToken(Transport transport, People people) {
        String user = people.name("ada");
        String id = people.http("ada").opens("group");
        Api ada = people.closing(transport.connect(people.server(), user, Tokens.lasting(Duration.ofSeconds(2), user)));
        Live stream = people.closing(ada.watch(id, null));
        stream.frames().opened();

        assertThat(stream.frames().error(EXPIRY).path("code").asString()).isEqualTo("unauthenticated");
    }

    @Test
    void aConnectionEndsWithItsToken(People people) {
        String user = people.name("ada");
        RSocketApi ada =
                people.closing(RSocketApi.connect(people.server(), user, Tokens.lasting(Duration.ofSeconds(2), user)));

        Await.until("the connection is closed", EXPIRY, () -> !ada.isOpen());
    }

    @Test
    void aNewerTokenKeepsTheConnectionAndItsStreams(People people) {
        String user = people.name("ada");
        String id = people.http("ada").opens("group");
        Instant end = Instant.now().plusSeconds(2);
        RSocketApi ada =
                people.closing(RSocketApi.connect(people.server(), user, Tokens.lasting(Duration.ofSeconds(2), user)));
        Live stream = people.closing(ada.watch(id, null));
        stream.frames().opened();

        ada.call("session.refresh", Json.object("token", Tokens.of(user)).toString())
                .accepted();

        Await.until("all that the first token had is over", EXPIRY.plusSeconds(1), () -> Instant.now()
                .isAfter(end.plusSeconds(5)));
        ada.says(id, "Still here");
        assertThat(stream.frames().next("message").path("body").asString()).isEqualTo("Still here");
    }

    @Test
    void theTokenOfAnotherUserRefreshesNothing(People people) {
        RSocketApi ada = people.rsocket("ada");
        String id = ada.opens("group");

        refresh(ada, Tokens.of(people.name("eve"))).rejected("forbidden");
        refresh(ada, Tokens.lasting(Duration.ofMinutes(-5), ada.user())).rejected("unauthenticated");
        refresh(ada, "nonsense").rejected("unauthenticated");
        ada.call("session.refresh", "{}").rejected("validation_failed");

        ada.says(id, "Still Ada");
        assertThat(ada.messages(id).getFirst().path("sender").asString()).isEqualTo(ada.user());
    }

    @Test
    void aDevTokenIsAsGoodAsAnother(People people) {
        String user = people.name("ada");
        HttpApi nobody = new HttpApi(people.server(), "", "");

        String token = devToken(nobody, Json.object("user", user)).accepted().text("token");
        String admin = devToken(
                        nobody, Json.object("user", people.name("root"), "roles", new String[] {"admin"}, "ttl", 60))
                .accepted()
                .text("token");

        HttpApi ada = new HttpApi(people.server(), user, token);
        String id = ada.opens("group");
        ada.says(id, "Hello");
        String messageId = ada.messages(id).getFirst().path("messageId").asString();
        new HttpApi(people.server(), people.name("root"), admin)
                .redact(id, messageId)
                .accepted();
        String brief =
                devToken(nobody, Json.object("user", user, "ttl", 1)).accepted().text("token");
        Await.until("a token of one second has ended", EXPIRY, () -> new HttpApi(people.server(), user, brief)
                .list(Json.object())
                .code()
                .equals("unauthenticated"));
    }

    static Reply devToken(HttpApi api, JsonNode request) {
        return HttpApi.send(
                HttpRequest.newBuilder(api.request("/api/dev/tokens").build().uri())
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(request.toString())));
    }

    private static Reply refresh(RSocketApi api, String token) {
        return api.call("session.refresh", Json.object("token", token).toString());
    }

    private static void assertNoUpgrade(ThrowingCallable connecting) {
        assertThatThrownBy(connecting).hasStackTraceContaining("401");
    }

    private static void assertRejectedSetup(OvationServer server, Login login) {
        // the refusal may come after the client takes itself for connected
        assertThatThrownBy(() -> {
                    try (RSocketApi api = RSocketApi.connect(server, "mallory", login)) {
                        api.list(Json.object());
                    }
                })
                .hasRootCauseInstanceOf(RejectedSetupException.class)
                .rootCause()
                .satisfies(rejected -> Reply.ofRSocketError(String.valueOf(rejected.getMessage()))
                        .rejected("unauthenticated"));
    }
}
